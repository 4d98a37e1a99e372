using Causeway.Dialects.Canonical;
using Causeway.Dialects.Tests.Conformance;

namespace Causeway.Dialects.Tests.Fidelity;

/// <summary>Something that a request can say.</summary>
/// <param name="Name">What it is, for readers.</param>
/// <param name="Dialect">A dialect that can say it.</param>
/// <param name="Body">A request that says it, in that dialect.</param>
/// <param name="IsSaid">Does a request, read in any dialect and with its text, say it?</param>
/// <param name="IsNearlySaid">Does it say something of it? Null: there is no such thing.</param>
internal sealed record RequestProbe(string Name, IClientDialect Dialect, string Body, Func<ChatRequest, string, bool> IsSaid, Func<ChatRequest, string, bool>? IsNearlySaid = null);

/// <summary>What requests say, feature by feature. Each probe has a source dialect; it is put to all others that can say it.</summary>
internal static class RequestProbes
{
    private const string Question = """{"role":"user","content":"Question?"}""";
    private const string Pixel = "iVBORw0KGgo=";
    private const string Tools = """ "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{"x":{"type":"string"}},"required":["x"],"additionalProperties":false}}}]""";
    private const string Called = """{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\":\"marker\"}"}}]}""";

    public static IReadOnlyList<RequestProbe> All { get; } =
    [
        Chat("system prompt", """{"role":"system","content":"marker"},""" + Question, (r, _) => r.Turns[0].Role is Role.System or Role.Developer && Says(r.Turns[0].Parts)),
        Chat("instructions in mid-conversation", Question + """,{"role":"assistant","content":"Yes"},{"role":"system","content":"marker"},{"role":"user","content":"Go on"}""",
            (r, _) => r.Turns.FindIndex(t => t.Role is Role.System or Role.Developer && Says(t.Parts)) > 0, (r, _) => r.Turns.Exists(t => Says(t.Parts))),
        Chat("earlier answers", Question + """,{"role":"assistant","content":"marker"},{"role":"user","content":"Go on"}""", (r, _) => r.Turns.Exists(t => t.Role == Role.Assistant && Says(t.Parts))),
        Anthropic("picture as data", User("""{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}"""), Has(MediaKind.Image, MediaForm.Base64)),
        Anthropic("picture by address", User("""{"type":"image","source":{"type":"url","url":"https://example.com/a.png"}}"""), Has(MediaKind.Image, MediaForm.Url)),
        Anthropic("PDF as data", User("""{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="},"title":"Title"}"""), Has(MediaKind.Document, MediaForm.Base64)),
        Anthropic("PDF by address", User("""{"type":"document","source":{"type":"url","url":"https://example.com/a.pdf"}}"""), Has(MediaKind.Document, MediaForm.Url)),
        Anthropic("text document", User("""{"type":"document","source":{"type":"text","media_type":"text/plain","data":"marker"}}"""),
            (r, _) => r.Turns.Exists(t => t.Parts.Exists(p => p is MediaPart { Kind: MediaKind.Document })), (r, text) => text.Contains("marker", StringComparison.Ordinal)),
        Chat("sound as data", """{"role":"user","content":[{"type":"text","text":"?"},{"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}}]}""", Has(MediaKind.Audio, MediaForm.Base64)),
        Chat("file by id", """{"role":"user","content":[{"type":"text","text":"?"},{"type":"file","file":{"file_id":"file-1"}}]}""", Has(MediaKind.Document, MediaForm.FileId)),
        Chat("tools", Question, (r, _) => r.Tools.Exists(t => t is FunctionTool { Name: "f" } f && f.Schema.ToString().Contains("\"x\"", StringComparison.Ordinal)), null, Tools),
        Chat("strict tools", Question, (r, _) => r.Tools.Exists(t => t is FunctionTool { Strict: true }), null, Tools.Replace("\"description\"", "\"strict\":true,\"description\"", StringComparison.Ordinal)),
        Chat("a tool must be called", Question, (r, _) => r.ToolChoice is { Mode: ToolChoiceMode.Required }, null, Tools + ",\"tool_choice\":\"required\""),
        Chat("this tool must be called", Question, (r, _) => r.ToolChoice is { Mode: ToolChoiceMode.Named, Name: "f" }, (r, _) => r.ToolChoice is { Mode: ToolChoiceMode.Required }, Tools + ""","tool_choice":{"type":"function","function":{"name":"f"}}"""),
        Chat("no tool may be called", Question, (r, _) => r.ToolChoice is { Mode: ToolChoiceMode.None }, null, Tools + ",\"tool_choice\":\"none\""),
        Chat("one call at a time", Question, (r, _) => r.ParallelTools == false, null, Tools + ",\"parallel_tool_calls\":false"),
        Chat("calls and results", $$$"""{{{Question}}},{{{Called}}},{"role":"tool","tool_call_id":"c1","content":"result"}""",
            (r, _) => AnswersItsCall(r), null, Tools),
        Anthropic("a result is an error", Result("""{"type":"tool_result","tool_use_id":"c1","is_error":true,"content":"marker"}"""), (r, _) => r.Turns.Exists(t => t.Parts.Exists(p => p is ToolResultPart { IsError: true }))),
        Anthropic("a picture in a result", Result("""{"type":"tool_result","tool_use_id":"c1","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]}"""),
            (r, _) => r.Turns.Exists(t => t.Parts.Exists(p => p is ToolResultPart result && result.Content.Any(c => c is MediaPart))), (_, text) => text.Contains(Pixel, StringComparison.Ordinal)),
        Responses("free-text tools", ""","tools":[{"type":"custom","name":"c","description":"d","format":{"type":"grammar","syntax":"lark","definition":"start: A"}}]""",
            (r, _) => r.Tools.Exists(t => t is FreeTextTool), (r, _) => r.Tools.Exists(t => t is FunctionTool { Name: "c" })),
        Responses("tools in namespaces", ""","tools":[{"type":"namespace","name":"ns","tools":[{"type":"function","name":"g","parameters":{"type":"object","properties":{}}}]}]""",
            (r, _) => r.Tools.Exists(t => t is ToolNamespace), (r, _) => r.Tools.Exists(t => t is FunctionTool f && f.Name.StartsWith("ns", StringComparison.Ordinal))),
        Anthropic("web search by the provider", Question, (r, _) => r.Tools.Exists(t => t is OpaqueTool), ""","tools":[{"type":"web_search_20250305","name":"web_search"}]"""),
        Chat("most output tokens", Question, (r, _) => r.MaxTokens == 321, null, "\"max_tokens\":321"),
        Chat("temperature up to 1", Question, (r, _) => r.Temperature.AsNumber() == 0.5, null, "\"temperature\":0.5"),
        Chat("temperature above 1", Question, (r, _) => r.Temperature.AsNumber() == 1.5, (r, _) => !r.Temperature.IsMissing, "\"temperature\":1.5"),
        Chat("top_p", Question, (r, _) => r.TopP.AsNumber() == 0.25, null, "\"top_p\":0.25"),
        Anthropic("top_k", Question, (r, text) => r.TopK.AsNumber() == 7 || text.Contains("\"top_k\":7", StringComparison.Ordinal), ",\"top_k\":7"),
        Chat("seed", Question, (r, _) => r.Seed.AsNumber() == 42, null, "\"seed\":42"),
        Chat("penalties", Question, (r, _) => r.FrequencyPenalty.AsNumber() == 0.5 && r.PresencePenalty.AsNumber() == 0.25, null, "\"frequency_penalty\":0.5,\"presence_penalty\":0.25"),
        Chat("stop sequences", Question, (r, _) => r.StopSequences.Count == 2, null, "\"stop\":[\"a\",\"b\"]"),
        Chat("JSON as answer", Question, (r, _) => r.Output is { Schema.IsMissing: true }, (r, _) => r.Output is not null, """ "response_format":{"type":"json_object"}"""),
        Chat("JSON by a schema", Question, (r, _) => r.Output is { Schema.IsMissing: false }, null, """ "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}}}"""),
        Chat("effort of thinking", Question, (r, _) => r.Reasoning is { Effort: "high" }, (r, _) => r.Reasoning is { Mode: not ReasoningMode.Off }, "\"reasoning_effort\":\"high\""),
        Anthropic("budget of thinking", Question, (r, _) => r.Reasoning is { Mode: ReasoningMode.Budget, BudgetTokens: 2048 }, ""","thinking":{"type":"enabled","budget_tokens":2048}""", (r, _) => r.Reasoning is { Mode: not ReasoningMode.Off }),
        Anthropic("no thinking", Question, (r, _) => r.Reasoning is { Mode: ReasoningMode.Off }, ""","thinking":{"type":"disabled"}""", (r, _) => r.Reasoning is null),
        Anthropic("cache marks", User("""{"type":"text","text":"marker","cache_control":{"type":"ephemeral"}}"""), (_, text) => text.Contains("cache_control", StringComparison.Ordinal) || text.Contains("cachePoint", StringComparison.Ordinal)),
        Chat("who the user is", Question, (r, text) => text.Contains("user-1", StringComparison.Ordinal), null, "\"user\":\"user-1\""),
        Chat("log probabilities", Question, Extra("logprobs"), null, "\"logprobs\":true"),
        Chat("several answers", Question, Extra("n"), null, "\"n\":2"),
        Chat("service tier", Question, Extra("service_tier"), null, "\"service_tier\":\"flex\""),
        Chat("metadata", Question, Extra("metadata"), null, """ "metadata":{"a":"b"}"""),
        Chat("predicted output", Question, Extra("prediction"), null, """ "prediction":{"type":"content","content":"x"}"""),
        Gemini("safety settings", ""","safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}]""", Extra("safetySettings")),
    ];

