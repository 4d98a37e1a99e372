using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Reads a whole answer.</summary>
internal static class ResponseDecoder
{
    private const DialectId Origin = DialectId.BedrockConverse;

    public static Decoded<AnswerGlance> Glance(ReadOnlyMemory<byte> body)
    {
        using var tree = JsonInput.TryParse(body, out var problem);
        if (tree is null) return Unreadable(problem);
        if (Message(tree.RootElement).ValueKind != JsonValueKind.Object) return Unreadable("it has no message");
        var usage = UsageCodec.Decode(RequestReader.Get(tree.RootElement, "usage"u8));
        return new AnswerGlance(usage is null ? null : usage with { Raw = default }, Conforms: usage is not null);
    }

    public static Decoded<ChatResponse> Decode(ReadOnlyMemory<byte> body, Translation translation)
    {
        if (JsonInput.TryParse(body, out var problem) is not { } tree) return Unreadable(problem);
        var root = tree.RootElement;
        if (Message(root).ValueKind != JsonValueKind.Object) return Unreadable("it has no message");
        var parts = new List<Part>();
        var content = RequestReader.Get(Message(root), "content"u8);
        BlockReader.Read(content, translation, parts);
        parts.RemoveAll(part => part is ToolResultPart);   // of a tool that the provider itself ran
        return new ChatResponse
        {
            Tree = tree,
            Origin = Origin,
            Parts = parts,
            Stop = StopReasons.Decode(RequestReader.Get(root, "stopReason"u8)),
            Usage = UsageCodec.Decode(RequestReader.Get(root, "usage"u8)),
            Extras = ExtrasReader.Read(root, Origin, ["output", "stopReason", "usage", "metrics"]),
        };
    }

    private static JsonView Message(JsonView root) => RequestReader.Get(RequestReader.Get(root, "output"u8), "message"u8);

    private static GatewayError Unreadable(string problem) => new(ErrorKind.UpstreamUnavailable, $"the provider's answer cannot be read: {problem}");
}
