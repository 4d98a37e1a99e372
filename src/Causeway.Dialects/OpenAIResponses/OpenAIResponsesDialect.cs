using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>OpenAI's responses API (<c>POST /v1/responses</c>), as clients and as providers speak it.</summary>
/// <param name="time">Gives <c>created_at</c> where the provider gives none.</param>
public sealed class OpenAIResponsesDialect(TimeProvider? time = null) : IClientDialect, IUpstreamDialect, ITokenCountDialect
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <inheritdoc cref="IClientDialect.Id"/>
    public DialectId Id => DialectId.OpenAIResponses;

    /// <inheritdoc/>
    public Decoded<ChatRequest> DecodeRequest(ReadOnlyMemory<byte> body) => RequestDecoder.Decode(body);

    /// <inheritdoc/>
    public string CountField => "input_tokens";

    /// <inheritdoc/>
    public Decoded<ChatRequest> DecodeCountRequest(ReadOnlyMemory<byte> body) => RequestDecoder.Decode(body);

    /// <summary>Writes the answer of <c>POST /v1/responses/input_tokens</c>.</summary>
    public void EncodeCount(long tokens, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteString("object"u8, "response.input_tokens"u8);
        writer.WriteNumber("input_tokens"u8, tokens);
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public void EncodeResponse(ChatResponse response, IBufferWriter<byte> output, LossReport losses) => ResponseEncoder.Encode(response, null, output, losses, _time);

    /// <inheritdoc/>
    public void EncodeResponse(ChatResponse response, AnswerEncoding request, IBufferWriter<byte> output, LossReport losses) => ResponseEncoder.Encode(response, request, output, losses, _time);

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
