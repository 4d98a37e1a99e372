using System.Text;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Live;

namespace Causeway.Admin.Logs;

/// <summary>Writes what a listener is told as server-sent events, until it is over or the client leaves.</summary>
/// <param name="http">The response.</param>
/// <param name="listener">Is told things.</param>
/// <param name="rest">Called now and then.</param>
/// <param name="time">The clock.</param>
internal sealed class EventStream(HttpContext http, LiveListener listener, Action rest, TimeProvider time)
{
    private const int Batch = 64 << 10;   // bytes that are sent together

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);

    private readonly PooledBuffer _output = new();

    /// <summary>Writes all of them.</summary>
    public async Task RunAsync()
    {
        Begin(http);
        using (_output)
        {
            Task<bool>? waiting = null;
            while (true)
            {
                Take();
                if (_output.Length > 0) await SendAsync();
                waiting ??= listener.Events.WaitToReadAsync(http.RequestAborted).AsTask();
                if (await IsReadyAsync(waiting))
                {
                    if (!await waiting) return;
                    waiting = null;
                    continue;
                }

                rest();
                _output.Write(": still here\n\n"u8);
            }
        }
    }

    /// <summary>Writes one event, and no more.</summary>
    public static async Task WriteOneAsync(HttpContext http, LiveEvent item)
    {
        Begin(http);
        using var output = new PooledBuffer();
        Write(output, item.Name, item.Data.Span);
        await http.Response.BodyWriter.WriteAsync(output.Memory, http.RequestAborted);
    }

    private static void Begin(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["x-accel-buffering"] = "no";   // proxies in front must not collect events
    }

    /// <summary>Something is there to be read, or there will be nothing more; false: a heartbeat is due.</summary>
    private async Task<bool> IsReadyAsync(Task<bool> waiting)
    {
        if (waiting.IsCompleted) return true;
        using var given = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var done = await Task.WhenAny(waiting, Task.Delay(Beat, time, given.Token));
        await given.CancelAsync();
        return done == waiting;
    }

    private void Take()
    {
        while (_output.Length < Batch && listener.Events.TryRead(out var item)) Write(_output, item.Name, item.Data.Span);
        if (listener.TakeDropped() is > 0 and var count) Write(_output, "dropped", Encoding.UTF8.GetBytes($"{{\"events\":{count}}}"));
    }

    private static void Write(PooledBuffer output, string name, ReadOnlySpan<byte> data)
    {
        output.Write("event: "u8);
        output.Write(Encoding.UTF8.GetBytes(name));
        output.Write("\ndata: "u8);
        output.Write(data);
        output.Write("\n\n"u8);
    }

    private async ValueTask SendAsync()
    {
        await http.Response.BodyWriter.WriteAsync(_output.Memory, http.RequestAborted);
        _output.Clear();
    }
}
