using Causeway.Core.Pipeline;

namespace Causeway.Core.Upstream;

/// <summary>
/// Watches the silence of a stream's upstream: sends the client a sign of life meanwhile, and gives up after a limit.
/// </summary>
internal sealed class SilenceClock(Exchange exchange, TimeProvider time, TimeSpan limit)
{
    /// <summary>A client is told this often that the stream is alive. Claude Code gives up after 300 s without a byte.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    /// <summary>The longest silence that is borne.</summary>
    public TimeSpan Limit { get; set; } = limit;

    /// <summary>The result of <paramref name="read"/>, or <see cref="TimeoutException"/> after the limit.</summary>
    public async ValueTask<int> WaitAsync(ValueTask<int> read)
    {
        if (read.IsCompleted) return await read;
        var task = read.AsTask();
        var silent = TimeSpan.Zero;
        while (true)
        {
            var wait = KeepAlive < Limit - silent ? KeepAlive : Limit - silent;
            try
            {
                return await task.WaitAsync(wait, time, exchange.ClientGone);
            }
            catch (TimeoutException) when (!task.IsCompleted)
            {
                silent += wait;
                if (silent >= Limit)
                {
                    _ = task.ContinueWith(static abandoned => _ = abandoned.Exception, TaskScheduler.Default);   // its stream is closed by the caller
                    throw;
                }

                await SendSignOfLifeAsync();
            }
        }
    }

    private async ValueTask SendSignOfLifeAsync()
    {
        if (exchange.Client.KeepAlive.IsEmpty) return;
        StreamRelay.OpenStream(exchange);
        await exchange.Http.Response.BodyWriter.WriteAsync(exchange.Client.KeepAlive, exchange.ClientGone);
    }
}
