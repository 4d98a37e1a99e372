using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>
/// Reads <c>contents</c>. Calls and results may come without ids; then a result belongs to the first call of its name that
/// has none yet.
/// </summary>
internal sealed class ContentDecoder(RequestReader read, ChatRequest request)
{
    private const DialectId Origin = DialectId.Gemini;

    private readonly List<(string Name, string Id)> _waiting = [];
    private int _calls;

    public static Turn Instruction(RequestReader read, JsonView instruction)
    {
        var turn = new Turn(Role.System);
        if (instruction.ValueKind == JsonValueKind.String) turn.Parts.Add(new TextPart(instruction));
        else if (read.IsObject(instruction))
        {
            foreach (var part in Fields.Parts(instruction))
            {
                if (RequestReader.Get(part, "text"u8) is { ValueKind: JsonValueKind.String } text) turn.Parts.Add(new TextPart(text));
            }
        }

        return turn;
    }

    public void Read(JsonView root)
    {
        var contents = RequestReader.Get(root, "contents"u8);
        if (contents.ValueKind == JsonValueKind.String) Single(new TextPart(contents));
        else if (contents.ValueKind == JsonValueKind.Object) ReadContent(contents);
        else if (contents.ValueKind != JsonValueKind.Array || contents.GetArrayLength() == 0) read.Fail(root, "contents", "must be a list with at least one content");
        else
        {
            foreach (var content in contents.EnumerateArray())
            {
                if (content.ValueKind == JsonValueKind.String) Single(new TextPart(content));
                else if (read.IsObject(content)) ReadContent(content);
            }
        }
    }

    private void Single(Part part)
    {
        var turn = new Turn(Role.User);
        turn.Parts.Add(part);
        request.Turns.Add(turn);
    }

    private void ReadContent(JsonView content)
    {
        var role = ((RawJson)RequestReader.Get(content, "role"u8)).AsString();
        if (role is not (null or "user" or "model" or "function" or "tool"))
        {
            read.Fail(content, "role", "must be \"user\" or \"model\"");
            return;
        }

        var turn = new Turn(role == "model" ? Role.Assistant : Role.User);
        foreach (var part in Fields.Parts(content))
        {
            if (read.IsObject(part)) ReadPart(part, turn.Parts);
        }

        request.Turns.Add(turn);
    }

    private void ReadPart(JsonView part, List<Part> parts)
    {
        var call = Fields.Get(part, "functionCall"u8, "function_call"u8);
        var response = Fields.Get(part, "functionResponse"u8, "function_response"u8);
        RawJson text = RequestReader.Get(part, "text"u8);
        if (call.ValueKind == JsonValueKind.Object)
        {
            if (ThoughtSignature.Read(part, default) is { } signed) parts.Add(signed);
            parts.Add(Call(call));
        }
        else if (response.ValueKind == JsonValueKind.Object) parts.Add(Result(response));
        else if (PartReader.Media(part) is { } media) parts.Add(media);
        else if (text.IsString)
        {
            if (RequestReader.Get(part, "thought"u8).ValueKind == JsonValueKind.True) parts.Add(ThoughtSignature.Read(part, text)!);
            else if (!text.IsNullOrEmpty || parts.Count == 0) parts.Add(new TextPart(text) { Extras = ExtrasReader.Read(part, Origin, ["text", "thought", "thoughtSignature", "thought_signature"]) });
        }
        else parts.Add(new OpaquePart(Origin, PartReader.KindOf(part), part));
    }

    private ToolCallPart Call(JsonView call)
    {
        var name = RequestReader.Get(call, "name"u8);
        if (name.ValueKind != JsonValueKind.String) read.Fail(call, "name", "must be text");
        var given = ((RawJson)RequestReader.Get(call, "id"u8)).AsString();
        var id = given is { Length: > 0 } ? given : $"call_{++_calls}";
        _waiting.Add((name.GetString() ?? "", id));
        return new ToolCallPart
        {
            Id = id,
            Name = name.GetString() ?? "",
            Arguments = RequestReader.Get(call, "args"u8) is { ValueKind: JsonValueKind.Object } arguments ? arguments : RawJson.EmptyObject,
        };
    }

    private ToolResultPart Result(JsonView result)
    {
        var name = ((RawJson)RequestReader.Get(result, "name"u8)).AsString() ?? "";
        var id = ((RawJson)RequestReader.Get(result, "id"u8)).AsString();
        var at = id is { Length: > 0 } ? _waiting.FindIndex(call => call.Id == id) : _waiting.FindIndex(call => call.Name == name);
        if (at >= 0)
        {
            id = _waiting[at].Id;
            _waiting.RemoveAt(at);
        }

        var content = new List<Part>();
        var response = RequestReader.Get(result, "response"u8);
        var error = RequestReader.Get(response, "error"u8);
        if (response.ValueKind != JsonValueKind.Undefined) content.Add(new TextPart(TextOf(response)));
        foreach (var part in Fields.Parts(result))
        {
            if (PartReader.Media(part) is { } media) content.Add(media);
        }

        return new ToolResultPart { CallId = id is { Length: > 0 } ? id : name, Content = content, IsError = error.ValueKind != JsonValueKind.Undefined && Count(response) == 1 };
    }

    /// <summary>A response is an object; clients wrap texts into one with a single member, which is taken off again.</summary>
    private static RawJson TextOf(JsonView response)
    {
        if (Count(response) == 1)
        {
            foreach (var member in response.EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.String) return member.Value;
            }
        }

        return response.ValueKind == JsonValueKind.String ? response : RawJson.FromText(response.Utf8);
    }

    private static int Count(JsonView owner)
    {
        var count = 0;
        foreach (var _ in owner.EnumerateObject()) count++;
        return count;
    }
}
