using Causeway.Core.Pipeline;

namespace Causeway.Core.Upstream.Relay;

/// <summary>
/// The one timer of a streamed exchange. It tells a client that waits that its stream is alive, and ends the wait for an upstream that has been
/// silent for too long. What the client gets goes through it, so that a sign of life never comes into the middle of an event.
/// </summary>
internal sealed class Pulse : IAsyncDisposable
{
    /// <summary>A client that has heard nothing for so long gets a sign with the next beat, so after ten seconds at most. Claude Code gives up after 300 s.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(7.5);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2.5);

    private readonly Exchange _exchange;
    private readonly TimeProvider _time;
    private readonly ReadOnlyMemory<byte> _sign;
    private readonly Lock _watch = new();                    // a read that is over is not ended: its call's limit may be another call's by then
    private readonly SemaphoreSlim _gate = new(1, 1);        // whoever has it may write to the client
    private readonly ITimer _timer;
    private CallClock? _reading;
    private long _readBegan;
    private long _written;

    /// <summary>Begins to beat.</summary>
    public Pulse(Exchange exchange, TimeProvider time)
    {
        (_exchange, _time, _written, _sign) = (exchange, time, time.GetTimestamp(), SignOfLife.For(exchange));
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
            _timer = time.CreateTimer(static pulse => ((Pulse)pulse!).Beat(), this, Period, Period);
    }

    /// <summary>Reads of the call will be watched for its limit of silence.</summary>
    public void Watch(CallClock call)
    {
        var period = call.IdleLimit / 4;
        if (period < Period) _timer.Change(period, period);
    }

    /// <summary>A read begins.</summary>
    public void BeginRead(CallClock call)
    {
        lock (_watch) (_reading, _readBegan) = (call, _time.GetTimestamp());
    }

    /// <summary>It is over.</summary>
    public void EndRead()
    {
        lock (_watch) _reading = null;
    }

    /// <summary>Until the result is disposed no sign of life begins the answer, so that its headers can be written.</summary>
    public async ValueTask<Hold> HoldAsync()
    {
        await _gate.WaitAsync();
        return new Hold(_gate);
    }

    /// <summary>Sends the client something, after the head if that has not gone out yet; waits while the client does not take it.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _gate.WaitAsync();
        try
        {
            ClientStream.Open(_exchange);
            _written = _time.GetTimestamp();
            await _exchange.Http.Response.BodyWriter.WriteAsync(bytes, _exchange.ClientGone);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends it, after the sign of life that may be under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _gate.WaitAsync();
        _gate.Dispose();
    }

    private void Beat()
    {
        lock (_watch)
        {
            if (_reading is { } call && _time.GetElapsedTime(_readBegan) >= call.IdleLimit)
            {
                call.EndSilence();
                return;
            }
        }

        if (_time.GetElapsedTime(_written) >= KeepAlive && MaySign && _gate.Wait(0)) _ = SendSignOfLifeAsync();
    }

    private bool MaySign => !_sign.IsEmpty && (_exchange.Client.KeepAliveMayBegin || _exchange.HasContent);

    private async Task SendSignOfLifeAsync()
    {
        try
        {
            ClientStream.Open(_exchange);
            _written = _time.GetTimestamp();
            await _exchange.Http.Response.BodyWriter.WriteAsync(_sign, _exchange.ClientGone);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // the client has left, which whoever answers it learns by itself
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Keeps signs of life back.</summary>
    internal readonly struct Hold(SemaphoreSlim? gate) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => gate?.Release();
    }
}
