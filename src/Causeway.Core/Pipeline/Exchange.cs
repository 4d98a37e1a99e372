using System.Buffers;
using Causeway.Core.Authentication;
using Causeway.Core.Configuration;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Governance.Limits;
using Causeway.Core.Recording;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Live;
using Causeway.Core.Recording.Tracing;
using Causeway.Core.Responses;
using Causeway.Core.Routing;
using Causeway.Core.Routing.Rules;
using Causeway.Core.Upstream;
using Causeway.Core.Upstream.Relay;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Microsoft.AspNetCore.Http;

namespace Causeway.Core.Pipeline;

/// <summary>
/// One client request and all that happens for it. Each property is set by one stage, named in its comment, and read by those
/// after it. Not thread-safe: an exchange is one flow of control.
/// </summary>
public sealed class Exchange(HttpContext http, IClientDialect client, GatewayRuntime gateway) : IDisposable
{
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private RoutePolicy _policy = RoutePolicy.Default;
    private ulong? _seed;
    private Guid _id;
    private List<AnswerCapture>? _answers;
    private ContentPolicy? _policyOfContent;
    private bool _hasSession;
    private bool? _isCaptured;
    private Decoded<ChatRequest>? _request;

    /// <summary>The HTTP request and its response.</summary>
    public HttpContext Http { get; } = http;

    /// <summary>The dialect the client speaks.</summary>
    public IClientDialect Client { get; } = client;

    /// <summary>The configuration as it was when the exchange began; a reload does not touch exchanges in flight.</summary>
    public GatewayRuntime Gateway { get; } = gateway;

    /// <summary>Its number, of version 7; made when first asked for.</summary>
    public Guid Id => _id == Guid.Empty ? _id = Guid.CreateVersion7() : _id;

    /// <summary>Where it is written down what the attempts used; null: nowhere. Set with the exchange.</summary>
    public ILedger? Ledger { get; init; }

    /// <summary>Where it is written down what happened; null: nowhere. Set with the exchange.</summary>
    public IRequestLog? Log { get; init; }

    /// <summary>The model that the request's path names, in dialects that name it there; null elsewhere. Set with the exchange.</summary>
    public string? PathModel { get; init; }

    /// <summary>The request's body. Set by <see cref="ReadRequest"/>.</summary>
    public RequestBody Body { get; } = new();

    /// <summary>The members of the body's outermost object. Set by <see cref="ReadRequest"/>.</summary>
    public TopLevelFields Fields { get; } = new();

    /// <summary>The model as the client named it. Set by <see cref="ReadRequest"/>.</summary>
    public string RequestedModel { get; set; } = "";

    /// <summary>The client asked for a stream. Set by <see cref="ReadRequest"/>, or with the exchange if the path says it.</summary>
    public bool Stream { get; set; }

    /// <summary>Where the request may go, in order of preference. Set by <see cref="Route"/>.</summary>
    public IReadOnlyList<Candidate> Candidates { get; set; } = [];

    /// <summary>The candidate that answered, or was tried last. Set by <see cref="Dispatch"/>.</summary>
    public Candidate? Answering { get; set; }

    /// <summary>The candidate that went on with the answer in the middle, after the first had died; null: none had to. Set by <see cref="Dispatch"/>.</summary>
    public Candidate? ContinuedBy { get; set; }

    /// <summary>The key that the last attempt used; null if the provider takes none. Set by <see cref="Dispatch"/>.</summary>
    public KeyConfig? Key { get; set; }

    /// <summary>Where the answer is stored that the request goes on from, if a provider stores it. Set by <see cref="KeepResponses"/>.</summary>
    public ResponseHome? Home { get; set; }

    /// <summary>The id of the answer that the request goes on from, as the client wrote it, where the conversation has taken its place in the body.</summary>
    public RawJson GoesOnFrom { get; set; }

    /// <summary>Takes a copy of an answer that is written by the gateway, not passed on as it came; null: none is wanted. Set by <see cref="KeepResponses"/>.</summary>
    public PooledBuffer? Copy { get; set; }

