using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Reads what a message of the model says: plan, content and calls in this order, with the citations where they belong.</summary>
internal static class AnswerParts
{
    private const DialectId Origin = DialectId.CohereChat;

    public static List<Part> Read(JsonView message, Translation translation)
    {
        var parts = new List<Part>();
        if (RequestReader.Get(message, "tool_plan"u8) is { ValueKind: JsonValueKind.String } plan && !((RawJson)plan).IsNullOrEmpty) parts.Add(ToolPlan.Of(plan));
        var firstContent = parts.Count;
        var content = RequestReader.Get(message, "content"u8);
        if (content.ValueKind == JsonValueKind.String) parts.Add(new TextPart(content));
        else if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray()) parts.Add(Content(part));
        }

        if (RequestReader.Get(message, "citations"u8) is { ValueKind: JsonValueKind.Array } citations)
        {
            foreach (var citation in citations.EnumerateArray()) Cite(parts, firstContent, citation);
        }

        if (RequestReader.Get(message, "tool_calls"u8) is { ValueKind: JsonValueKind.Array } calls)
        {
            foreach (var call in calls.EnumerateArray()) parts.Add(Call(call, translation));
        }

        return parts;
    }

    /// <summary>A content part. One without a known type, or without its text, is opaque.</summary>
    public static Part Content(JsonView part)
    {
        var type = ((RawJson)RequestReader.Get(part, "type"u8)).AsString();
        var text = RequestReader.Get(part, type == "thinking" ? "thinking"u8 : "text"u8);
        return type switch
        {
            "text" when text.ValueKind == JsonValueKind.String => new TextPart(text) { Extras = ExtrasReader.Read(part, Origin, ["type", "text"]) },
            "thinking" when text.ValueKind == JsonValueKind.String =>
                new ReasoningPart { Origin = Origin, Text = text, Extras = ExtrasReader.Read(part, Origin, ["type", "thinking"]) },
            _ => new OpaquePart(Origin, type ?? "part", part),
        };
    }

    /// <summary>A call; from models that forget, an id is made and nothing becomes <c>{}</c>.</summary>
    public static ToolCallPart Call(JsonView call, Translation translation)
    {
        var function = RequestReader.Get(call, "function"u8);
        var arguments = Arguments(function);
        return new ToolCallPart
        {
            Id = ((RawJson)RequestReader.Get(call, "id"u8)).AsString() is { Length: > 0 } id ? id : NewCallId(),
            Name = translation.OriginalToolName(((RawJson)RequestReader.Get(function, "name"u8)).AsString() ?? ""),
            Arguments = ToolArguments.IsEmpty(arguments) ? RawJson.EmptyObject : arguments,
            Extras = ExtrasReader.Read(call, Origin, ["id", "type", "function", "index"]),
        };
    }

    /// <summary>Arguments of a call, which a text holds; missing if there are none.</summary>
    public static RawJson Arguments(JsonView function) => RequestReader.Get(function, "arguments"u8) switch
    {
        { ValueKind: JsonValueKind.String } text => ToolArguments.FromText(text),
        { ValueKind: JsonValueKind.Object } whole => whole,
        _ => default,
    };

    public static string NewCallId() => $"call_{Guid.NewGuid():N}"[..29];

    private static void Cite(List<Part> parts, int firstContent, JsonView citation)
    {
        TextPart? target = null;
        if (CitationCodec.IsOfPlan(citation)) target = parts.Find(ToolPlan.IsOne) as TextPart;
        else if (CitationCodec.ContentIndex(citation) is { } index && firstContent + index < parts.Count && index >= 0) target = parts[firstContent + (int)index] as TextPart;
        target ??= parts.FindLast(part => part is TextPart) as TextPart;
        if (target is null) parts.Add(target = new TextPart(RawJson.EmptyString));
        (target.Citations ??= []).Add(CitationCodec.Decode(citation));
    }
}
