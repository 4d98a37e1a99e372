using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Causeway.Dialects.Json;
using Causeway.Dialects.Schemas;

namespace Causeway.Dialects.Canonical;

/// <summary>A dialect as clients speak it: requests are decoded, answers and errors encoded. Stateless and thread-safe.</summary>
public interface IClientDialect
{
    /// <summary>Which dialect.</summary>
    DialectId Id { get; }

    /// <summary>
    /// Reads a request. Its raw values point into <paramref name="body"/>, which must stay unchanged while the request is in use.
    /// </summary>
    Decoded<ChatRequest> DecodeRequest(ReadOnlyMemory<byte> body);

    /// <summary>Writes a whole answer.</summary>
    void EncodeResponse(ChatResponse response, IBufferWriter<byte> output, LossReport losses);

    /// <summary>Writes a whole answer that repeats what the client asked, where the dialect's answers do.</summary>
    void EncodeResponse(ChatResponse response, AnswerEncoding request, IBufferWriter<byte> output, LossReport losses) => EncodeResponse(response, output, losses);

    /// <summary>Makes the writer of one streamed answer.</summary>
    /// <param name="request">What the client asked; null when only errors are to be written.</param>
    /// <param name="losses">Takes what the stream cannot carry.</param>
    IStreamEncoder CreateStreamEncoder(AnswerEncoding request, LossReport losses);

    /// <summary>Writes an error body in the dialect's own envelope.</summary>
    void EncodeError(GatewayError error, IBufferWriter<byte> output);

    /// <summary>Requests name their model, and whether they want a stream, in the body; else the path does.</summary>
    bool NamesModelInBody => true;

    /// <summary>Streams and errors have the form in which the dialect's upstreams send them, so that those may pass as they came.</summary>
    bool TakesUpstreamFrames => true;

    /// <summary>The content type of a streamed answer.</summary>
    string StreamContentType => "text/event-stream; charset=utf-8";

    /// <summary>What keeps a silent stream alive: an event that clients skip; empty if the format has none.</summary>
    ReadOnlyMemory<byte> KeepAlive => SseOutput.Comment;

    /// <summary>May <see cref="KeepAlive"/> come before the answer's first event?</summary>
    bool KeepAliveMayBegin => true;
}

/// <summary>A dialect as providers speak it: requests are encoded, answers and errors decoded. Stateless and thread-safe.</summary>
public interface IUpstreamDialect
{
    /// <summary>Which dialect.</summary>
    DialectId Id { get; }

    /// <summary>Writes a request for a model with <paramref name="traits"/>. The result is needed to read the answer.</summary>
    Translation EncodeRequest(ChatRequest request, ModelTraits traits, IBufferWriter<byte> output, LossReport losses);

    /// <summary>Reads a whole answer. Raw values point into <paramref name="body"/>.</summary>
    Decoded<ChatResponse> DecodeResponse(ReadOnlyMemory<byte> body, Translation translation);

    /// <summary>Looks at a whole answer without taking it apart: enough if it may pass to a client of the same dialect as it came.</summary>
    Decoded<AnswerGlance> Glance(ReadOnlyMemory<byte> body);

    /// <summary>Makes the reader of one streamed answer.</summary>
    IStreamDecoder CreateStreamDecoder(Translation translation);

    /// <summary>Makes what cuts a streamed answer's bytes into the frames that the decoder reads.</summary>
    IFrameReader CreateFrameReader() => new SseReader();

    /// <summary>Is an answer of this media type streamed?</summary>
    bool IsStream(string mediaType) => mediaType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Reads an error body with whatever envelope it has (HTML and plain text too). The HTTP status is kept.
    /// </summary>
    GatewayError DecodeError(int status, ReadOnlyMemory<byte> body);
}

/// <summary>What a look at a whole answer shows.</summary>
/// <param name="Usage">What was consumed; null if the provider did not say.</param>
/// <param name="Conforms">The answer is exactly as the dialect's own API sends it.</param>
/// <param name="Id">The answer's id, where clients refer to answers by it; else null.</param>
public sealed record AnswerGlance(Usage? Usage, bool Conforms, string? Id = null);

/// <summary>What the encoder of an answer must know of the client's request.</summary>
/// <param name="Model">The model's name to report when the provider reports none.</param>
/// <param name="Usage">The client wants usage in the stream.</param>
/// <param name="Said">What the client said in an outermost field, missing if nothing; null if the request is not known.</param>
public sealed record AnswerEncoding(string Model, bool Usage = true, Func<string, RawJson>? Said = null);

/// <summary>Turns the frames of one streamed answer into events. One exchange, one decoder; not thread-safe.</summary>
public interface IStreamDecoder : IDisposable
{
    /// <summary>
    /// Appends the events of one frame to <paramref name="events"/>. Their raw values are good until the next call.
    /// Never throws on what an upstream sends: what cannot be read becomes <see cref="Failed"/>.
    /// </summary>
    void Decode(in SseFrame frame, List<StreamEvent> events);

    /// <summary>The upstream closed the connection: appends <see cref="Finished"/> if the answer is complete, else <see cref="Failed"/>.</summary>
    void End(List<StreamEvent> events);

