using System.Buffers;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>OpenAI's chat completions API, as clients and as providers speak it.</summary>
/// <param name="time">Gives <c>created</c> where the provider gives none.</param>
public sealed class OpenAIChatDialect(TimeProvider? time = null) : IClientDialect, IUpstreamDialect
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <inheritdoc cref="IClientDialect.Id"/>
    public DialectId Id => DialectId.OpenAIChat;

    /// <inheritdoc/>
    public Decoded<ChatRequest> DecodeRequest(ReadOnlyMemory<byte> body) => RequestDecoder.Decode(body);

    /// <inheritdoc/>
    public void EncodeResponse(ChatResponse response, IBufferWriter<byte> output, LossReport losses) => ResponseEncoder.Encode(response, output, losses, _time);

    /// <inheritdoc/>
    public IStreamEncoder CreateStreamEncoder(AnswerEncoding request, LossReport losses) => new StreamEncoder(request, losses, _time);

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
