using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>Is an answer exactly as OpenAI's own API sends it? Then it may pass to a client of that API as the bytes it came in.</summary>
internal static class Conformance
{
    /// <summary>A whole completion.</summary>
    public static bool Whole(JsonView root)
    {
        if (!HasHead(root, "\"chat.completion\""u8)) return false;
        foreach (var choice in RequestReader.Get(root, "choices"u8).EnumerateArray())
        {
            var message = RequestReader.Get(choice, "message"u8);
            if (!((RawJson)RequestReader.Get(message, "role"u8)).Utf8.SequenceEqual("\"assistant\""u8)) return false;
            if (!FinishReasons.IsOwn(RequestReader.Get(choice, "finish_reason"u8))) return false;
            if (RequestReader.Get(message, "content"u8).ValueKind is not (JsonValueKind.String or JsonValueKind.Undefined)) return false;
            if (!Calls(RequestReader.Get(message, "tool_calls"u8), ((RawJson)RequestReader.Get(choice, "finish_reason"u8)).Utf8.SequenceEqual("\"length\""u8))) return false;
        }

        return Usage(RequestReader.Get(root, "usage"u8));
    }

    /// <summary>id, object, created and model are there and of their types.</summary>
    public static bool HasHead(JsonView root, ReadOnlySpan<byte> kind) =>
        ((RawJson)RequestReader.Get(root, "object"u8)).Utf8.SequenceEqual(kind)
        && RequestReader.Get(root, "id"u8) is { ValueKind: JsonValueKind.String } id && !((RawJson)id).IsNullOrEmpty
        && RequestReader.Get(root, "created"u8).TryGetInt64(out _)
        && RequestReader.Get(root, "model"u8) is { ValueKind: JsonValueKind.String } model && !((RawJson)model).IsNullOrEmpty;

    /// <summary>Usage, if given, has its three whole numbers, and they count reasoning as OpenAI does.</summary>
    public static bool Usage(JsonView usage) =>
        usage.ValueKind == JsonValueKind.Undefined
        || (usage.ValueKind == JsonValueKind.Object && IsWhole(usage, "prompt_tokens"u8) && IsWhole(usage, "completion_tokens"u8) && IsWhole(usage, "total_tokens"u8));

    private static bool IsWhole(JsonView owner, ReadOnlySpan<byte> name) =>
        RequestReader.Get(owner, name).TryGetInt64(out _);

    private static bool Calls(JsonView calls, bool cut)
    {
        if (calls.ValueKind == JsonValueKind.Undefined) return true;
        if (calls.ValueKind != JsonValueKind.Array) return false;
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var call in calls.EnumerateArray())
        {
            if (((RawJson)RequestReader.Get(call, "id"u8)).AsString() is not { Length: > 0 } id || !ids.Add(id)) return false;
            var type = ((RawJson)RequestReader.Get(call, "type"u8)).AsString();
            if (type == "custom") continue;
            var function = RequestReader.Get(call, "function"u8);
            if (type != "function" || ((RawJson)RequestReader.Get(function, "name"u8)).IsNullOrEmpty) return false;
            var arguments = RequestReader.Get(function, "arguments"u8);
            if (arguments.ValueKind != JsonValueKind.String || (!cut && !ToolArguments.IsJsonObject(ToolArguments.FromText(arguments).Utf8))) return false;
        }

        return true;
    }
}
