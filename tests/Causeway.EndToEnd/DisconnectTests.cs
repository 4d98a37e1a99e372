using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Causeway.EndToEnd.Harness.Load;

namespace Causeway.EndToEnd;

/// <summary>
/// Many clients that leave in the middle of an answer: the upstream is closed at once, what was consumed is known to within a token, and
/// nobody else pays for it.
/// </summary>
[Collection(nameof(LoadTests))]
public sealed class DisconnectTests(ITestOutputHelper output)
{
    private const int AtATime = 100;
    private const double MostMilliseconds = 100;   // until the upstream is closed, for 99 of 100
    private const int LongestStay = 400;           // milliseconds

    /// <summary>Names of the clients' own, so that the record can be told from others; what they mean is two models, so that all share those two's health.</summary>
    private static readonly string[] Models = ["chat", "claude"];

    private static JsonObject Config(SlowUpstream slow, FlakyUpstream steady)
    {
        static JsonObject Provider(string address, string speaks) => new()
        {
            ["custom_provider_config"] = new JsonObject { ["base_provider_type"] = speaks, ["is_key_less"] = true },
            ["network_config"] = new JsonObject { ["base_url"] = address, ["max_retries"] = 2, ["retry_backoff_initial"] = 1 },
        };
        return new JsonObject
        {
            ["providers"] = new JsonObject
            {
                ["slow"] = Provider(slow.AddressFor("slow"), "openai"),
                ["slow-claude"] = Provider(slow.AddressFor("slow-claude"), "anthropic"),
                ["steady"] = Provider(steady.AddressOfSteady("steady"), "openai"),
            },
            ["model_aliases"] = new JsonObject { ["chat-*"] = "slow/model", ["claude-*"] = "slow-claude/model" },
            ["fallbacks"] = new JsonObject { ["*-*"] = new JsonArray("steady/model") },
        };
    }

    private static string ModelOf(int id) => $"{Models[(id >> 2) % Models.Length]}-{id}";

