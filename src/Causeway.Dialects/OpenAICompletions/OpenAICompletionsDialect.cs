using System.Buffers;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.OpenAICompletions;

/// <summary>
/// OpenAI's legacy completions API, as clients speak it: the prompt becomes a user's message, so that any chat model can answer it.
/// Providers are never asked in this dialect.
/// </summary>
/// <param name="time">Gives <c>created</c> where the provider gives none.</param>
public sealed class OpenAICompletionsDialect(TimeProvider? time = null) : IClientDialect
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly OpenAIChatDialect _chat = new(time);

    /// <inheritdoc/>
    public DialectId Id => DialectId.OpenAICompletions;

    /// <inheritdoc/>
    public Decoded<ChatRequest> DecodeRequest(ReadOnlyMemory<byte> body) => RequestDecoder.Decode(body);

    /// <inheritdoc/>
    public void EncodeResponse(ChatResponse response, IBufferWriter<byte> output, LossReport losses) => ResponseEncoder.Encode(response, output, losses, _time);

    /// <inheritdoc/>
    public IStreamEncoder CreateStreamEncoder(AnswerEncoding request, LossReport losses) => new StreamEncoder(request, losses, _time);

    /// <inheritdoc/>
    public void EncodeError(GatewayError error, IBufferWriter<byte> output) => _chat.EncodeError(error, output);
}
