using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Reads a whole message.</summary>
internal static class ResponseDecoder
{
    public static Decoded<AnswerGlance> Glance(ReadOnlyMemory<byte> body)
    {
        using var document = JsonInput.TryParseAnswer(body, out var problem);
        if (document is null) return Unreadable(problem);
        if (Problem(document.RootElement, body) is { } error) return error;
        var usage = UsageCodec.Decode(RequestReader.Get(document.RootElement, "usage"u8));
        return new AnswerGlance(usage is null ? null : usage with { Raw = default }, Conforms: true);
    }

    public static Decoded<ChatResponse> Decode(ReadOnlyMemory<byte> body, Translation translation)
    {
        if (JsonInput.TryParseAnswer(body, out var problem) is not { } document) return Unreadable(problem);
        var root = document.RootElement;
        if (Problem(root, body) is { } error) return error;
        var content = RequestReader.Get(root, "content"u8);
        var read = new RequestReader(root);
        var parts = new List<Part>();
        foreach (var block in content.EnumerateArray())
        {
            if (block.ValueKind == JsonValueKind.Object) parts.Add(Rename(PartDecoder.Read(read, block), translation));
        }

        return new ChatResponse
        {
            Origin = DialectId.AnthropicMessages,
            Id = ((RawJson)RequestReader.Get(root, "id"u8)).AsString() ?? "",
            Model = ((RawJson)RequestReader.Get(root, "model"u8)).AsString() ?? "",
            Parts = parts,
            Stop = StopReasons.Decode(RequestReader.Get(root, "stop_reason"u8)),
            StopSequence = RequestReader.Get(root, "stop_sequence"u8),
            Usage = UsageCodec.Decode(RequestReader.Get(root, "usage"u8)),
            Extras = ExtrasReader.Read(root, DialectId.AnthropicMessages, ["id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage"]),
        };
    }

    private static GatewayError? Problem(JsonElement root, ReadOnlyMemory<byte> body)
    {
        if (((RawJson)RequestReader.Get(root, "type"u8)).Utf8.SequenceEqual("\"error\""u8) || RequestReader.Get(root, "error"u8).ValueKind == JsonValueKind.Object)
            return Errors.Decode(502, body);
        if (RequestReader.Get(root, "content"u8).ValueKind != JsonValueKind.Array) return new GatewayError(ErrorKind.UpstreamUnavailable, "the provider's answer has no content");
        return RequestReader.Get(root, "stop_reason"u8).ValueKind == JsonValueKind.Undefined
            ? new GatewayError(ErrorKind.UpstreamUnavailable, "the provider's answer is not complete: it has no stop_reason") : null;
    }

    private static GatewayError Unreadable(string problem) => new(ErrorKind.UpstreamUnavailable, $"the provider's answer cannot be read: {problem}");

    private static Part Rename(Part part, Translation translation) => part is ToolCallPart call && translation.OriginalToolName(call.Name) is var name && name != call.Name
        ? new ToolCallPart { Id = call.Id, Name = name, Arguments = call.Arguments, Extras = call.Extras }
        : part;
}
