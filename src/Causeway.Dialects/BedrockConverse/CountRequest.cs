using System.Buffers.Text;
using System.Text.Json;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>
/// What <c>count-tokens</c> takes: <c>{"input": {"converse": {...}}}</c>, or <c>{"input": {"invokeModel": {"body": "base64"}}}</c> with a
/// body of Anthropic's messages (Amazon Bedrock's API reference, "CountTokens").
/// </summary>
internal static class CountRequest
{
    public static Decoded<ChatRequest> Decode(ReadOnlyMemory<byte> body)
    {
        using var tree = JsonInput.TryParse(body, out var problem);
        if (tree is null) return GatewayError.Invalid(null, problem);
        var input = RequestReader.Get(tree.RootElement, "input"u8);
        if (RequestReader.Get(input, "converse"u8) is { ValueKind: JsonValueKind.Object } converse) return RequestDecoder.Decode(converse.Memory);
        if (((RawJson)RequestReader.Get(RequestReader.Get(input, "invokeModel"u8), "body"u8)).AsString() is not { } encoded)
            return GatewayError.Invalid("input", "input: must have converse, or invokeModel with a body");
        if (!Base64.IsValid(encoded)) return GatewayError.Invalid("input.invokeModel.body", "input.invokeModel.body: must be base64");
        using var inner = JsonInput.TryParse(Convert.FromBase64String(encoded), out problem);
        if (inner?.RootElement is not { ValueKind: JsonValueKind.Object } request) return GatewayError.Invalid("input.invokeModel.body", $"input.invokeModel.body: {(inner is null ? problem : "must be an object")}");
        RawJson model = RequestReader.Get(tree.RootElement, "model"u8);   // the path's, which Anthropic's own requests have in the body
        return new AnthropicMessagesDialect().DecodeCountRequest(request.With(("model", model.IsString ? model : RawJson.FromString("unknown"))).Utf8.ToArray());
    }
}