    /// <summary>The request is for the provider's own route that shortens conversations. Set by <see cref="CompactResponse"/>.</summary>
    public bool IsCompaction { get; set; }

    /// <summary>Writes the answer in another form than the client's dialect has for answers; null: the ordinary one. Set by <see cref="CompactResponse"/>.</summary>
    public Action<ChatResponse, IBufferWriter<byte>>? WriteAnswer { get; set; }

    /// <summary>The answer's id, as the provider says it; null if unknown. Set by <see cref="Dispatch"/>.</summary>
    public string? AnswerId { get; set; }

    /// <summary>The upstream calls that have ended, in order. Set by <see cref="Dispatch"/>.</summary>
    public List<Attempt> Trail { get; } = [];

    /// <summary>What holds for the request as a whole: deadline, hedging, losses. Set by <see cref="Route"/>.</summary>
    public RoutePolicy Policy
    {
        get => _policy;
        set
        {
            _policy = value;
            if (_request?.Value is { } decoded) value.Settings?.ApplyTo(decoded);
        }
    }

    /// <summary>Why it goes where it goes, in the order in which that was found. Set by <see cref="Route"/>.</summary>
    public List<string> Why { get; } = [];

    /// <summary>The rules that applied. Set by <see cref="Route"/>.</summary>
    public List<RoutingRule> Rules { get; } = [];

    /// <summary>The virtual key that the client has; null if it has none. Set by <see cref="Authenticate"/>.</summary>
    public VirtualKey? Caller { get; set; }

    /// <summary>What it holds of its caller's rate limits; null if the caller has none. Set by <see cref="Admit"/>, settled before the last bytes leave.</summary>
    public LimitPermit? Limits { get; set; }

    /// <summary>Who asks, for fairness between clients: the virtual key, else the credential as it came.</summary>
    public string Owner => Caller?.Name ?? Credential;

    private string Credential => Http.Request.Headers["x-api-key"] is [{ Length: > 0 } key] ? key : Http.Request.Headers.Authorization.ToString();

    /// <summary>What the request could not carry to the provider. Set by <see cref="Dispatch"/>, anew for each candidate.</summary>
    public LossReport RequestLosses { get; set; } = new();

    /// <summary>What the answer could not carry to the client. Set by <see cref="Dispatch"/>.</summary>
    public LossReport AnswerLosses { get; set; } = new();

    /// <summary>What the answer consumed; null if unknown. Set by <see cref="Dispatch"/>.</summary>
    public Usage? Usage { get; set; }

    /// <summary>What it cost; null as long as nobody needs to know. Set by <see cref="Record"/>.</summary>
    public Bill? Bill { get; set; }

    /// <summary>Why the exchange failed, if it did. Set by whichever stage found out.</summary>
    public GatewayError? Error { get; set; }

    /// <summary>The client has been told of <see cref="Error"/> in its stream. Set by <see cref="Dispatch"/>.</summary>
    public bool ErrorIsSaid { get; set; }

    /// <summary>The upstream's own error body, when it already is what the client's dialect expects. Set by <see cref="Dispatch"/>.</summary>
    public ReadOnlyMemory<byte> NativeError { get; set; }

    /// <summary>The timer of a streamed answer, through which all of it goes. Set by <see cref="Dispatch"/> while it runs.</summary>
    internal Pulse? Pulse { get; set; }

    /// <summary>The client has some of the answer, and not only signs of life. Set by <see cref="Dispatch"/>.</summary>
    public bool HasContent
    {
        get;
        set
        {
            if (value && !field)
            {
                var elapsed = Elapsed;
                FirstContentAfter = elapsed;
                Live?.NoteFirstToken(elapsed);
            }

            field = value;
        }
    }

    /// <summary>How long it took until the client got the first content of its stream; null: it got none, or wanted no stream.</summary>
    public TimeSpan? FirstContentAfter { get; private set; }

