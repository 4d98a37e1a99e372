using System.Buffers;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Amazon Bedrock's Converse API (<c>converse</c> and <c>converse-stream</c>), as clients and as providers speak it.</summary>
public sealed class BedrockConverseDialect : IClientDialect, IUpstreamDialect, ITokenCountDialect
{
    private const string StreamType = "application/vnd.amazon.eventstream";

    /// <inheritdoc cref="IClientDialect.Id"/>
    public DialectId Id => DialectId.BedrockConverse;

    /// <inheritdoc/>
    public string StreamContentType => StreamType;

    /// <summary>The format has no event that all clients skip.</summary>
    public ReadOnlyMemory<byte> KeepAlive => default;

    /// <inheritdoc/>
    public Decoded<ChatRequest> DecodeRequest(ReadOnlyMemory<byte> body) => RequestDecoder.Decode(body);

    /// <inheritdoc/>
    public string CountField => "inputTokens";

    /// <inheritdoc/>
    public Decoded<ChatRequest> DecodeCountRequest(ReadOnlyMemory<byte> body) => CountRequest.Decode(body);

    /// <inheritdoc/>
    public bool NamesModelInBody => false;

    /// <inheritdoc/>
    public void EncodeResponse(ChatResponse response, IBufferWriter<byte> output, LossReport losses) => ResponseEncoder.Encode(response, output, losses);

    /// <inheritdoc/>
    public IStreamEncoder CreateStreamEncoder(AnswerEncoding request, LossReport losses) => new StreamEncoder(losses);

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
    public IFrameReader CreateFrameReader() => new EventStreamReader();

    /// <inheritdoc/>
    public bool IsStream(string mediaType) => mediaType.StartsWith(StreamType, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public GatewayError DecodeError(int status, ReadOnlyMemory<byte> body) => new(GatewayError.KindOf(status), ErrorMessages.Find(status, body)) { Status = status };
}
