using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>Reads <c>input</c>: a text, or a list of items. Items of one speaker in a row become one turn.</summary>
internal sealed class ItemDecoder(RequestReader read, ChatRequest request)
{
    private const DialectId Origin = DialectId.OpenAIResponses;

    private static readonly string[] KnownOfMessage = ["type", "id", "status", "role", "content"];

    private Turn? _turn;

    public void ReadInput(JsonView root)
    {
        var input = RequestReader.Get(root, "input"u8);
        if (input.ValueKind == JsonValueKind.String)
        {
            TurnOf(Role.User).Parts.Add(new TextPart(input));
            return;
        }

        if (input.ValueKind == JsonValueKind.Undefined)
        {
            if (RequestReader.Get(root, "prompt"u8).ValueKind == JsonValueKind.Undefined) read.Fail(root, "input", "is required: a text or a list of items");
            return;
        }

        if (!read.IsArray(input)) return;
        foreach (var item in input.EnumerateArray())
        {
            if (read.IsObject(item)) ReadItem(item);
        }
    }

    private void ReadItem(JsonView item)
    {
        switch (((RawJson)RequestReader.Get(item, "type"u8)).AsString())
        {
            case null or "message": Message(item); break;
            case "function_call":
                TurnOf(Role.Assistant).Parts.Add(new ToolCallPart
                {
                    Id = Text(item, "call_id"),
                    Name = NamespacedName.Join(((RawJson)RequestReader.Get(item, "namespace"u8)).AsString(), Text(item, "name")),
                    Arguments = RequestReader.Get(item, "arguments"u8) is { ValueKind: JsonValueKind.String } arguments ? ToolArguments.FromText(arguments) : RawJson.EmptyObject,
                    Extras = ExtrasReader.Read(item, Origin, ["type", "id", "status", "call_id", "namespace", "name", "arguments"]),
                });
                break;
            case "custom_tool_call":
                TurnOf(Role.Assistant).Parts.Add(new ToolCallPart
                {
                    Id = Text(item, "call_id"),
                    Name = NamespacedName.Join(((RawJson)RequestReader.Get(item, "namespace"u8)).AsString(), Text(item, "name")),
                    Arguments = RequestReader.Get(item, "input"u8) is { ValueKind: JsonValueKind.String } words ? ToolArguments.FromText(words) : default,
                    IsFreeText = true,
                    Extras = ExtrasReader.Read(item, Origin, ["type", "id", "status", "call_id", "namespace", "name", "input"]),
                });
                break;
            case "function_call_output" or "custom_tool_call_output": TurnOf(Role.User).Parts.Add(Result(item)); break;
            case "reasoning": TurnOf(Role.Assistant).Parts.Add(ReasoningItem.Read(item)); break;
            case "compaction" or "compaction_summary" when Compaction.Read(item) is { IsMissing: false } summary: TurnOf(Role.User).Parts.Add(new TextPart(summary)); break;
            case { } kind: TurnOf(IsOfUser(kind) ? Role.User : Role.Assistant).Parts.Add(new OpaquePart(Origin, kind, item)); break;
        }
    }

    private static bool IsOfUser(string kind) => kind.EndsWith("_output", StringComparison.Ordinal) || kind.EndsWith("_response", StringComparison.Ordinal) || kind == "item_reference";

    private void Message(JsonView item)
    {
        var role = ((RawJson)RequestReader.Get(item, "role"u8)).AsString() switch
        {
            "user" => Role.User,
            "assistant" => Role.Assistant,
            "system" => Role.System,
            "developer" => Role.Developer,
            _ => (Role?)null,
        };
        if (role is null)
        {
            read.Fail(item, "role", "must be \"user\", \"assistant\", \"system\" or \"developer\"");
            return;
        }

        var extras = ExtrasReader.Read(item, Origin, KnownOfMessage);
        var turn = role is Role.System or Role.Developer || extras is not null ? NewTurn(role.Value, extras) : TurnOf(role.Value);
        var content = RequestReader.Get(item, "content"u8);
        if (content.ValueKind == JsonValueKind.String) turn.Parts.Add(new TextPart(content));
        else if (content.ValueKind == JsonValueKind.Undefined) read.Fail(item, "content", "is required");
        else if (read.IsArray(content)) ContentDecoder.Read(read, content, turn.Parts);
    }

    private ToolResultPart Result(JsonView item)
    {
        var parts = new List<Part>();
        var output = RequestReader.Get(item, "output"u8);
        if (output.ValueKind == JsonValueKind.String) parts.Add(new TextPart(output));
        else if (output.ValueKind == JsonValueKind.Array) ContentDecoder.Read(read, output, parts);
        else read.Fail(item, "output", "must be text or a list of content parts");
        return new ToolResultPart
        {
            CallId = Text(item, "call_id"),
            Content = parts,
            Extras = ExtrasReader.Read(item, Origin, ["type", "id", "status", "call_id", "output"]),
        };
    }

    /// <summary>The open turn if it is of this speaker, else a new one. Instructions are a turn each.</summary>
    private Turn TurnOf(Role role) => _turn is { } open && open.Role == role && open.Extras is null ? open : NewTurn(role, null);

    private Turn NewTurn(Role role, Extras? extras)
    {
        var turn = new Turn(role) { Extras = extras };
        request.Turns.Add(turn);
        _turn = turn;
        return turn;
    }

    private string Text(JsonView owner, string name)
    {
        if (owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String) return read.Text(value);
        read.Fail(owner, name, "must be text");
        return "";
    }
}
