using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Causeway.EndToEnd.Harness.Load;

/// <summary>
/// An upstream that streams one token every ten milliseconds until the gateway closes its connection, and keeps account of it: how often it
/// was asked for each request, how many tokens it sent, and when it saw the connection closed. A whole answer never comes. Patient clients,
/// whose requests have numbers from <see cref="Patient"/> on, get a stream that ends.
/// </summary>
internal sealed class SlowUpstream : IAsyncDisposable
{
    /// <summary>The first number of those whose stream ends.</summary>
    public const int Patient = 1_000_000;

    private static readonly string[] Words = [" the", " gate", "way", " closes", " what", " no", "body", " is", " wait", "ing", " for", ".", "\n"];

    /// <summary>The tokens that they get.</summary>
    public static readonly IReadOnlyList<string> Whole = [.. Enumerable.Repeat(Words, 3).SelectMany(words => words)];

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private const string StreamHead = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

    private readonly RawUpstream _upstream;
    private readonly ConcurrentDictionary<int, Story> _stories = new();

    public SlowUpstream() => _upstream = new RawUpstream(AnswerAsync);

    /// <summary>What became of one request.</summary>
    public Story? Find(int id) => _stories.GetValueOrDefault(id);

    public string AddressFor(string provider) => _upstream.AddressFor(provider);

    public ValueTask DisposeAsync() => _upstream.DisposeAsync();

    private async Task<bool> AnswerAsync(UpstreamRequest request)
    {
        var story = _stories.GetOrAdd(request.Id, static _ => new Story());
        story.Calls++;
        story.Began = Stopwatch.GetTimestamp();
        if (request.Id >= Patient) return await SpeakToTheEndAsync(request);
        using var limit = new CancellationTokenSource(Longest);
        var closing = CloseAsync(request.Wire, story, limit.Token);
        try
        {
            await SpeakAsync(request, story, closing, limit.Token);
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // noted by whoever waits for it
        }

        await closing;
        return false;
    }

    private static async Task<bool> SpeakToTheEndAsync(UpstreamRequest request)
    {
        var (wire, voice) = (request.Wire, request.Voice);
        await wire.SendAsync(StreamHead);
        await wire.ChunkAsync(voice.Begin());
        foreach (var token in Whole)
        {
            await wire.ChunkAsync(voice.Delta(token));
            await Task.Delay(Pause);
        }

        await wire.ChunkAsync(voice.End(Whole));
        await wire.ChunkAsync("");
        return true;
    }

    private static async Task SpeakAsync(UpstreamRequest request, Story story, Task closing, CancellationToken limit)
    {
        var (wire, voice, dice) = (request.Wire, request.Voice, new Dice(request.Id, 0));
        await Task.Delay(dice.Next(30), limit);   // some clients leave before the head is there
        if (!request.Stream) return;
        await wire.SendAsync(StreamHead);
        await wire.ChunkAsync(voice.Begin());
        while (!closing.IsCompleted && !wire.IsClosedByPeer)
        {
            await wire.ChunkAsync(voice.Delta(Words[dice.Next(Words.Length)]));
            story.Tokens++;
            await Task.WhenAny(closing, Task.Delay(Pause, limit));
        }
    }

    private static async Task CloseAsync(Wire wire, Story story, CancellationToken limit)
    {
        try
        {
            while (await wire.SkipAsync(limit) > 0)
            {
            }
        }
        catch (Exception reset) when (reset is SocketException or ObjectDisposedException)
        {
            // closed as well
        }
        catch (OperationCanceledException)
        {
            return;   // never
        }

        story.Closed = Stopwatch.GetTimestamp();
    }

    /// <summary>What became of one request.</summary>
    internal sealed class Story
    {
        public int Calls { get; set; }

        public int Tokens { get; set; }

        /// <summary>When it came; a timestamp of <see cref="Stopwatch"/>.</summary>
        public long Began { get; set; }

        /// <summary>When the connection was seen closed; 0 if it was not.</summary>
        public long Closed { get; set; }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Calls} calls, {Tokens} tokens, {(Closed == 0 ? "not closed" : "closed")}");
    }
}
