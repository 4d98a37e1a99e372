using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Reads a whole answer. It does not name its model.</summary>
internal static class ResponseDecoder
{
    private const DialectId Origin = DialectId.CohereChat;

    public static Decoded<AnswerGlance> Glance(ReadOnlyMemory<byte> body)
    {
        using var tree = JsonInput.TryParse(body, out var problem);
        if (tree is null) return Unreadable(problem);
        var root = tree.RootElement;
        if (Problem(root, body) is { } error) return error;
        var usage = UsageCodec.Decode(RequestReader.Get(root, "usage"u8));
        return new AnswerGlance(usage is null ? null : usage with { Raw = default }, Conforms(root));
    }

    public static Decoded<ChatResponse> Decode(ReadOnlyMemory<byte> body, Translation translation)
    {
        if (JsonInput.TryParse(body, out var problem) is not { } tree) return Unreadable(problem);
        var root = tree.RootElement;
        if (Problem(root, body) is { } error) return error;
        var message = RequestReader.Get(root, "message"u8);
        var finish = RequestReader.Get(root, "finish_reason"u8);
        return new ChatResponse
        {
            Tree = tree,
            Origin = Origin,
            Id = ((RawJson)RequestReader.Get(root, "id"u8)).AsString() ?? "",
            Parts = AnswerParts.Read(message, translation),
            Stop = finish.ValueKind == JsonValueKind.Undefined ? StopReason.End : FinishReasons.Decode(finish),
            Usage = UsageCodec.Decode(RequestReader.Get(root, "usage"u8)),
            Extras = ExtrasReader.Read(message, Origin, ["role", "content", "tool_plan", "tool_calls", "citations"], "message.",
                ExtrasReader.Read(root, Origin, ["id", "message", "finish_reason", "usage"])),
        };
    }

    private static GatewayError? Problem(JsonView root, ReadOnlyMemory<byte> body)
    {
        var message = RequestReader.Get(root, "message"u8);
        if (message.ValueKind == JsonValueKind.String) return Errors.Decode(502, body);   // an error that came with status 200
        if (message.ValueKind != JsonValueKind.Object) return new GatewayError(ErrorKind.UpstreamUnavailable, "the provider's answer has no message");
        return Errors.FromFinish(RequestReader.Get(root, "finish_reason"u8), root);
    }

    private static bool Conforms(JsonView root)
    {
        if (RequestReader.Get(root, "id"u8).ValueKind != JsonValueKind.String || !FinishReasons.IsOwn(RequestReader.Get(root, "finish_reason"u8))) return false;
        var message = RequestReader.Get(root, "message"u8);
        return JsonText.Is(RequestReader.Get(message, "role"u8), "assistant"u8)
            && RequestReader.Get(message, "content"u8).ValueKind is JsonValueKind.Array or JsonValueKind.Undefined
            && RequestReader.Get(message, "tool_calls"u8).ValueKind is JsonValueKind.Array or JsonValueKind.Undefined;
    }

    private static GatewayError Unreadable(string problem) => new(ErrorKind.UpstreamUnavailable, $"the provider's answer cannot be read: {problem}");
}