    /// <summary>
    /// Every frame so far was as the dialect's own API sends it, so that it may pass to a client of the dialect as it came.
    /// </summary>
    bool Conforms { get; }

    /// <summary>
    /// What is to pass to a client of the dialect in place of the last frame, where that frame alone was not as the API sends it;
    /// empty if it may pass as it came. Good until the next call.
    /// </summary>
    ReadOnlyMemory<byte> Mended => default;

    /// <summary>
    /// The frames pass to nobody, so whether they conform will not be asked. Called before the first frame, if at all; the answer
    /// counts as one that does not conform then.
    /// </summary>
    void StopWatching()
    {
    }

    /// <summary>
    /// The model has stopped, and only what ends the stream should follow. Whether it does conform shows only then, so frames are
    /// held back from here on.
    /// </summary>
    bool IsEnding { get; }
}

/// <summary>Turns events into the frames of one streamed answer. One exchange, one encoder; not thread-safe.</summary>
public interface IStreamEncoder
{
    /// <summary>Writes whatever <paramref name="item"/> means; nothing if it has to wait for later events.</summary>
    void Encode(StreamEvent item, IBufferWriter<byte> output);

    /// <summary>Writes only the mark that ends a stream of this dialect, for an upstream's own stream that lacks it.</summary>
    void EncodeEndMark(IBufferWriter<byte> output);

    /// <summary>
    /// An upstream's own frame goes to the client in place of what <see cref="Encode"/> made of its events: what is written after it must use its
    /// names and numbers.
    /// </summary>
    void Follow(ReadOnlyMemory<byte> frame)
    {
    }
}

/// <summary>What an answer's reader must know of how the request was written.</summary>
public sealed class Translation
{
    /// <summary>A translation that changed no names.</summary>
    public static Translation None { get; } = new();

    private Dictionary<string, string>? _toolNames;
    private HashSet<string>? _bridged;

    /// <summary>Are there functions that stand for free-text tools?</summary>
    public bool HasBridges => _bridged is not null;

    /// <summary>Notes that the client's tool <paramref name="original"/> is called <paramref name="sent"/> upstream.</summary>
    public void RenameTool(string original, string sent) => (_toolNames ??= [])[sent] = original;

    /// <summary>Notes that a function stands for the client's free-text tool <paramref name="original"/>.</summary>
    public void BridgeTool(string original) => (_bridged ??= new(StringComparer.Ordinal)).Add(original);

    /// <summary>Does a function stand for the client's free-text tool <paramref name="original"/>?</summary>
    public bool IsBridged(string original) => _bridged?.Contains(original) ?? false;

    /// <summary>The client's name of a tool that the upstream names.</summary>
    public string OriginalToolName(string sent) => _toolNames?.GetValueOrDefault(sent) ?? sent;
}

/// <summary>What is known of a model; null means unknown, and then the encoder assumes the ordinary.</summary>
public sealed record ModelTraits
{
    /// <summary>Nothing is known.</summary>
    public static ModelTraits Unknown { get; } = new();

    /// <summary>Most output tokens the model can give.</summary>
    public long? MaxOutputTokens { get; init; }

    /// <summary>Can the model be asked to think? false: asking is an error upstream.</summary>
    public bool? Reasons { get; init; }

    /// <summary>
    /// The model wants its earlier thinking back with its calls (DeepSeek: "reasoning_content ... must be passed back"). Null: it does not.
    /// </summary>
    public bool? ReplaysReasoning { get; init; }

    /// <summary>How an Anthropic model is asked to think: true for adaptive thinking with an effort, false for a budget.</summary>
    public bool? AdaptiveThinking { get; init; }

    /// <summary>May temperature, top_p and top_k be set? false: setting them is an error upstream.</summary>
    public bool? Samples { get; init; }

    /// <summary>Does the model go on from an assistant's message at the end of the conversation? null or false: it is answered or refused.</summary>
    public bool? Prefills { get; init; }

    /// <summary>The words for its effort that the model takes, the least first; null: unknown.</summary>
    public IReadOnlyList<string>? Efforts { get; init; }

    /// <summary>What the model takes of the JSON Schemas of tools; null: all.</summary>
    public SchemaSubset? ToolSchemas { get; init; }

    /// <summary>What it takes of the JSON Schemas that it must follow exactly: those of answers and of strict tools; null: all.</summary>
    public SchemaSubset? StrictSchemas { get; init; }
}

/// <summary>A value, or the error that stands in its place.</summary>
/// <typeparam name="T">What was to be decoded.</typeparam>
public readonly struct Decoded<T>
    where T : class
{
    private Decoded(T? value, GatewayError? error) => (Value, Error) = (value, error);

    /// <summary>The value; null if there is an error.</summary>
    public T? Value { get; }

    /// <summary>The error; null if there is a value.</summary>
    public GatewayError? Error { get; }

    /// <summary>Is there a value?</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsOk => Value is not null;

    /// <summary>A value.</summary>
    public static implicit operator Decoded<T>(T value) => new(value, null);

    /// <summary>An error.</summary>
    public static implicit operator Decoded<T>(GatewayError error) => new(null, error);
}
