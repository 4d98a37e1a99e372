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
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ITimer _timer;
    private CallClock? _reading;
    private long _readBegan;
    private long _written;

    /// <summary>Begins to beat.</summary>
    public Pulse(Exchange exchange, TimeProvider time)
    {
        (_exchange, _time, _written) = (exchange, time, time.GetTimestamp());
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
        _readBegan = _time.GetTimestamp();
        Volatile.Write(ref _reading, call);
    }

    /// <summary>It is over.</summary>
    public void EndRead() => Volatile.Write(ref _reading, null);

    /// <summary>Sends the client something; waits while the client does not take it.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _gate.WaitAsync();
        try
        {
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
        if (Volatile.Read(ref _reading) is { } call && _time.GetElapsedTime(_readBegan) >= call.IdleLimit) call.EndSilence();
        else if (_time.GetElapsedTime(_written) >= KeepAlive && !_exchange.Client.KeepAlive.IsEmpty && _gate.Wait(0)) _ = SendSignOfLifeAsync();
    }

    private async Task SendSignOfLifeAsync()
    {
        try
        {
            ClientStream.Open(_exchange);
            _written = _time.GetTimestamp();
            await _exchange.Http.Response.BodyWriter.WriteAsync(_exchange.Client.KeepAlive, _exchange.ClientGone);
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
}
