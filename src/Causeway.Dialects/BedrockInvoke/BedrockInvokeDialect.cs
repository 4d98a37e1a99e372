using System.Buffers;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.BedrockConverse;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.BedrockInvoke;

/// <summary>
/// Amazon Bedrock's <c>invoke</c> and <c>invoke-with-response-stream</c> for Anthropic's models, as Claude Code's Bedrock mode and
/// <c>InvokeModel</c> speak them: Anthropic's messages in Amazon's envelope. Source: Bedrock's user guide, "Anthropic Claude
/// Messages API", and its API reference, "InvokeModelWithResponseStream".
/// </summary>
public sealed class BedrockInvokeDialect(AnthropicMessagesDialect messages, BedrockConverseDialect envelope) : IClientDialect
{
    /// <summary>The dialect of the bodies.</summary>
    public DialectId Id => messages.Id;

    /// <summary>Upstreams stream in another envelope.</summary>
    public bool TakesUpstreamFrames => false;

    /// <inheritdoc/>
    public string StreamContentType => envelope.StreamContentType;

    /// <summary>Here Anthropic's SDKs do not see that an event is a ping, and take none before <c>message_start</c>.</summary>
    public bool KeepAliveMayBegin => false;

    /// <summary>Anthropic's ping.</summary>
    public ReadOnlyMemory<byte> KeepAlive { get; } = InvokeStreamEncoder.Chunk("{\"type\":\"ping\"}"u8);

    /// <inheritdoc/>
    public Decoded<ChatRequest> DecodeRequest(ReadOnlyMemory<byte> body) => messages.DecodeRequest(body);

    /// <inheritdoc/>
    public void EncodeResponse(ChatResponse response, IBufferWriter<byte> output, LossReport losses) => messages.EncodeResponse(response, output, losses);

    /// <inheritdoc/>
    public IStreamEncoder CreateStreamEncoder(AnswerEncoding request, LossReport losses) => new InvokeStreamEncoder(messages.CreateStreamEncoder(request, losses));

    /// <inheritdoc/>
    public void EncodeError(GatewayError error, IBufferWriter<byte> output) => envelope.EncodeError(error, output);
}
