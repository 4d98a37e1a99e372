using System.Text;
using System.Text.Json.Nodes;

namespace Causeway.EndToEnd.Harness.Load;

/// <summary>A client of one dialect: how it asks, and what it understands of an answer. It takes only what is complete.</summary>
internal abstract class ClientVoice
{
    private const int MostTokens = 1000;

    /// <summary>One of each dialect.</summary>
    public static IReadOnlyList<ClientVoice> All { get; } = [new Chat(), new Messages(), new Responses(), new Gemini()];

    /// <summary>Where it asks.</summary>
    public abstract string Path(string model, bool stream);

    /// <summary>What it asks.</summary>
    public abstract string Body(string model, string prompt, bool stream);

    /// <summary>The text of an answer; what is wrong with it, if it is none or not complete.</summary>
    public string Understand(string body, bool stream)
    {
        try
        {
            return stream ? OfStream(body) : OfWhole(JsonNode.Parse(body)!);
        }
        catch (Exception wrong) when (wrong is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException or ArgumentOutOfRangeException)
        {
            return $"not understood ({wrong.Message}): {body}";
        }
    }

    /// <summary>Does a stream say itself that it failed?</summary>
    public static bool TellsOfFailure(string stream) => stream.Contains("\"error\":{", StringComparison.Ordinal) || stream.Contains("\"type\":\"error\"", StringComparison.Ordinal);

    protected abstract string OfWhole(JsonNode answer);

    /// <summary>The text of one event, empty if it has none; <paramref name="isEnd"/>: nothing may follow.</summary>
    protected abstract string OfEvent(JsonNode data, out bool isEnd);

    private string OfStream(string stream)
    {
        var text = new StringBuilder();
        var ended = false;
        foreach (var line in stream.Split('\n'))
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            if (ended && line != "data: [DONE]") return $"more after the end: {stream}";
            if (line == "data: [DONE]") return text.ToString();
            text.Append(OfEvent(JsonNode.Parse(line[6..])!, out ended));
        }

        return ended && this is not Chat ? text.ToString() : $"no end: {stream}";
    }

    private sealed class Chat : ClientVoice
    {
        public override string Path(string model, bool stream) => "/v1/chat/completions";

        public override string Body(string model, string prompt, bool stream) =>
            $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{prompt}}"}],"max_completion_tokens":{{MostTokens}}{{(stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" : "")}}}""";

        protected override string OfWhole(JsonNode answer) => (string)answer["choices"]![0]!["message"]!["content"]!;

        protected override string OfEvent(JsonNode data, out bool isEnd)
        {
            isEnd = false;
            return data["choices"] is JsonArray { Count: > 0 } choices ? (string?)choices[0]!["delta"]?["content"] ?? "" : "";
        }
    }

    private sealed class Messages : ClientVoice
    {
        public override string Path(string model, bool stream) => "/anthropic/v1/messages";

        public override string Body(string model, string prompt, bool stream) =>
            $$"""{"model":"{{model}}","max_tokens":{{MostTokens}},"messages":[{"role":"user","content":"{{prompt}}"}]{{(stream ? ",\"stream\":true" : "")}}}""";

        protected override string OfWhole(JsonNode answer) => (string)answer["content"]!.AsArray().Single()!["text"]!;

        protected override string OfEvent(JsonNode data, out bool isEnd)
        {
            isEnd = (string)data["type"]! == "message_stop";
            return (string)data["type"]! == "content_block_delta" ? (string)data["delta"]!["text"]! : "";
        }
    }

    private sealed class Responses : ClientVoice
    {
        public override string Path(string model, bool stream) => "/v1/responses";

        public override string Body(string model, string prompt, bool stream) =>
            $$"""{"model":"{{model}}","store":false,"max_output_tokens":{{MostTokens}},"input":"{{prompt}}"{{(stream ? ",\"stream\":true" : "")}}}""";

        protected override string OfWhole(JsonNode answer) =>
            string.Concat(answer["output"]!.AsArray().Where(item => (string)item!["type"]! == "message").Select(item => (string)item!["content"]!.AsArray().Single()!["text"]!));

        protected override string OfEvent(JsonNode data, out bool isEnd)
        {
            isEnd = (string)data["type"]! == "response.completed";
            return (string)data["type"]! == "response.output_text.delta" ? (string)data["delta"]! : "";
        }
    }

    private sealed class Gemini : ClientVoice
    {
        public override string Path(string model, bool stream) => $"/genai/v1beta/models/{model}:{(stream ? "streamGenerateContent?alt=sse" : "generateContent")}";

        public override string Body(string model, string prompt, bool stream) =>
            $$$"""{"contents":[{"role":"user","parts":[{"text":"{{{prompt}}}"}]}],"generationConfig":{"maxOutputTokens":{{{MostTokens}}}}}""";

        protected override string OfWhole(JsonNode answer) => Text(answer);

        protected override string OfEvent(JsonNode data, out bool isEnd)
        {
            isEnd = data["candidates"]![0]!["finishReason"] is not null;
            return Text(data);
        }

        private static string Text(JsonNode answer) =>
            string.Concat(answer["candidates"]![0]!["content"]?["parts"]?.AsArray().Select(part => (string)part!["text"]!) ?? []);
    }
}
