using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>Reads <c>messages</c>. Tool messages and the user message after them become one user turn.</summary>
internal static class TurnDecoder
{
    private const DialectId Origin = DialectId.OpenAIChat;

    public static void Read(RequestReader read, JsonView root, ChatRequest request)
    {
        var messages = RequestReader.Get(root, "messages"u8);
        if (messages.ValueKind == JsonValueKind.Undefined || !read.IsArray(messages) || messages.GetArrayLength() == 0)
        {
            read.Fail(root, "messages", "must be a list with at least one message");
            return;
        }

        Turn? results = null;
        foreach (var message in messages.EnumerateArray())
        {
            if (!read.IsObject(message)) continue;
            switch (((RawJson)RequestReader.Get(message, "role"u8)).AsString())
            {
                case "system": request.Turns.Add(Plain(read, message, Role.System)); break;
                case "developer": request.Turns.Add(Plain(read, message, Role.Developer)); break;
                case "assistant": request.Turns.Add(Assistant(read, message)); break;
                case "tool" or "function":
                    if (results is null) request.Turns.Add(results = new Turn(Role.User));
                    results.Parts.Add(Result(read, message));
                    continue;
                case "user" when results is not null && !HasOwnFields(message):
                    Content(read, message, results.Parts);
                    break;
                case "user": request.Turns.Add(Plain(read, message, Role.User)); break;
                default: read.Fail(message, "role", "must be \"system\", \"developer\", \"user\", \"assistant\" or \"tool\""); break;
            }

            results = null;
        }
    }

    private static bool HasOwnFields(JsonView message) => ExtrasReader.Read(message, Origin, ["role", "content"]) is not null;

    private static Turn Plain(RequestReader read, JsonView message, Role role)
    {
        var turn = new Turn(role) { Extras = ExtrasReader.Read(message, Origin, ["role", "content"]) };
        Content(read, message, turn.Parts);
        return turn;
    }

    private static void Content(RequestReader read, JsonView message, List<Part> parts)
    {
        var content = RequestReader.Get(message, "content"u8);
        if (content.ValueKind == JsonValueKind.Undefined) read.Fail(message, "content", "is required");
        else PartDecoder.ReadContent(read, content, parts);
    }

    private static Turn Assistant(RequestReader read, JsonView message)
    {
        var turn = new Turn(Role.Assistant)
        {
            Extras = ExtrasReader.Read(message, Origin,
                ["role", "content", "refusal", "tool_calls", "function_call", "reasoning_content", "reasoning"]),
        };
        foreach (var name in (ReadOnlySpan<string>)["reasoning_content", "reasoning"])
        {
            if (!message.TryGetProperty(name, out var thought) || thought.ValueKind != JsonValueKind.String) continue;
            turn.Parts.Add(new ReasoningPart { Origin = Origin, Text = thought });
            break;
        }

        var content = RequestReader.Get(message, "content"u8);
        if (content.ValueKind != JsonValueKind.Undefined) PartDecoder.ReadContent(read, content, turn.Parts);
        if (read.RawText(RequestReader.Get(message, "refusal"u8)) is { IsMissing: false } refusal) turn.Parts.Add(new RefusalPart(refusal));
        var calls = RequestReader.Get(message, "tool_calls"u8);
        if (calls.ValueKind != JsonValueKind.Undefined && read.IsArray(calls))
        {
            foreach (var call in calls.EnumerateArray())
            {
                if (read.IsObject(call)) CallIdCarrier.AddCall(turn.Parts, Call(read, call, out var carried), carried, Origin);
            }
        }

        if (RequestReader.Get(message, "function_call"u8) is { ValueKind: JsonValueKind.Object } legacy)
            turn.Parts.Add(new OpaquePart(Origin, "function_call", legacy));
        return turn;
    }

    private static Part Call(RequestReader read, JsonView call, out RawJson carried)
    {
        carried = default;
        var type = RequestReader.Get(call, "type"u8);
        if (RequestReader.Get(call, "custom"u8) is { ValueKind: JsonValueKind.Object } custom) return CustomCall(read, call, custom, out carried);
        if (type.ValueKind == JsonValueKind.String && !JsonText.Is(type, "function"u8)) return new OpaquePart(Origin, "tool_calls", call);
        var function = RequestReader.Get(call, "function"u8);
        if (function.ValueKind != JsonValueKind.Object) read.Fail(call, "function", "must be an object");
        var arguments = RequestReader.Get(function, "arguments"u8);
        return new ToolCallPart
        {
            Id = CallIdCarrier.Detach(Text(read, call, "id"), out carried),
            Name = Text(read, function, "name"),
            Arguments = arguments.ValueKind == JsonValueKind.Undefined ? default : read.IsString(arguments) ? ToolArguments.FromText(arguments) : default,
            Extras = ExtrasReader.Read(call, Origin, ["id", "type", "function"]),
        };
    }

    private static ToolCallPart CustomCall(RequestReader read, JsonView call, JsonView custom, out RawJson carried) => new()
    {
        Id = CallIdCarrier.Detach(Text(read, call, "id"), out carried),
        Name = Text(read, custom, "name"),
        Arguments = RequestReader.Get(custom, "input"u8) is { ValueKind: JsonValueKind.String } input ? ToolArguments.FromText(input) : default,
        IsFreeText = true,
    };

    private static ToolResultPart Result(RequestReader read, JsonView message)
    {
        var parts = new List<Part>();
        Content(read, message, parts);
        var legacy = RequestReader.Get(message, "tool_call_id"u8).ValueKind == JsonValueKind.Undefined && RequestReader.Get(message, "name"u8).ValueKind == JsonValueKind.String;
        return new ToolResultPart
        {
            CallId = CallIdCarrier.Detach(Text(read, message, legacy ? "name" : "tool_call_id"), out _),
            Content = parts,
            Extras = ExtrasReader.Read(message, Origin, ["role", "content", "tool_call_id"]),
        };
    }

    private static string Text(RequestReader read, JsonView owner, string name)
    {
        if (owner.ValueKind != JsonValueKind.Object) return "";
        if (owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String) return read.Text(value);
        read.Fail(owner, name, "must be text");
        return "";
    }
}
