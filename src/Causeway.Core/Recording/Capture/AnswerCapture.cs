using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Recording.Capture;

/// <summary>A copy of what an upstream sent, for the log: taken while it passes, read when the exchange is over.</summary>
/// <param name="dialect">The upstream's dialect.</param>
/// <param name="isStream">It is a stream of events.</param>
/// <param name="translation">What is needed to read it.</param>
public sealed class AnswerCapture(DialectId dialect, bool isStream, Translation translation) : IDisposable
{
    /// <summary>The most bytes that are copied: what is behind them is not in the log.</summary>
    public const int MostBytes = 16 << 20;

    private readonly PooledBuffer _bytes = new();
    private bool _isFull;

    /// <summary>The upstream's dialect.</summary>
    public DialectId Dialect => dialect;

    /// <summary>It is a stream of events.</summary>
    public bool IsStream => isStream;

    /// <summary>What is needed to read it.</summary>
    public Translation Translation => translation;

    /// <summary>What was sent.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.Memory;

    /// <summary>The request that it answers, if that is wanted.</summary>
    public PooledBuffer? Request { get; private set; }

    /// <summary>Begins to copy the answer to a request; null if the exchange's content is wanted by nobody.</summary>
    internal static AnswerCapture? Begin(Exchange exchange, PreparedRequest prepared, bool isStream)
    {
        if (!exchange.IsCaptured) return null;
        var capture = new AnswerCapture(prepared.Endpoint.Dialect, isStream, prepared.Translation);
        if (!exchange.Gateway.Config.Log.KeepsRaw || exchange.ContentPolicy == ContentPolicy.Drop) return capture;
        capture.Request = new PooledBuffer();
        foreach (var piece in prepared.Body) capture.Request.Write(piece.Span);
        return capture;
    }

    /// <summary>Copies more of it.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _isFull |= _bytes.Length + bytes.Length > MostBytes;   // for good: a gap would be read as if it were none
        if (!_isFull) _bytes.Write(bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _bytes.Dispose();
        Request?.Dispose();
    }
}