    /// <summary>How long it has been going on.</summary>
    internal TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_began);

    /// <summary>Tells what goes on to somebody who watches; null: nobody does. Set by <see cref="Announce"/>, or by whoever begins to watch.</summary>
    internal LiveExchange? Live { get; set; }

    /// <summary>Its place among those that are going on. Set by <see cref="Announce"/>.</summary>
    internal int LiveSlot { get; set; } = -1;

    /// <summary>How long upstreams were waited for.</summary>
    internal UpstreamWaits Waits { get; } = new();

    /// <summary>Tells OpenTelemetry of it; null: nobody is told. Set by <see cref="Record"/>.</summary>
    public ExchangeTrace? Trace { get; set; }

    /// <summary>The 200 and its stream headers went out; from here on an error can only be an event of the stream.</summary>
    public bool StreamOpened { get; set; }

    /// <summary>What requests of the same session have in common, else a random number: chooses among keys and targets.</summary>
    public ulong Seed
    {
        get
        {
            if (_seed is { } known) return known;
            _seed = Session is { } session ? Rendezvous.Hash(session) : Rendezvous.RandomSeed();
            return _seed.Value;
        }
    }

    /// <summary>The session that the request belongs to, as the client says; null if it says none. Known when the body is.</summary>
    public string? Session
    {
        get
        {
            if (_hasSession) return field;
            _hasSession = true;
            return field = SessionId.Of(this);
        }
    }

    /// <summary>What the log keeps of what is said. Known when the caller is.</summary>
    public ContentPolicy ContentPolicy => _policyOfContent ??= ContentPolicies.Of(this);

    /// <summary>Does the log want to see what is said? An agent's requests are looked at also where nothing is kept, for alarms.</summary>
    internal bool IsCaptured => _isCaptured ??= WantsContent && Log!.TakesContent;

    /// <summary>Would the log want to see it if it had the time?</summary>
    internal bool WantsContent => Log is not null && (ContentPolicy > ContentPolicy.Drop || Session is not null);

    /// <summary>An answer that is given out, of which the log has a copy.</summary>
    internal void Add(AnswerCapture answer) => (_answers ??= []).Add(answer);

    /// <summary>Hands those copies over.</summary>
    internal IReadOnlyList<AnswerCapture> TakeAnswers()
    {
        IReadOnlyList<AnswerCapture> taken = _answers ?? [];
        _answers = null;
        return taken;
    }

    /// <summary>What the client said in an outermost field of its request; missing if nothing.</summary>
    public RawJson Said(string name)
    {
        if (name == "previous_response_id" && !GoesOnFrom.IsMissing) return GoesOnFrom;
        return Fields.TryGet(System.Text.Encoding.UTF8.GetBytes(name), out var field) ? new RawJson(Body.Memory[field.Value]) : default;
    }

    /// <summary>How long the attempts may take altogether from now on; null: there is no deadline, or it has been met.</summary>
    public TimeSpan? TimeLeft(TimeProvider time) => !HasContent && Policy.Deadline is { } deadline ? deadline - time.GetElapsedTime(_began) : null;

    /// <summary>Cancelled when the client leaves.</summary>
    public CancellationToken ClientGone => Http.RequestAborted;

    /// <summary>Edits the body; the error if it is no JSON object afterwards.</summary>
    public GatewayError? Edit(BodyPatch patch)
    {
        _request?.Value?.Dispose();
        _request = null;   // it pointed into the body as it was
        Body.Apply(patch);
        return TopLevelScan.TryScan(Body.Memory, Fields, out var problem) ? null : GatewayError.Invalid(null, problem);
    }

    /// <summary>The request in canonical form, decoded when first asked for: the verbatim lane never does.</summary>
    public Decoded<ChatRequest> DecodeRequest()
    {
        if (_request is { } known) return known;
        var decoded = Client.DecodeRequest(Body.Memory);
        if (decoded.IsOk)
        {
            decoded.Value.Stream = Stream;
            Policy.Settings?.ApplyTo(decoded.Value);
        }

        _request = decoded;
        return decoded;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _request?.Value?.Dispose();
        Body.Dispose();
        foreach (var answer in TakeAnswers()) answer.Dispose();
    }
}