    private static bool AnswersItsCall(ChatRequest request)
    {
        var parts = request.Turns.SelectMany(turn => turn.Parts).ToList();
        return parts.OfType<ToolCallPart>().SingleOrDefault() is { Name: "f" } call && parts.OfType<ToolResultPart>().SingleOrDefault() is { } result && result.CallId == call.Id;
    }

    private static bool Says(List<Part> parts) => parts.Exists(part => part is TextPart text && text.Text.ToString().Contains("marker", StringComparison.Ordinal));

    private static Func<ChatRequest, string, bool> Has(MediaKind kind, MediaForm form) => (request, _) => request.Turns.Exists(turn => turn.Parts.Exists(part => part is MediaPart media && media.Kind == kind && media.Form == form));

    private static Func<ChatRequest, string, bool> Extra(string name) => (request, _) => request.Extras is { } extras && !extras[name].IsMissing;

    private static string User(string block) => $$$"""{"role":"user","content":[{{{block}}},{"type":"text","text":"Question?"}]}""";

    private static string Result(string block) => $$$"""{{{Question}}},{"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"f","input":{}}]},{"role":"user","content":[{{{block}}}]}""";

    private static RequestProbe Chat(string name, string messages, Func<ChatRequest, string, bool> isSaid, Func<ChatRequest, string, bool>? isNearlySaid = null, string more = "") =>
        new(name, Pair.Chat, $$"""{"model":"m","messages":[{{messages}}]{{(more.Length > 0 ? "," + more : "")}}}""", isSaid, isNearlySaid);

    private static RequestProbe Anthropic(string name, string messages, Func<ChatRequest, string, bool> isSaid, Func<ChatRequest, string, bool>? isNearlySaid = null) =>
        Anthropic(name, messages, isSaid, "", isNearlySaid);

    private static RequestProbe Anthropic(string name, string messages, Func<ChatRequest, string, bool> isSaid, string more, Func<ChatRequest, string, bool>? isNearlySaid = null) =>
        new(name, Pair.Anthropic, $$"""{"model":"m","max_tokens":4096,"messages":[{{messages}}]{{more}}}""", isSaid, isNearlySaid);

    private static RequestProbe Responses(string name, string more, Func<ChatRequest, string, bool> isSaid, Func<ChatRequest, string, bool>? isNearlySaid) =>
        new(name, FidelityMatrix.Responses, $$"""{"model":"m","input":"Question?"{{more}}}""", isSaid, isNearlySaid);

    private static RequestProbe Gemini(string name, string more, Func<ChatRequest, string, bool> isSaid) =>
        new(name, FidelityMatrix.Gemini, $$"""{"contents":[{"role":"user","parts":[{"text":"Question?"}]}]{{more}} }""", isSaid);
}
