using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Causeway.EndToEnd.Harness.Load;

/// <summary>Clients that spend a budget until it is gone: in several dialects, as streams and whole, and one in sixteen leaves before the end.</summary>
/// <param name="portOf">The port that a client's next request goes to.</param>
/// <param name="mayBreak">Gateways are killed: what breaks is asked anew.</param>
/// <param name="mayWait">Calls may wait for what others hold until they are told to come again, and then do; who waits long gets the head of his stream before.</param>
internal sealed class Spenders(Func<int, int> portOf, bool mayBreak = false, bool mayWait = false)
{
    private int _next = -1;
    private int _answers;
    private int _left;
    private int _cut;
    private int _told;

    public ConcurrentQueue<string> Refusals { get; } = new();

    public ConcurrentQueue<string> Wrong { get; } = new();

    public int Answers => _answers;

    public int Left => _left;

    public int Cut => _cut;

    public int ToldToComeAgain => _told;

    public Task RunAsync(int clients) => Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => SpendAsync(client))));

    private async Task SpendAsync(int client)
    {
        Wire? wire = null;
        for (var isOpen = true; isOpen;)
        {
            var id = Interlocked.Increment(ref _next);
            try
            {
                wire ??= await Wire.ConnectAsync(portOf(client));
                var (voice, stream, model) = (ClientVoice.All[id & 3], (id & 4) != 0, $"{((id & 8) != 0 ? "flaky" : "flaky-claude")}/m-{id}");
                await wire.PostAsync(voice.Path(model, stream), voice.Body(model, RawUpstream.Prompt(id), stream), "x-bf-vk: vk-spender\r\n");
                if (id % 16 == 5)
                {
                    await Task.Delay(new Dice(id, 3).Next(20));
                    Interlocked.Increment(ref _left);
                    wire.Reset();
                    wire = null;
                    continue;
                }

                var head = await wire.ReadHeadAsync() ?? throw new IOException("closed before the head");
                var body = await wire.ReadBodyAsync(head);
                if (Wire.Status(head) == 402 || ((mayBreak || mayWait) && stream && body.Contains("virtual key 'spender' is spent", StringComparison.Ordinal)))
                {
                    isOpen = false;
                    Refusals.Enqueue(head + body);
                }
                else if (mayWait && body.Contains("is reserved for requests in progress", StringComparison.Ordinal) && (stream || Wire.Status(head) == 429)) Interlocked.Increment(ref _told);
                else if (Wire.Status(head) != 200 || voice.Understand(body, stream) != string.Concat(FlakyUpstream.Tokens(id))) Wrong.Enqueue($"{id}: {head} {body}");
                else Interlocked.Increment(ref _answers);
            }
            catch (Exception broken) when (broken is IOException or SocketException)
            {
                if (!mayBreak) Wrong.Enqueue($"{id}: {broken.Message}");
                Interlocked.Increment(ref _cut);
                wire?.Dispose();
                wire = null;
                if (mayBreak) await Task.Delay(20);   // it is being started again
            }
        }

        wire?.Dispose();
    }
}
