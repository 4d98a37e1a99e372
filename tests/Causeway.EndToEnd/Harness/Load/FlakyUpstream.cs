using System.Collections.Concurrent;
using System.Globalization;

namespace Causeway.EndToEnd.Harness.Load;

/// <summary>How an attempt fails, before any content of an answer has gone out.</summary>
internal enum Fault
{
    None,
    AtItsLimit,
    AtItsLimitForLong,
    Broken,
    Unavailable,
    Overloaded,
    ResetBeforeHead,
    ClosedBeforeHead,
    ResetAfterHead,
    ClosedBeforeContent,   // in the middle of a whole answer's JSON
    EndedBeforeContent,    // of a whole answer: half of its JSON, as if that were all
    FailureForAnAnswer,    // with status 200: an event, or a body
    Empty,
    WebPage,
    Silent,
    SilentAfterHead,
}

/// <summary>How an attempt fails after some of the content has gone out.</summary>
internal enum LateFault
{
    Closed,
    Reset,
    Ended,
    Failure,
    Silent,
}

/// <summary>
/// An upstream of which three calls in ten fail, and one that always answers. Which call fails and how is drawn from the request's number and
/// the count of its calls, so that each run has the same faults. It keeps account of what each request met. Requests with numbers from
/// <see cref="Late"/> on get a stream that fails in the middle, in the way that their number says.
/// </summary>
internal sealed class FlakyUpstream : IAsyncDisposable
{
    public const double FaultRate = 0.3;
    public const double TimeoutSeconds = 2;

    /// <summary>The first number of those whose stream fails in the middle.</summary>
    public const int Late = 1_000_000;

    private const double SilentShare = 0.004;   // of the faults: each costs the whole timeout
    private static readonly Fault[] Quick = [.. Enum.GetValues<Fault>().Where(fault => fault is not (Fault.None or Fault.Silent or Fault.SilentAfterHead))];

    private readonly RawUpstream _flaky;
    private readonly RawUpstream _steady;
    private readonly ConcurrentDictionary<int, Story> _stories = new();
    private long _calls;
    private long _faults;

    public FlakyUpstream()
    {
        _flaky = new RawUpstream(request => request.Id >= Late ? FailLateAsync(request, (LateFault)(request.Id - Late)) : AnswerAsync(request, Draw(request)));
        _steady = new RawUpstream(request => AnswerAsync(request, Fault.None));
    }

    /// <summary>How many calls the flaky one got, and how many of them failed.</summary>
    public (long Calls, long Faults) Flaky => (Interlocked.Read(ref _calls), Interlocked.Read(ref _faults));

    /// <summary>Requests that were sent again although a part of their answer was on its way to the client.</summary>
    public ConcurrentQueue<string> SentTwice { get; } = new();

    /// <summary>How often each fault was played.</summary>
    public ConcurrentDictionary<Fault, int> Played { get; } = new();

    public string AddressOfFlaky(string provider) => _flaky.AddressFor(provider);

    public string AddressOfSteady(string provider) => _steady.AddressFor(provider);

    /// <summary>The tokens of the answer to a request: no two answers are alike.</summary>
    public static IReadOnlyList<string> Tokens(int id)
    {
        List<string> tokens = ["Number", string.Create(CultureInfo.InvariantCulture, $" {id}"), " \"é\"\n", " 📦"];
        for (var i = 0; i < id % 9; i++) tokens.Add(" word");
        tokens.Add(string.Create(CultureInfo.InvariantCulture, $" end{id}."));
        return tokens;
    }

    /// <summary>The calls that a request made, in the form in which the record of its exchange has them.</summary>
    public string Attempts(int id) => _stories.TryGetValue(id, out var story) ? string.Join(", ", story.Calls) : "none";

    /// <summary>How many calls a request made.</summary>
    public int CountOf(int id) => _stories.TryGetValue(id, out var story) ? story.Calls.Count : 0;

    /// <summary>The input and output tokens that all calls of a request told of.</summary>
    public (long Input, long Output) Usage(int id) => _stories.TryGetValue(id, out var story) ? story.Usage : default;

    public async ValueTask DisposeAsync()
    {
        await _flaky.DisposeAsync();
        await _steady.DisposeAsync();
    }

    private Fault Draw(UpstreamRequest request)
    {
        var call = _stories.GetOrAdd(request.Id, static _ => new Story()).Calls.Count;
        var dice = new Dice(request.Id, call);
        Interlocked.Increment(ref _calls);
        if (dice.NextDouble() >= FaultRate) return Fault.None;
        Interlocked.Increment(ref _faults);
        var fault = dice.NextDouble() < SilentShare ? dice.Next(2) == 0 ? Fault.Silent : Fault.SilentAfterHead : Quick[dice.Next(Quick.Length)];
        Played.AddOrUpdate(fault, 1, static (_, count) => count + 1);
        return fault;
    }

