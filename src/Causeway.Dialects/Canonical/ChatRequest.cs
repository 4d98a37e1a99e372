using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>
/// A request for an answer, free of any dialect's form. Life: a client dialect decodes it from the body (whose bytes its raw
/// values keep pointing into), routing may change <see cref="Model"/>, a provider's dialect encodes it.
/// Settings keep the number as the client wrote it; a missing <see cref="RawJson"/> means the client did not say.
/// </summary>
public sealed class ChatRequest : IDisposable
{
    /// <summary>The parsed body that raw values point into, if there is one.</summary>
    public JsonTree? Tree { get; init; }

    /// <summary>The dialect it was read in.</summary>
    public required DialectId Origin { get; init; }

    /// <summary>The model's name at the provider.</summary>
    public required string Model { get; set; }

    /// <summary>The client wants the answer as a stream of events.</summary>
    public bool Stream { get; set; }

    /// <summary>The client wants usage in the stream (chat completions clients must ask; others always get it).</summary>
    public bool StreamUsage { get; init; } = true;

    /// <summary>System prompts, messages and tool results in order.</summary>
    public List<Turn> Turns { get; } = [];

    /// <summary>The tools offered.</summary>
    public List<Tool> Tools { get; } = [];

    /// <summary>Which tools the model must or may call; null: not said.</summary>
    public ToolChoice? ToolChoice { get; init; }

    /// <summary>May the model call several tools at once? null: not said.</summary>
    public bool? ParallelTools { get; init; }

    /// <summary>Most tokens of the answer, reasoning included; null: not said.</summary>
    public long? MaxTokens { get; set; }

    /// <summary>Sampling temperature.</summary>
    public RawJson Temperature { get; set; }

    /// <summary>Nucleus sampling.</summary>
    public RawJson TopP { get; set; }

    /// <summary>Sample from the k likeliest tokens only.</summary>
    public RawJson TopK { get; init; }

    /// <summary>Seed of the sampling.</summary>
    public RawJson Seed { get; init; }

    /// <summary>Penalty on how often a token has occurred.</summary>
    public RawJson FrequencyPenalty { get; init; }

    /// <summary>Penalty on a token having occurred.</summary>
    public RawJson PresencePenalty { get; init; }

    /// <summary>Texts that end the answer: JSON strings.</summary>
    public IReadOnlyList<RawJson> StopSequences { get; init; } = [];

    /// <summary>Whether and how much the model is to think; null: not said.</summary>
    public ReasoningOptions? Reasoning { get; set; }

    /// <summary>The form the answer must have; null: free text.</summary>
    public OutputFormat? Output { get; init; }

    /// <summary>Who the end user is, as an opaque id: a JSON string.</summary>
    public RawJson User { get; init; }

    /// <summary>
    /// The field that ties the request to a provider of its own dialect, such as <c>previous_response_id</c>: without what is stored
    /// there the request means something else. Null: none.
    /// </summary>
    public string? BoundBy { get; init; }

    /// <summary>Fields of the request's own dialect without canonical meaning.</summary>
    public Extras? Extras { get; init; }

    /// <inheritdoc/>
    public void Dispose() => Tree?.Dispose();
}

/// <summary>Who speaks in a <see cref="Turn"/>.</summary>
public enum Role
{
    /// <summary>The operator's instructions.</summary>
    System,

    /// <summary>The developer's instructions (OpenAI's newer name for system).</summary>
    Developer,

    /// <summary>The user, and the results of the client's tools.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,
}

/// <summary>A stretch of the conversation by one speaker.</summary>
public sealed class Turn(Role role)
{
    /// <summary>Who speaks.</summary>
    public Role Role { get; } = role;

    /// <summary>What is said, in order.</summary>
    public List<Part> Parts { get; } = [];

    /// <summary>Fields of the message's own dialect without canonical meaning, such as <c>name</c>.</summary>
    public Extras? Extras { get; init; }
}

/// <summary>A tool offered to the model: a <see cref="FunctionTool"/>, or one only its provider knows.</summary>
public abstract class Tool
{
    private protected Tool()
    {
    }
}

