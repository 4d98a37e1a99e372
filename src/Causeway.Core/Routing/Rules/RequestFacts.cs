using Causeway.Core.Pipeline;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Routing.Rules;

/// <summary>
/// What rules may ask of a request. Each fact is found out when it is first asked for. What needs the request taken apart is asked of its bytes
/// first, which in most cases say at once that there is no such thing.
/// </summary>
/// <param name="exchange">The request.</param>
/// <param name="time">The clock.</param>
public sealed class RequestFacts(Exchange exchange, TimeProvider time)
{
    /// <summary>The header in which a client marks what its request is about.</summary>
    public const string TagsHeader = "x-causeway-tags";

    private const int BytesPerToken = 4;       // of JSON with English, code and tool schemas, as OpenAI's and Anthropic's tokenizers count it
    private const int TokensPerImage = 1600;

    private static readonly byte[][] ThinkingFields = [[.. "thinking"u8], [.. "reasoning"u8], [.. "reasoning_effort"u8], [.. "output_config"u8], [.. "generationConfig"u8], [.. "additionalModelRequestFields"u8]];
    private static readonly byte[][] ToolFields = [[.. "tools"u8], [.. "toolConfig"u8], [.. "functions"u8]];

    private IReadOnlyList<string>? _tags;
    private long? _tokens;
    private bool? _images;
    private string? _session;
    private bool _knowsSession;

    /// <summary>The model that was asked for.</summary>
    public string Model { get; } = ModelResolver.WithoutPickerPrefix(exchange.RequestedModel);

    /// <summary>The provider that the model's name means, without rules; null if none does.</summary>
    public string? Provider => ModelResolver.ResolveName(Model, exchange.Gateway).Value?.Provider.Name;

    /// <summary>The client's dialect.</summary>
    public string Dialect => exchange.Client.Id.Name();

    /// <summary>The client's name for itself; null if it has none.</summary>
    public string? UserAgent => Header("User-Agent");

    /// <summary>The virtual key's name; null if there is none.</summary>
    public string? VirtualKey => exchange.Caller?.Name;

    /// <summary>The virtual key's id; null if there is no key.</summary>
    public string? VirtualKeyId => exchange.Caller?.Id;

    /// <summary>The id of the virtual key's team; null if there is none.</summary>
    public string? TeamId => exchange.Caller?.TeamId;

    /// <summary>The virtual key's team; null if there is none.</summary>
    public string? Team => exchange.Caller?.Team;

    /// <summary>The session; null if the client does not say.</summary>
    public string? Session
    {
        get
        {
            if (!_knowsSession) (_session, _knowsSession) = (SessionId.Of(exchange), true);
            return _session;
        }
    }

    /// <summary>What the request and the virtual key are marked with.</summary>
    public IReadOnlyList<string> Tags => _tags ??=
        [.. (Header(TagsHeader) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), .. exchange.Caller?.Tags ?? []];

    /// <summary>How much of its budget the virtual key has used, in percent; 0 if it has none.</summary>
    public double BudgetUsed => exchange.Caller is { } key ? exchange.Gateway.Spending.ShareOf(key, Now) * 100 : 0;

    /// <summary>An estimate of the input tokens, from the bytes.</summary>
    public double Tokens => _tokens ??= Estimate();

    /// <summary>Are there tools?</summary>
    public bool HasTools => ToolFields.Any(name => exchange.Fields.TryGet(name, out var tools) && exchange.Body.Span[tools.Value].IndexOf((byte)'"') >= 0);

    /// <summary>Are there pictures, in a message or in a tool's result?</summary>
    public bool HasImages => _images ??= exchange.Body.Span.IndexOf("\"image"u8) >= 0 || exchange.Body.Span.IndexOf("\"input_image"u8) >= 0 ? Media().Any(media => media.Kind == MediaKind.Image) : false;

    /// <summary>Is the model to think?</summary>
    public bool Thinks => Reasoning is { Mode: not ReasoningMode.Off, EffortOnly: false };

    /// <summary>How much it is to think, in the client's word; null if it does not say.</summary>
    public string? Effort => Reasoning?.Effort;

    /// <summary>Does it come from an agent that another one has started? Claude Code says so.</summary>
    public bool IsSubAgent => exchange.Http.Request.Headers.ContainsKey("x-claude-code-agent-id")
        || (exchange.Fields.TryGet("system"u8, out var system) && exchange.Body.Span[system.Value].IndexOf("cc_is_subagent=true"u8) >= 0);

    /// <summary>Is a stream wanted?</summary>
    public bool Streams => exchange.Stream;

    /// <summary>Is the provider to search the web?</summary>
    public bool SearchesWeb => (exchange.Body.Span.IndexOf("web_search"u8) >= 0 || exchange.Body.Span.IndexOf("google"u8) >= 0)
        && Request?.Tools.Any(tool => tool is OpaqueTool { Kind: var kind } && (kind.StartsWith("web_search", StringComparison.Ordinal) || kind.StartsWith("google", StringComparison.Ordinal))) == true;

    /// <summary>The time.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    private ReasoningOptions? Reasoning => ThinkingFields.Any(name => exchange.Fields.TryGet(name, out _)) ? Request?.Reasoning : null;

    /// <summary>The request in canonical form; null if it cannot be read, which whoever has to read it will say.</summary>
    private ChatRequest? Request => exchange.DecodeRequest().Value;

    /// <summary>A header; null if there is none.</summary>
    public string? Header(string name) => exchange.Http.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>A parameter of the request's query; null if there is none.</summary>
    public string? Query(string name) => exchange.Http.Request.Query.TryGetValue(name, out var values) ? values.ToString() : null;

    private long Estimate()
    {
        var body = exchange.Body.Span;
        long bytes = body.Length;
        var images = 0;
        if (body.IndexOf("base64"u8) >= 0 || body.IndexOf("inline"u8) >= 0 || body.IndexOf("\"bytes\""u8) >= 0)
        {
            foreach (var media in Media().Where(media => media.Form == MediaForm.Base64))
            {
                bytes -= media.Data.Utf8.Length;
                images++;
            }
        }

        return (bytes / BytesPerToken) + (images * TokensPerImage);
    }

    private IEnumerable<MediaPart> Media()
    {
        foreach (var part in Request?.Turns.SelectMany(turn => turn.Parts) ?? [])
        {
            if (part is MediaPart media) yield return media;
            else if (part is ToolResultPart result)
            {
                foreach (var inner in result.Content.OfType<MediaPart>()) yield return inner;
            }
        }
    }
}