    [Fact]
    public async Task The_upstream_is_closed_at_once_and_what_was_consumed_is_known()
    {
        var count = LoadScale.Of(10_000);
        var records = new ExchangeRecords();
        await using var slow = new SlowUpstream();
        await using var steady = new FlakyUpstream();
        await using var gateway = await GatewayProcess.StartAsync(Config(slow, steady), onLog: records.Take);
        await using var memory = new MemoryWatch(gateway.ProcessId);
        using var over = new CancellationTokenSource();
        var patient = Enumerable.Range(0, ClientVoice.All.Count).Select(client => StayAsync(gateway.Port, client, over.Token)).ToList();
        var left = new long[count];
        var failures = new ConcurrentQueue<string>();
        var next = -1;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var id && id < count)
            {
                if (await StayAndLeaveAsync(gateway.Port, id, moment => left[id] = moment) is { } failure) failures.Enqueue($"{id}: {failure}");
            }
        })));
        var elapsed = Stopwatch.GetElapsedTime(began);
        await over.CancelAsync();
        var stayed = (await Task.WhenAll(patient)).Sum();
        await records.WaitForAsync(count + stayed, atMost: TimeSpan.FromSeconds(2));   // some left before the gateway had read what they want
        for (var i = 0; i < 100 && Enumerable.Range(0, count).Any(id => slow.Find(id) is { Closed: 0 }); i++) await Task.Delay(20, TestContext.Current.CancellationToken);

        var waits = Enumerable.Range(0, count).Select(slow.Find).Index().Where(one => one.Item is { Closed: > 0 })
            .Select(one => Stopwatch.GetElapsedTime(Math.Max(left[one.Index], one.Item!.Began), one.Item.Closed).TotalMilliseconds).Order().ToList();
        var tokens = Enumerable.Range(0, count).Sum(id => slow.Find(id)?.Tokens ?? 0);
        output.WriteLine($"{count} clients in {elapsed.TotalSeconds:0.0} s, {tokens / elapsed.TotalSeconds:0} tokens/s; {waits.Count} reached the upstream, which was closed after "
            + $"{At(waits, 0.5):0.0} ms (median), {At(waits, 0.99):0.0} ms (p99), {waits[^1]:0.0} ms (most); the gateway's memory {memory.Peaks.First:0} MB, then {memory.Peaks.Second:0} MB");
        var differences = Enumerable.Range(0, count).CountBy(id => (records.Find(ModelOf(id))?.Output ?? 0) - (slow.Find(id)?.Tokens ?? 0)).OrderBy(one => one.Key);
        output.WriteLine($"recorded tokens minus sent ones: {string.Join(", ", differences.Select(one => $"{one.Key} for {one.Value}"))}");

        Problems.AreNone(failures);
        Problems.AreNone(records.Surprises);
        Assert.True(stayed >= ClientVoice.All.Count, "nobody stayed");
        Problems.AreNone(Enumerable.Range(SlowUpstream.Patient, stayed * ClientVoice.All.Count).Select(id => CheckStayed(id, slow.Find(id), records.Find(ModelOf(id)))));
        Problems.AreNone(Enumerable.Range(0, count).Select(id => Check(id, slow.Find(id), records.Find(ModelOf(id)))));
        Assert.True(At(waits, 0.99) <= MostMilliseconds, $"p99 {At(waits, 0.99):0.0} ms");
        Assert.True(waits.Count > count * 0.9, $"only {waits.Count} reached the upstream");
        Assert.True(memory.Peaks.Second < (memory.Peaks.First * 1.5) + 50, $"the gateway's memory grew from {memory.Peaks.First:0} to {memory.Peaks.Second:0} MB");
    }

    private static double At(List<double> sorted, double share) => sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * share)];

    /// <summary>Asks, reads for a random while, and leaves: politely or with a reset. Null, or what went wrong.</summary>
    private static async Task<string?> StayAndLeaveAsync(int port, int id, Action<long> leaves)
    {
        var dice = new Dice(id, 1);
        var (voice, stream) = (ClientVoice.All[id & 3], dice.Next(10) != 0);
        using var wire = await Wire.ConnectAsync(port);
        await wire.PostAsync(voice.Path(ModelOf(id), stream), voice.Body(ModelOf(id), RawUpstream.Prompt(id), stream));
        using var stay = new CancellationTokenSource(dice.Next(LongestStay));
        try
        {
            while (await wire.SkipAsync(stay.Token) > 0)
            {
            }

            return "the gateway closed first";
        }
        catch (OperationCanceledException)
        {
            // the moment to leave
        }
        catch (SocketException broken)
        {
            return broken.Message;
        }

        leaves(Stopwatch.GetTimestamp());
        if (dice.Next(2) == 0) wire.Reset();
        return null;
    }

    /// <summary>Asks again and again as others leave, and reads each answer to its end; how many.</summary>
    private async Task<int> StayAsync(int port, int client, CancellationToken over)
    {
        using var wire = await Wire.ConnectAsync(port);
        var answers = 0;
        while (!over.IsCancellationRequested)
        {
            var id = SlowUpstream.Patient + client + (answers++ * ClientVoice.All.Count);
            var voice = ClientVoice.All[id & 3];
            await wire.PostAsync(voice.Path(ModelOf(id), stream: true), voice.Body(ModelOf(id), RawUpstream.Prompt(id), stream: true));
            var head = await wire.ReadHeadAsync() ?? throw new IOException("closed before the head");
            Assert.Equal(string.Concat(SlowUpstream.Whole), voice.Understand(await wire.ReadBodyAsync(head), stream: true));
        }

        return answers;
    }

    private static string? CheckStayed(int id, SlowUpstream.Story? story, ExchangeRecord? record)
    {
        if (story is null && record is null) return null;   // one client asked less often than another
        return story is { Calls: 1 } && record is { Output: var tokens } && tokens == SlowUpstream.Whole.Count && record.Attempts.EndsWith("/model 200", StringComparison.Ordinal)
            && !record.Attempts.Contains(',', StringComparison.Ordinal) && record.Attempts.StartsWith("slow", StringComparison.Ordinal) ? null : $"{id}: {story}, but {record?.Line}";
    }

    /// <summary>What is wrong with what became of a request; null if nothing.</summary>
    private static string? Check(int id, SlowUpstream.Story? story, ExchangeRecord? record)
    {
        if (record is null) return story is null ? null : $"{id}: no record, but {story}";   // it left before the gateway had read its request
        var once = !record.Attempts.Contains(',', StringComparison.Ordinal) && record.Attempts.EndsWith("/model 499", StringComparison.Ordinal);
        if (story is null) return once || record.Attempts == "none" ? null : $"{id}: never came, but {record.Line}";   // some leave as the gateway connects
        var wrong = story.Calls != 1 || story.Closed == 0 || !once || Math.Abs((record.Output ?? 0) - story.Tokens) > 1;
        return wrong ? $"{id}: {story}, but {record.Line}" : null;
    }
}
