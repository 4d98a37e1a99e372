using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Causeway.Hosting;

/// <summary>
/// Looks at the first bytes of a connection. Empty lines are allowed between requests, and the web server waits behind them for more; a connection that
/// begins with them and nothing else is no client's, and is answered at once.
/// </summary>
internal static class FirstBytes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(130);   // as long as the web server waits for a request
    private static readonly byte[] Refusal = [.. "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8];

    /// <summary>The connection goes on to <paramref name="next"/> unless it begins with nothing but empty lines.</summary>
    public static ConnectionDelegate Check(ConnectionDelegate next) => async connection =>
    {
        var input = connection.Transport.Input;
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(Patience);
        try
        {
            var read = await input.ReadAsync(patience.Token);
            var isBlank = !read.Buffer.IsEmpty && IsBlank(read.Buffer);
            input.AdvanceTo(read.Buffer.Start);   // nothing is taken: whoever reads next gets it at once
            if (isBlank) await connection.Transport.Output.WriteAsync(Refusal, patience.Token);
            else await next(connection);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // nobody sent anything, or whoever did has left
        }
    };

    private static bool IsBlank(ReadOnlySequence<byte> bytes)
    {
        foreach (var piece in bytes)
        {
            if (piece.Span.ContainsAnyExcept((byte)'\r', (byte)'\n')) return false;
        }

        return true;
    }
}