    private async Task<bool> AnswerAsync(UpstreamRequest request, Fault fault)
    {
        var story = _stories.GetOrAdd(request.Id, static _ => new Story());
        if (story.IsDelivered) SentTwice.Enqueue($"{request.Id}: {string.Join(", ", story.Calls)}, then {request.Provider}");
        story.Calls.Enqueue($"{request.Provider}/{request.Model} {StatusOf(request, fault)}");
        var (wire, voice, tokens) = (request.Wire, request.Voice, Tokens(request.Id));
        if (fault != Fault.None)
        {
            if (request.Stream && fault is (Fault.ClosedBeforeContent or Fault.EndedBeforeContent or Fault.FailureForAnAnswer)) story.Add(voice.UsageAtBegin);
            return await FailAsync(request, fault);
        }

        story.IsDelivered = true;
        story.Add((UpstreamVoice.InputTokens, tokens.Count));
        if (!request.Stream)
        {
            await wire.AnswerAsync(200, "application/json", voice.Whole(tokens));
            return true;
        }

        await wire.SendAsync(StreamHead);
        await wire.ChunkAsync(voice.Begin() + voice.Delta(tokens[0]));
        await wire.ChunkAsync(string.Concat(tokens.Skip(1).Select(voice.Delta)));
        await wire.ChunkAsync(voice.End(tokens));
        await wire.ChunkAsync("");
        return true;
    }

    private const string StreamHead = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

    /// <summary>The status that a fault has in the record: the upstream's own, or what stands for it.</summary>
    private static int StatusOf(UpstreamRequest request, Fault fault) => fault switch
    {
        Fault.None => 200,
        Fault.AtItsLimit or Fault.AtItsLimitForLong => 429,
        Fault.Broken => 500,
        Fault.Unavailable => 503,
        Fault.Overloaded => 529,
        Fault.FailureForAnAnswer => request.Voice.FailureStatus,
        Fault.Silent or Fault.SilentAfterHead => 504,
        _ => 502,
    };

    private static async Task<bool> FailAsync(UpstreamRequest request, Fault fault)
    {
        var (wire, voice, stream) = (request.Wire, request.Voice, request.Stream);
        const string Error = """{"error":{"message":"not now","type":"some_error"}}""";
        switch (fault)
        {
            case Fault.AtItsLimit: await wire.AnswerAsync(429, "application/json", Error); return true;
            case Fault.AtItsLimitForLong: await wire.AnswerAsync(429, "application/json", Error, "retry-after: 30\r\n"); return true;
            case Fault.Broken: await wire.AnswerAsync(500, "application/json", Error); return true;
            case Fault.Unavailable: await wire.AnswerAsync(503, "text/html", "<html>503</html>", "retry-after: 0\r\n"); return true;
            case Fault.Overloaded: await wire.AnswerAsync(529, "application/json", Error); return true;
            case Fault.WebPage: await wire.AnswerAsync(200, "text/html", "<html>Sign in</html>"); return true;
            case Fault.Empty: await wire.AnswerAsync(200, stream ? "text/event-stream" : "application/json", ""); return true;
            case Fault.ResetBeforeHead: wire.Reset(); return false;
            case Fault.ClosedBeforeHead: return false;
            case Fault.Silent: await wire.ReadHeadAsync(); return false;   // until the gateway gives up
        }

        var whole = voice.Whole(Tokens(request.Id));
        if (stream) await wire.SendAsync(StreamHead);
        else if (fault is Fault.EndedBeforeContent or Fault.FailureForAnAnswer) await wire.AnswerAsync(200, "application/json", fault == Fault.FailureForAnAnswer ? voice.Failure(stream) : whole[..(whole.Length / 2)]);
        else await wire.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {whole.Length * 2}\r\n\r\n");
        switch (fault)
        {
            case Fault.ResetAfterHead:
                await Task.Yield();
                wire.Reset();
                return false;
            case Fault.SilentAfterHead: await wire.ReadHeadAsync(); return false;
            case Fault.ClosedBeforeContent:
                if (stream) await wire.ChunkAsync(voice.Begin());
                else await wire.SendAsync(whole[..(whole.Length / 2)]);
                return false;
            case Fault.EndedBeforeContent or Fault.FailureForAnAnswer:
                if (!stream) return true;
                await wire.ChunkAsync(voice.Begin());
                if (fault == Fault.FailureForAnAnswer) await wire.ChunkAsync(voice.Failure(stream));
                await wire.ChunkAsync("");
                return true;
            default: throw new InvalidOperationException($"{fault}");
        }
    }

    private async Task<bool> FailLateAsync(UpstreamRequest request, LateFault fault)
    {
        var (wire, voice, tokens) = (request.Wire, request.Voice, Tokens(request.Id));
        var status = fault switch { LateFault.Failure => voice.FailureStatus, LateFault.Silent => 504, _ => 502 };
        _stories.GetOrAdd(request.Id, static _ => new Story()).Calls.Enqueue($"{request.Provider}/{request.Model} {status}");
        await wire.SendAsync(StreamHead);
        await wire.ChunkAsync(voice.Begin() + voice.Delta(tokens[0]) + voice.Delta(tokens[1]));
        await Task.Delay(50);   // a reset may take with it what has not been read
        switch (fault)
        {
            case LateFault.Closed: return false;
            case LateFault.Reset: wire.Reset(); return false;
            case LateFault.Silent: await wire.ReadHeadAsync(); return false;
            case LateFault.Failure: await wire.ChunkAsync(voice.Failure(stream: true)); break;
        }

        await wire.ChunkAsync("");
        return true;
    }

    /// <summary>What one request met.</summary>
    private sealed class Story
    {
        public ConcurrentQueue<string> Calls { get; } = new();

        public bool IsDelivered { get; set; }

        public (long Input, long Output) Usage { get; private set; }

        public void Add((int Input, int Output) usage) => Usage = (Usage.Input + usage.Input, Usage.Output + usage.Output);   // its calls come one after the other
    }
}
