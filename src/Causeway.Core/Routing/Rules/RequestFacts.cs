using Causeway.Core.Pipeline;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Routing.Rules;

/// <summary>
/// What rules may ask of a request, as the client sent it. Each fact is found out when it is first asked for, and kept. All of them are read from the
/// head and the bytes; only <see cref="Complexity"/> takes a request apart, and only a small one.
/// </summary>
/// <param name="exchange">The request.</param>
/// <param name="time">The clock.</param>
public sealed class RequestFacts(Exchange exchange, TimeProvider time)
{
    /// <summary>The header in which a client marks what its request is about.</summary>
    public const string TagsHeader = "x-causeway-tags";

    private const int MostTags = 64;   // of the header; more are not looked at, for each is compared with each rule's

    private string[]? _tags;
    private string? _session;
    private string? _complexity;
    private long? _tokens;
    private double? _budgetUsed;
    private bool? _tools;
    private bool? _images;
    private bool? _search;
    private bool? _subAgent;
    private ThinkingWish? _wish;
    private bool _knowsSession;
    private string? _provider;
    private bool _knowsProvider;

    /// <summary>The model that was asked for.</summary>
    public string Model { get; } = ModelResolver.WithoutPickerPrefix(exchange.RequestedModel);

    /// <summary>The provider that the model's name means, without rules; null if none does.</summary>
    public string? Provider
    {
        get
        {
            if (!_knowsProvider) (_provider, _knowsProvider) = (ModelResolver.ResolveName(Model, exchange.Gateway).Value?.Provider.Name, true);
            return _provider;
        }
    }

    /// <summary>The client's dialect.</summary>
    public string Dialect { get; } = exchange.Client.Id.Name();

    /// <summary>The client's name for itself; null if it has none.</summary>
    public string? UserAgent { get; } = Header(exchange, "User-Agent");

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

    /// <summary>What the virtual key and the request are marked with.</summary>
    public IReadOnlyList<string> Tags => _tags ??= ReadTags();

    /// <summary>How much of a budget is used, in percent: the highest of those that cover all requests of the client; 0 if there is none.</summary>
    public double BudgetUsed => _budgetUsed ??= exchange.Gateway.Books.ShareOf(exchange.Caller, Now) * 100;

    /// <summary>An estimate of the input tokens, from the bytes.</summary>
    public double Tokens => _tokens ??= TokenGuess.Of(exchange.Body.Span);

    /// <summary>Are there tools?</summary>
    public bool HasTools => _tools ??= Offers("tools"u8) || Offers("functions"u8) || (exchange.Client.Id == DialectId.BedrockConverse && Offers("toolConfig"u8));

    /// <summary>Are there pictures, in any message or result of a tool?</summary>
    public bool HasImages => _images ??= BodyMarks.HasPicture(Conversation, exchange.Client.Id);

    /// <summary>Is the model to think?</summary>
    public bool Thinks => Wish.Thinks;

    /// <summary>How much it is to think, in the client's word; null if it does not say.</summary>
    public string? Effort => Wish.Effort;

    /// <summary>Does it come from an agent that another one has started? Claude Code says so.</summary>
    public bool IsSubAgent => _subAgent ??= exchange.Http.Request.Headers.ContainsKey("x-claude-code-agent-id") || Field("system"u8).IndexOf("cc_is_subagent=true"u8) >= 0;

    /// <summary>Is a stream wanted?</summary>
    public bool Streams => exchange.Stream;

    /// <summary>Is the provider to search the web?</summary>
    public bool SearchesWeb => _search ??= exchange.Fields.TryGet("web_search_options"u8, out _) || BodyMarks.HasSearch(Field("tools"u8), exchange.Client.Id);

    /// <summary>How demanding it looks: <c>simple</c>, <c>medium</c> or <c>complex</c>; see <see cref="Rules.Complexity"/>.</summary>
    public string Complexity => _complexity ??= Rules.Complexity.Of(this);

    /// <summary>The time.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>The request in canonical form; null if it cannot be read, which whoever has to read it will say.</summary>
    internal ChatRequest? Request => exchange.DecodeRequest().Value;

    private ThinkingWish Wish => _wish ??= ThinkingWish.Of(exchange);

    /// <summary>The bytes of the messages; of the whole body where a dialect has them elsewhere.</summary>
    private ReadOnlySpan<byte> Conversation => exchange.Fields.TryGet("messages"u8, out var at) || exchange.Fields.TryGet("input"u8, out at)
        || exchange.Fields.TryGet("contents"u8, out at) ? exchange.Body.Span[at.Value] : exchange.Body.Span;

    /// <summary>A header; null if there is none.</summary>
    public string? Header(string name) => Header(exchange, name);

    /// <summary>A parameter of the request's query; null if there is none.</summary>
    public string? Query(string name) => exchange.Http.Request.Query.TryGetValue(name, out var values) ? values.ToString() : null;

    private static string? Header(Exchange exchange, string name) => exchange.Http.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    private string[] ReadTags()
    {
        var tags = new List<string>(exchange.Caller?.Tags ?? []);
        if (Header(TagsHeader) is { } text)
        {
            Span<Range> parts = stackalloc Range[MostTags + 1];
            var count = text.AsSpan().Split(parts, ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            foreach (var part in parts[..Math.Min(count, MostTags)]) tags.Add(text[part]);
        }

        return [.. tags];
    }

    private ReadOnlySpan<byte> Field(ReadOnlySpan<byte> name) => exchange.Fields.TryGet(name, out var field) ? exchange.Body.Span[field.Value] : default;

    /// <summary>An empty list offers nothing.</summary>
    private bool Offers(ReadOnlySpan<byte> name) => Field(name).IndexOf((byte)'"') >= 0;
}
