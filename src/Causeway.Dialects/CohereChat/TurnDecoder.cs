using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Reads <c>messages</c>. Tool messages in a row become one user turn.</summary>
internal static class TurnDecoder
{
    private const DialectId Origin = DialectId.CohereChat;

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
            var role = ((RawJson)RequestReader.Get(message, "role"u8)).AsString();
            if (role != "tool") results = null;
            switch (role)
            {
                case "system": request.Turns.Add(Plain(read, message, Role.System)); break;
                case "user": request.Turns.Add(Plain(read, message, Role.User)); break;
                case "assistant": request.Turns.Add(Assistant(read, message)); break;
                case "tool":
                    if (results is null) request.Turns.Add(results = new Turn(Role.User));
                    results.Parts.Add(Result(read, message));
                    break;
                default: read.Fail(message, "role", "must be \"system\", \"user\", \"assistant\" or \"tool\""); break;
            }
        }
    }

    private static Turn Plain(RequestReader read, JsonView message, Role role)
    {
        var turn = new Turn(role) { Extras = ExtrasReader.Read(message, Origin, ["role", "content"]) };
        PartDecoder.ReadContent(read, message, turn.Parts);
        return turn;
    }

    private static Turn Assistant(RequestReader read, JsonView message)
    {
        var turn = new Turn(Role.Assistant)
        {
            Extras = ExtrasReader.Read(message, Origin, ["role", "content", "tool_plan", "tool_calls", "citations"]),
        };
        if (RequestReader.Get(message, "tool_calls"u8) is { ValueKind: not JsonValueKind.Undefined } calls && read.IsArray(calls))
        {
            foreach (var call in calls.EnumerateArray())
            {
                if (read.IsObject(call)) CheckCall(read, call);
            }
        }

        foreach (var part in AnswerParts.Read(message, Translation.None))
        {
            if (part is not ToolCallPart call) turn.Parts.Add(part);
            else CallIdCarrier.AddCall(turn.Parts, Plain(call, out var carried), carried, Origin);
        }

        return turn;
    }

    /// <summary>The call with its plain id.</summary>
    private static ToolCallPart Plain(ToolCallPart call, out RawJson carried)
    {
        var id = CallIdCarrier.Detach(call.Id, out carried);
        return carried.IsMissing ? call : new ToolCallPart { Id = id, Name = call.Name, Arguments = call.Arguments, Extras = call.Extras };
    }

    private static void CheckCall(RequestReader read, JsonView call)
    {
        if (RequestReader.Get(call, "id"u8).ValueKind != JsonValueKind.String) read.Fail(call, "id", "must be text");
        var function = RequestReader.Get(call, "function"u8);
        if (function.ValueKind != JsonValueKind.Object) read.Fail(call, "function", "must be an object");
        else if (RequestReader.Get(function, "name"u8).ValueKind != JsonValueKind.String) read.Fail(function, "name", "must be text");
    }

    private static ToolResultPart Result(RequestReader read, JsonView message)
    {
        var parts = new List<Part>();
        PartDecoder.ReadContent(read, message, parts);
        var id = RequestReader.Get(message, "tool_call_id"u8);
        if (id.ValueKind != JsonValueKind.String) read.Fail(message, "tool_call_id", "must be text");
        return new ToolResultPart
        {
            CallId = CallIdCarrier.Detach(((RawJson)id).AsString() ?? "", out _),
            Content = parts,
            Extras = ExtrasReader.Read(message, Origin, ["role", "content", "tool_call_id"]),
        };
    }
}
