using Causeway.Dialects.Canonical;
using Causeway.Dialects.Tests.Conformance;

namespace Causeway.Dialects.Tests.Fidelity;

/// <summary>Something that an answer can say.</summary>
/// <param name="Name">What it is, for readers.</param>
/// <param name="Dialect">A dialect that can say it.</param>
/// <param name="Body">An answer that says it, in that dialect.</param>
/// <param name="IsSaid">Does an answer, read in any dialect, say it?</param>
/// <param name="IsNearlySaid">Does it say something of it? Null: there is no such thing.</param>
internal sealed record AnswerProbe(string Name, IUpstreamDialect Dialect, string Body, Func<ChatResponse, bool> IsSaid, Func<ChatResponse, bool>? IsNearlySaid = null);

/// <summary>What answers say, feature by feature.</summary>
internal static class AnswerProbes
{
    public static IReadOnlyList<AnswerProbe> All { get; } =
    [
        Anthropic("text", Text, Stop, "", r => r.Parts.Exists(p => p is TextPart)),
        Anthropic("thinking", """{"type":"thinking","thinking":"marker","signature":"c2ln"},{"type":"text","text":"a"}""", Stop, "", r => r.Parts.Exists(p => p is ReasoningPart { Text.IsNullOrEmpty: false })),
        Anthropic("its signature, before a call", """{"type":"thinking","thinking":"marker","signature":"c2ln"},{"type":"tool_use","id":"c1","name":"f","input":{"x":1}}""", """ "stop_reason":"tool_use","stop_sequence":null""", "", HoldsSignature),
        Anthropic("its signature, before text", """{"type":"thinking","thinking":"marker","signature":"c2ln"},{"type":"text","text":"a"}""", Stop, "", HoldsSignature),
        Anthropic("hidden thinking, before a call", """{"type":"redacted_thinking","data":"c2ln"},{"type":"tool_use","id":"c1","name":"f","input":{"x":1}}""", """ "stop_reason":"tool_use","stop_sequence":null""", "", HoldsSignature),
        Anthropic("calls", """{"type":"tool_use","id":"c1","name":"f","input":{"x":1}},{"type":"tool_use","id":"c2","name":"g","input":{}}""", """ "stop_reason":"tool_use","stop_sequence":null""", "", r => r.Parts.OfType<ToolCallPart>().Count() == 2 && r.Stop == StopReason.ToolUse),
        Anthropic("stopped at the limit", Text, """ "stop_reason":"max_tokens","stop_sequence":null""", "", r => r.Stop == StopReason.Length),
        Anthropic("stopped at a sequence", Text, """ "stop_reason":"stop_sequence","stop_sequence":"END" """, "", r => r.Stop == StopReason.StopSequence, r => r.Stop == StopReason.End),
        Anthropic("refused", Text, """ "stop_reason":"refusal","stop_sequence":null""", "", r => r.Stop is StopReason.Filter),
        Anthropic("tokens read from a cache", Text, Stop, ""","cache_read_input_tokens":7,"cache_creation_input_tokens":0""", r => r.Usage is { CacheReadTokens: 7, InputTokens: 17 }),
        Anthropic("tokens written to a cache", Text, Stop, ""","cache_read_input_tokens":0,"cache_creation_input_tokens":7""", r => r.Usage is { CacheWriteTokens: 7, InputTokens: 17 }, r => r.Usage is { InputTokens: 17 }),
        Chat("tokens of thinking", """{"role":"assistant","content":"a"}""", r => r.Usage is { ReasoningTokens: 3, OutputTokens: 5 }, r => r.Usage is { OutputTokens: 5 }),
        Chat("cited addresses", """{"role":"assistant","content":"a","annotations":[{"type":"url_citation","url_citation":{"url":"https://example.com","title":"t","start_index":0,"end_index":1}}]}""",
            r => r.Parts.Exists(p => p is TextPart { Citations.Count: > 0 })),
        Chat("a refusal in words", """{"role":"assistant","content":null,"refusal":"marker"}""", r => r.Parts.Exists(p => p is RefusalPart), r => r.Parts.Exists(p => p is TextPart)),
    ];

    private const string Text = """{"type":"text","text":"marker"}""";
    private const string Stop = """ "stop_reason":"end_turn","stop_sequence":null""";

    /// <summary>The proof is there, in whatever place the dialect has for it.</summary>
    private static bool HoldsSignature(ChatResponse response) => response.Parts.Exists(part =>
        part is ReasoningPart thought && (thought.Signature.ToString() + thought.Encrypted).Contains("c2ln", StringComparison.Ordinal)
        || part is ToolCallPart call && call.Id.Contains("c2ln", StringComparison.Ordinal));

    private static AnswerProbe Anthropic(string name, string content, string stop, string usage, Func<ChatResponse, bool> isSaid, Func<ChatResponse, bool>? isNearlySaid = null) =>
        new(name, Pair.Anthropic, $$"""{"id":"m","type":"message","role":"assistant","model":"c","content":[{{content}}],{{stop}},"usage":{"input_tokens":10,"output_tokens":5{{usage}} } }""", isSaid, isNearlySaid);

    private static AnswerProbe Chat(string name, string message, Func<ChatResponse, bool> isSaid, Func<ChatResponse, bool>? isNearlySaid = null) =>
        new(name, Pair.Chat, $$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{{message}},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"completion_tokens_details":{"reasoning_tokens":3} } }""", isSaid, isNearlySaid);
}
