using System.Text.Json.Nodes;

namespace Causeway.EndToEnd.Harness;

/// <summary>What OpenAI's chat completions API refuses, as far as a translator can get it wrong.</summary>
internal static class ChatRules
{
    private static readonly HashSet<string> Known =
    [
        "model", "messages", "max_completion_tokens", "max_tokens", "temperature", "top_p", "seed", "stop", "stream", "stream_options", "tools", "tool_choice",
        "parallel_tool_calls", "response_format", "reasoning_effort", "user", "frequency_penalty", "presence_penalty",
    ];

    public static IEnumerable<string> Check(JsonNode body)
    {
        foreach (var (name, _) in body.AsObject())
        {
            if (!Known.Contains(name)) yield return $"unknown field {name}";
        }

        if (body["tools"] is JsonArray { Count: 0 }) yield return "tools is empty";
        if (body["tools"] is null && body["tool_choice"] is not null) yield return "tool_choice without tools";
        var open = new HashSet<string>();
        foreach (var message in body["messages"]!.AsArray())
        {
            var role = (string)message!["role"]!;
            if (role == "tool")
            {
                if (!open.Remove((string)message["tool_call_id"]!)) yield return "a tool message that answers no open call";
                if (message["content"] is not JsonValue) yield return "a tool message whose content is no text";
                continue;
            }

            if (open.Count > 0) yield return "a call without its result";
            open = message["tool_calls"] is JsonArray calls ? [.. calls.Select(call => (string)call!["id"]!)] : [];
            if (role is not ("system" or "developer" or "user" or "assistant")) yield return $"role {role}";
            if (message["content"] is null && message["tool_calls"] is null) yield return $"{role} message without content";
            if (message["content"] is JsonArray { Count: 0 }) yield return "content is an empty list";
        }
    }
}
