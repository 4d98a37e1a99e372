using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Reads <c>messages</c>.</summary>
internal static class TurnDecoder
{
    public static void Read(RequestReader read, JsonElement root, ChatRequest request)
    {
        var messages = RequestReader.Get(root, "messages"u8);
        if (messages.ValueKind == JsonValueKind.Undefined || !read.IsArray(messages) || messages.GetArrayLength() == 0)
        {
            read.Fail(root, "messages", "must be a list with at least one message");
            return;
        }

        foreach (var message in messages.EnumerateArray())
        {
            if (read.IsObject(message)) request.Turns.Add(ReadMessage(read, message));
        }
    }

    private static Turn ReadMessage(RequestReader read, JsonElement message)
    {
        var turn = new Turn(ReadRole(read, message))
        {
            Extras = ExtrasReader.Read(message, DialectId.AnthropicMessages, ["role", "content"]),
        };
        var content = RequestReader.Get(message, "content"u8);
        if (content.ValueKind == JsonValueKind.Undefined) read.Fail(message, "content", "is required");
        else PartDecoder.ReadContent(read, content, turn.Parts);
        return turn;
    }

    private static Role ReadRole(RequestReader read, JsonElement message)
    {
        var role = ((RawJson)RequestReader.Get(message, "role"u8)).Utf8;
        if (role.SequenceEqual("\"user\""u8)) return Role.User;
        if (role.SequenceEqual("\"assistant\""u8)) return Role.Assistant;
        if (role.SequenceEqual("\"system\""u8)) return Role.System;   // in mid-conversation: a beta that Claude Code uses
        read.Fail(message, "role", "must be \"user\" or \"assistant\"");
        return Role.User;
    }
}
