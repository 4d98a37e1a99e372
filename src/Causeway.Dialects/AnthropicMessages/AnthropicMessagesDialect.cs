using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Anthropic messages (<c>POST /v1/messages</c>, version 2023-06-01), towards clients and towards providers.</summary>
public sealed class AnthropicMessagesDialect : IClientDialect, IUpstreamDialect, ITokenCountDialect
{
    /// <summary>Anthropic's API has an event for it.</summary>
    public ReadOnlyMemory<byte> KeepAlive { get; } = "event: ping\ndata: {\"type\":\"ping\"}\n\n"u8.ToArray();

    /// <inheritdoc cref="IClientDialect.Id"/>
    public DialectId Id => DialectId.AnthropicMessages;

    /// <inheritdoc/>
    public Decoded<ChatRequest> DecodeRequest(ReadOnlyMemory<byte> body) => RequestDecoder.Decode(body, counting: false);

    /// <inheritdoc/>
    public string CountField => "input_tokens";

    /// <summary>Reads a count_tokens request: a messages request without <c>max_tokens</c>.</summary>
    public Decoded<ChatRequest> DecodeCountRequest(ReadOnlyMemory<byte> body) => RequestDecoder.Decode(body, counting: true);

    /// <inheritdoc/>
    public void EncodeResponse(ChatResponse response, IBufferWriter<byte> output, LossReport losses)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        ResponseEncoder.Encode(response, writer, losses);
    }

    /// <inheritdoc/>
    public IStreamEncoder CreateStreamEncoder(AnswerEncoding request, LossReport losses) => new StreamEncoder(request, losses);

    /// <inheritdoc/>
    public void EncodeError(GatewayError error, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        Errors.Write(writer, error);
    }

    /// <inheritdoc/>
    public Translation EncodeRequest(ChatRequest request, ModelTraits traits, IBufferWriter<byte> output, LossReport losses)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        return RequestEncoder.Encode(request, traits, writer, losses);
    }

    /// <inheritdoc/>
    public Decoded<ChatResponse> DecodeResponse(ReadOnlyMemory<byte> body, Translation translation) =>
        ResponseDecoder.Decode(body, translation);

    /// <inheritdoc/>
    public Decoded<AnswerGlance> Glance(ReadOnlyMemory<byte> body) => ResponseDecoder.Glance(body);

    /// <inheritdoc/>
    public IStreamDecoder CreateStreamDecoder(Translation translation) => new StreamDecoder(translation);

    /// <inheritdoc/>
    public GatewayError DecodeError(int status, ReadOnlyMemory<byte> body) => Errors.Decode(status, body);
}
