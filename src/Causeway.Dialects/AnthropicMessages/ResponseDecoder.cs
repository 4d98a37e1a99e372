using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Reads a whole message.</summary>
internal static class ResponseDecoder
{
    public static Decoded<ChatResponse> Decode(ReadOnlyMemory<byte> body, Translation translation)
    {
        if (JsonInput.TryParse(body, out var problem) is not { } document)
            return new GatewayError(ErrorKind.UpstreamUnavailable, $"the provider's answer cannot be read: {problem}");
        var root = document.RootElement;
        var type = ((RawJson)RequestReader.Get(root, "type"u8)).AsString();
        if (type == "error" || RequestReader.Get(root, "error"u8).ValueKind == JsonValueKind.Object) return Errors.Decode(502, body);
        var content = RequestReader.Get(root, "content"u8);
        if (content.ValueKind != JsonValueKind.Array) return new GatewayError(ErrorKind.UpstreamUnavailable, "the provider's answer has no content");

        var read = new RequestReader(root);
        var parts = new List<Part>();
        foreach (var block in content.EnumerateArray())
        {
            if (block.ValueKind == JsonValueKind.Object) parts.Add(Rename(PartDecoder.Read(read, block), translation));
        }

        var stop = RequestReader.Get(root, "stop_reason"u8);
        if (stop.ValueKind == JsonValueKind.Undefined) return new GatewayError(ErrorKind.UpstreamUnavailable, "the provider's answer is not complete: it has no stop_reason");
        return new ChatResponse
        {
            Origin = DialectId.AnthropicMessages,
            Id = ((RawJson)RequestReader.Get(root, "id"u8)).AsString() ?? "",
            Model = ((RawJson)RequestReader.Get(root, "model"u8)).AsString() ?? "",
            Parts = parts,
            Stop = StopReasons.Decode(stop),
            StopSequence = RequestReader.Get(root, "stop_sequence"u8),
            Usage = UsageCodec.Decode(RequestReader.Get(root, "usage"u8)),
            Extras = ExtrasReader.Read(root, DialectId.AnthropicMessages, ["id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage"]),
        };
    }

    private static Part Rename(Part part, Translation translation) => part is ToolCallPart call && translation.OriginalToolName(call.Name) is var name && name != call.Name
        ? new ToolCallPart { Id = call.Id, Name = name, Arguments = call.Arguments, Extras = call.Extras }
        : part;
}
