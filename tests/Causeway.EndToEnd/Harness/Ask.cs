using System.Text.Json.Nodes;

namespace Causeway.EndToEnd.Harness;

/// <summary>Requests in each client's API, and what their streams look like.</summary>
internal static class Ask
{
    public const string Chat = "/v1/chat/completions";
    public const string Messages = "/anthropic/v1/messages";

    /// <summary>A chat request.</summary>
    public static JsonObject For(string model, string more = "") =>
        JsonNode.Parse($$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}]{{more}}}""")!.AsObject();

    /// <summary>A chat request for a stream.</summary>
    public static JsonObject Stream(string model, string more = "") => For(model, ",\"stream\":true" + more);

    /// <summary>The request for a stream in an API, and its path.</summary>
    public static (string Path, JsonObject Body) StreamIn(string api, string model) => api switch
    {
        "chat" => (Chat, Stream(model)),
        "completions" => ("/v1/completions", JsonNode.Parse($$"""{"model":"{{model}}","prompt":"hi","stream":true}""")!.AsObject()),
        "responses" => ("/v1/responses", JsonNode.Parse($$"""{"model":"{{model}}","input":"hi","stream":true}""")!.AsObject()),
        "messages" => (Messages, Stream(model, ",\"max_tokens\":1000")),
        "cohere" => ("/cohere/v2/chat", Stream(model)),
        "gemini" => ($"/genai/v1beta/models/{model}:streamGenerateContent?alt=sse", JsonNode.Parse("""{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}""")!.AsObject()),
        "gemini-list" => ($"/genai/v1beta/models/{model}:streamGenerateContent", JsonNode.Parse("""{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}""")!.AsObject()),
        "converse" => ($"/bedrock/model/{Uri.EscapeDataString(model)}/converse-stream", JsonNode.Parse("""{"messages":[{"role":"user","content":[{"text":"hi"}]}]}""")!.AsObject()),
        "invoke" => ($"/bedrock/model/{Uri.EscapeDataString(model)}/invoke-with-response-stream", JsonNode.Parse("""{"anthropic_version":"bedrock-2023-05-31","max_tokens":1000,"messages":[{"role":"user","content":"hi"}]}""")!.AsObject()),
        _ => throw new ArgumentOutOfRangeException(nameof(api), api, "no such API"),
    };

    /// <summary>All APIs that <see cref="StreamIn"/> knows.</summary>
    public static IReadOnlyList<string> Apis { get; } = ["chat", "completions", "responses", "messages", "cohere", "gemini", "gemini-list", "converse", "invoke"];

    /// <summary>What marks a stream of an API as complete.</summary>
    public static string EndOf(string api) => api switch
    {
        "chat" or "completions" => "[DONE]",
        "responses" => "\"response.completed\"",
        "messages" => "message_stop",
        "cohere" => "\"COMPLETE\"",
        "gemini" or "gemini-list" => "finishReason\":\"STOP\"",
        _ => "messageStop",
    };

    /// <summary>What marks a stream of an API as broken off.</summary>
    public static string FailureOf(string api) => api switch
    {
        "chat" or "completions" or "gemini" or "gemini-list" => "\"error\":{",
        "responses" => "\"response.failed\"",
        "messages" => "event: error",
        "cohere" => "\"ERROR\"",
        _ => "exception",
    };
}