/// <summary>A function that the client runs.</summary>
public sealed class FunctionTool : Tool
{
    /// <summary>Its name as the client gave it.</summary>
    public required string Name { get; init; }

    /// <summary>What it does: a JSON string, or missing.</summary>
    public RawJson Description { get; init; }

    /// <summary>JSON Schema of its arguments: an object, or missing.</summary>
    public RawJson Schema { get; init; }

    /// <summary>The arguments must follow the schema exactly; null: not said.</summary>
    public bool? Strict { get; init; }

    /// <summary>Fields of the tool's own dialect without canonical meaning, such as <c>cache_control</c>.</summary>
    public Extras? Extras { get; init; }

    /// <summary>The tool with another schema.</summary>
    public FunctionTool With(RawJson schema) => new() { Name = Name, Description = Description, Schema = schema, Strict = Strict, Extras = Extras };
}

/// <summary>A tool that the provider itself runs (web search, code execution), or one of an unknown type.</summary>
public sealed class OpaqueTool(DialectId origin, string kind, RawJson raw) : Tool
{
    /// <summary>The dialect it was read in; only that dialect gets it back.</summary>
    public DialectId Origin { get; } = origin;

    /// <summary>Its type, such as <c>web_search_20250305</c>.</summary>
    public string Kind { get; } = kind;

    /// <summary>The whole declaration.</summary>
    public RawJson Raw { get; } = raw;
}

/// <summary>How free the model is in calling tools.</summary>
public enum ToolChoiceMode
{
    /// <summary>The model decides.</summary>
    Auto,

    /// <summary>No tool may be called.</summary>
    None,

    /// <summary>Some tool must be called.</summary>
    Required,

    /// <summary>The tool <see cref="ToolChoice.Name"/> must be called.</summary>
    Named,
}

/// <summary>Which tools the model must or may call.</summary>
/// <param name="Mode">How free the model is.</param>
/// <param name="Name">The tool to call, for <see cref="ToolChoiceMode.Named"/>.</param>
public sealed record ToolChoice(ToolChoiceMode Mode, string? Name = null)
{
    /// <summary>A choice restricted to some of the tools, or of a custom tool, as its dialect wrote it; <see cref="Mode"/> then says what comes nearest.</summary>
    public RawJson Raw { get; init; }

    /// <summary>The dialect of <see cref="Raw"/>.</summary>
    public DialectId RawOrigin { get; init; }
}

/// <summary>Whether the model is to think.</summary>
public enum ReasoningMode
{
    /// <summary>No thinking.</summary>
    Off,

    /// <summary>The model decides how much (Anthropic's adaptive thinking), or <see cref="ReasoningOptions.Effort"/> says.</summary>
    Adaptive,

    /// <summary>At most <see cref="ReasoningOptions.BudgetTokens"/> tokens.</summary>
    Budget,
}

/// <summary>Whether and how much the model is to think.</summary>
/// <param name="Mode">Off, adaptive, or with a budget.</param>
public sealed record ReasoningOptions(ReasoningMode Mode)
{
    /// <summary>minimal, low, medium, high, xhigh or max, in the client's word; null: not said.</summary>
    public string? Effort { get; init; }

    /// <summary>
    /// Only the effort was said, not whether to think: with Anthropic the two are apart, and the effort alone does not
    /// switch thinking on. Dialects where effort means thinking need not look at this.
    /// </summary>
    public bool EffortOnly { get; init; }

    /// <summary>Most tokens of thinking; null: not said.</summary>
    public long? BudgetTokens { get; init; }

    /// <summary>Fields of the dialect's own, such as Anthropic's <c>display</c>.</summary>
    public Extras? Extras { get; init; }
}

/// <summary>The form that the answer's text must have: JSON, with a schema if one is given.</summary>
public sealed record OutputFormat
{
    /// <summary>JSON Schema of the answer; missing: any JSON object.</summary>
    public RawJson Schema { get; init; }

    /// <summary>A name for the schema: a JSON string, or missing.</summary>
    public RawJson Name { get; init; }

    /// <summary>What the schema is for: a JSON string, or missing.</summary>
    public RawJson Description { get; init; }

    /// <summary>The answer must follow the schema exactly; null: not said.</summary>
    public bool? Strict { get; init; }
}
