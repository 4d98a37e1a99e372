using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>Google's Gemini API (<c>generateContent</c>, <c>streamGenerateContent?alt=sse</c>), as clients and as providers speak it.</summary>
public sealed class GeminiDialect : IClientDialect, IUpstreamDialect, ITokenCountDialect
{
    /// <inheritdoc cref="IClientDialect.Id"/>
    public DialectId Id => DialectId.Gemini;

    /// <inheritdoc/>
    public Decoded<ChatRequest> DecodeRequest(ReadOnlyMemory<byte> body) => RequestDecoder.Decode(body);

    /// <inheritdoc/>
    public bool NamesModelInBody => false;

    /// <summary>
    /// Empty lines. The SDK for Python reads every line that is not <c>data:</c> as an error (maximhq/bifrost PR 6804), the one for Go refuses it,
    /// and the one for JavaScript throws away an event that begins with one (issue 6240).
    /// </summary>
    public ReadOnlyMemory<byte> KeepAlive { get; } = "\n\n"u8.ToArray();

    /// <inheritdoc/>
    public string CountField => "totalTokens";

    /// <summary>Reads a countTokens request: contents alone, or a whole request as <c>generateContentRequest</c>.</summary>
    public Decoded<ChatRequest> DecodeCountRequest(ReadOnlyMemory<byte> body)
    {
        using var tree = JsonInput.TryParse(body, out _);
        var whole = tree is null ? default : Fields.Get(tree.RootElement, "generateContentRequest"u8, "generate_content_request"u8);
        return RequestDecoder.Decode(whole.ValueKind == JsonValueKind.Object ? whole.Memory : body);
    }

    /// <inheritdoc/>
    public void EncodeResponse(ChatResponse response, IBufferWriter<byte> output, LossReport losses) => ResponseEncoder.Encode(response, output, losses);

    /// <inheritdoc/>
    public IStreamEncoder CreateStreamEncoder(AnswerEncoding request, LossReport losses) => new StreamEncoder(request, losses);

    /// <inheritdoc/>
    public void EncodeError(GatewayError error, IBufferWriter<byte> output) => Errors.Encode(error, output);

    /// <inheritdoc/>
    public Translation EncodeRequest(ChatRequest request, ModelTraits traits, IBufferWriter<byte> output, LossReport losses) =>
        RequestEncoder.Encode(request, traits, output, losses);

    /// <inheritdoc/>
    public Decoded<ChatResponse> DecodeResponse(ReadOnlyMemory<byte> body, Translation translation) => ResponseDecoder.Decode(body, translation);

    /// <inheritdoc/>
    public Decoded<AnswerGlance> Glance(ReadOnlyMemory<byte> body) => ResponseDecoder.Glance(body);

    /// <inheritdoc/>
    public IStreamDecoder CreateStreamDecoder(Translation translation) => new StreamDecoder(translation);

    /// <inheritdoc/>
    public GatewayError DecodeError(int status, ReadOnlyMemory<byte> body) => Errors.Decode(status, body);
}
