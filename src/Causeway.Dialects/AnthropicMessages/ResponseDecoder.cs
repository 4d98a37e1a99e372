using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Reads a whole answer.</summary>
internal static class ResponseDecoder
{
    private static readonly byte[][] Known =
        Fields.Names("id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage");

    public static Decoded<AnswerGlance> Glance(ReadOnlyMemory<byte> body)
    {
        using var document = JsonInput.TryParse(body, out var problem);
        if (document is null) return Broken(problem);
        if (Problem(document.RootElement) is { } error) return error;
        var usage = UsageCodec.Decode(RequestReader.Get(document.RootElement, "usage"u8));
        return new AnswerGlance(usage is null ? null : usage with { Raw = default }, Conforms: true);
    }

    public static Decoded<ChatResponse> Decode(ReadOnlyMemory<byte> body, Translation translation)
    {
        var tree = JsonInput.TryParse(body, out var problem);
        if (tree is null) return Broken(problem);
        var root = tree.RootElement;
        if (Problem(root) is { } failed) return failed;
        var content = RequestReader.Get(root, "content"u8);
        var reader = new RequestReader(root);
        var parts = new List<Part>();
        BlockDecoder.Content(reader, content, parts, translation);
        if (reader.Error is { } error) return Broken(error.Message);
        var stop = RequestReader.Get(root, "stop_reason"u8);
        var stopSequence = RequestReader.Get(root, "stop_sequence"u8);
        var extras = Fields.Rest(root, Known);
        if (StopReasons.IsOwnWord(stop)) (extras ??= new Extras(DialectId.AnthropicMessages)).Add("stop_reason", stop);
        return new ChatResponse
        {
            Tree = tree,
            Origin = DialectId.AnthropicMessages,
            Id = Text(root, "id"u8),
            Model = Text(root, "model"u8),
            Parts = parts,
            Stop = StopReasons.Decode(stop),
            StopSequence = stopSequence.ValueKind == JsonValueKind.String ? stopSequence : default(RawJson),
            Usage = UsageCodec.Decode(RequestReader.Get(root, "usage"u8)),
            Extras = extras,
        };
    }

    private static GatewayError? Problem(JsonView root)
    {
        if (RequestReader.Get(root, "content"u8).ValueKind == JsonValueKind.Array) return null;
        return RequestReader.Get(root, "error"u8).ValueKind != JsonValueKind.Undefined ? Errors.OfEvent(root) : Broken("it has no content");
    }

    /// <summary>The text of a field; empty if it is none.</summary>
    public static string Text(JsonView owner, ReadOnlySpan<byte> name) =>
        ((RawJson)RequestReader.Get(owner, name)).AsString() ?? "";

    private static GatewayError Broken(string problem) =>
        new(ErrorKind.UpstreamUnavailable, $"the upstream's answer cannot be understood: {problem}");
}
