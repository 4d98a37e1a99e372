using System.Buffers;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.Gemini;

/// <summary>
/// The Gemini API for clients that stream without <c>alt=sse</c>: the chunks come as the elements of one JSON list. All else is
/// as with <see cref="GeminiDialect"/>.
/// </summary>
public sealed class GeminiListDialect(GeminiDialect plain) : IClientDialect
{
    /// <inheritdoc/>
    public DialectId Id => plain.Id;

    /// <inheritdoc/>
    public bool NamesModelInBody => false;

    /// <inheritdoc/>
    public bool TakesUpstreamFrames => false;

    /// <inheritdoc/>
    public string StreamContentType => "application/json; charset=utf-8";

    /// <summary>White space between the elements.</summary>
    public ReadOnlyMemory<byte> KeepAlive { get; } = "\n"u8.ToArray();

    /// <inheritdoc/>
    public Decoded<ChatRequest> DecodeRequest(ReadOnlyMemory<byte> body) => plain.DecodeRequest(body);

    /// <inheritdoc/>
    public void EncodeResponse(ChatResponse response, IBufferWriter<byte> output, LossReport losses) => plain.EncodeResponse(response, output, losses);

    /// <inheritdoc/>
    public IStreamEncoder CreateStreamEncoder(AnswerEncoding request, LossReport losses) => new ListStreamEncoder(plain.CreateStreamEncoder(request, losses));

    /// <inheritdoc/>
    public void EncodeError(GatewayError error, IBufferWriter<byte> output) => plain.EncodeError(error, output);
}
