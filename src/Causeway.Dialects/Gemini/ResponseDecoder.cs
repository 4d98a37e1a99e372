using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.Gemini;

/// <summary>Reads a whole answer. Of several candidates, the first.</summary>
internal static class ResponseDecoder
{
    private const DialectId Origin = DialectId.Gemini;

    public static Decoded<AnswerGlance> Glance(ReadOnlyMemory<byte> body)
    {
        using var tree = JsonInput.TryParse(body, out var problem);
        if (tree is null) return Unreadable(problem);
        if (Problem(tree.RootElement) is { } error) return error;
        var usage = UsageCodec.Decode(RequestReader.Get(tree.RootElement, "usageMetadata"u8));
        return new AnswerGlance(usage is null ? null : usage with { Raw = default }, usage is not null && HasNoEmptyPart(tree.RootElement));
    }

    public static Decoded<ChatResponse> Decode(ReadOnlyMemory<byte> body, Translation translation)
    {
        if (JsonInput.TryParse(body, out var problem) is not { } tree) return Unreadable(problem);
        var root = tree.RootElement;
        if (Problem(root) is { } error) return error;
        var candidate = Candidate(root);
        var parts = new List<Part>();
        foreach (var part in Fields.Parts(RequestReader.Get(candidate, "content"u8))) ReadPart(part, translation, parts);
        var sources = Sources(candidate);
        if (sources.Count > 0 && parts.OfType<TextPart>().LastOrDefault() is { } text) text.Citations = sources;
        return new ChatResponse
        {
            Tree = tree,
            Origin = Origin,
            Id = ((RawJson)RequestReader.Get(root, "responseId"u8)).AsString() ?? "",
            Model = ((RawJson)RequestReader.Get(root, "modelVersion"u8)).AsString() ?? "",
            Parts = parts,
            Stop = candidate.ValueKind == JsonValueKind.Undefined ? StopReason.Filter : FinishReasons.Decode(RequestReader.Get(candidate, "finishReason"u8), parts.Exists(part => part is ToolCallPart)),
            Usage = UsageCodec.Decode(RequestReader.Get(root, "usageMetadata"u8)),
        };
    }

    /// <summary>A part without anything in it, which some models leave behind, is none to strict clients.</summary>
    public static bool HasNoEmptyPart(JsonView root)
    {
        foreach (var part in Fields.Parts(RequestReader.Get(Candidate(root), "content"u8)))
        {
            if (!part.EnumerateObject().MoveNext()) return false;
        }

        return true;
    }

    /// <summary>The first candidate; undefined if there is none.</summary>
    public static JsonView Candidate(JsonView root) => RequestReader.Get(root, "candidates"u8)[0];

    /// <summary>Adds what a part holds; a signature on a call becomes reasoning before it.</summary>
    public static void ReadPart(JsonView part, Translation translation, List<Part> parts)
    {
        var call = RequestReader.Get(part, "functionCall"u8);
        RawJson text = RequestReader.Get(part, "text"u8);
        if (call.ValueKind == JsonValueKind.Object)
        {
            if (RequestReader.Get(call, "name"u8).ValueKind != JsonValueKind.String) return;   // only ends a call whose arguments were streamed
            if (ThoughtSignature.Read(part, default) is { } signed) AddSignature(parts, signed);
            parts.Add(Call(call, translation));
        }
        else if (RequestReader.Get(part, "thought"u8).ValueKind == JsonValueKind.True)
        {
            if (text.IsString) parts.Add(ThoughtSignature.Read(part, text)!);
        }
        else if (PartReader.Media(part) is { } media) parts.Add(media);
        else if (text.IsString)
        {
            if (!text.IsNullOrEmpty) parts.Add(new TextPart(text));
        }
        else if (part.EnumerateObject().MoveNext()) parts.Add(new OpaquePart(Origin, PartReader.KindOf(part), part));
    }

    public static ToolCallPart Call(JsonView call, Translation translation) => new()
    {
        Id = ((RawJson)RequestReader.Get(call, "id"u8)).AsString() is { Length: > 0 } id ? id : MessageDecoder.NewCallId(),
        Name = translation.OriginalToolName(((RawJson)RequestReader.Get(call, "name"u8)).AsString() ?? ""),
        Arguments = RequestReader.Get(call, "args"u8) is { ValueKind: JsonValueKind.Object } arguments ? arguments : RawJson.EmptyObject,
    };

    /// <summary>The pages that the answer rests on.</summary>
    public static List<Citation> Sources(JsonView candidate)
    {
        var sources = new List<Citation>();
        foreach (var chunk in RequestReader.Get(RequestReader.Get(candidate, "groundingMetadata"u8), "groundingChunks"u8).EnumerateArray())
        {
            var web = RequestReader.Get(chunk, "web"u8);
            if (RequestReader.Get(web, "uri"u8) is not { ValueKind: JsonValueKind.String } url) continue;
            sources.Add(new Citation { Origin = Origin, Raw = chunk, Url = url, Title = RequestReader.Get(web, "title"u8) is { ValueKind: JsonValueKind.String } title ? title : default(RawJson) });
        }

        return sources;
    }

    /// <summary>Thinking that has no signature yet gets it; else it stands for itself.</summary>
    private static void AddSignature(List<Part> parts, ReasoningPart signed)
    {
        if (parts is [.., ReasoningPart { Signature.IsMissing: true } thought])
            parts[^1] = new ReasoningPart { Origin = signed.Origin, Text = thought.Text, Signature = signed.Signature, Encrypted = signed.Encrypted };
        else parts.Add(signed);
    }

    private static GatewayError? Problem(JsonView root)
    {
        if (Errors.FromChunk(root) is { } error) return error;
        if (Candidate(root).ValueKind == JsonValueKind.Object || RequestReader.Get(root, "promptFeedback"u8).ValueKind == JsonValueKind.Object) return null;
        return Unreadable("it has no candidates");
    }

    private static GatewayError Unreadable(string problem) => new(ErrorKind.UpstreamUnavailable, $"the provider's answer cannot be read: {problem}");
}
