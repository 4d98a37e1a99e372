using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>The beginning of connections, byte by byte.</summary>
public sealed class ConnectionTests
{
    private const string Health = "GET /health HTTP/1.1\r\nhost: a\r\n\r\n";

    private static async Task<string> AskAsync(int port, params string[] pieces)
    {
        using var client = new TcpClient("127.0.0.1", port) { NoDelay = true };
        foreach (var piece in pieces)
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(piece), TestContext.Current.CancellationToken);
            if (pieces.Length > 1) await Task.Delay(100);
        }

        var buffer = new byte[1000];
        var read = client.GetStream().ReadAsync(buffer).AsTask();
        return await Task.WhenAny(read, Task.Delay(TimeSpan.FromSeconds(20))) == read ? Encoding.ASCII.GetString(buffer, 0, await read) : "nothing";
    }

    [Theory]
    [InlineData("HTTP/1.1 400", "\r\n\r\n")]
    [InlineData("HTTP/1.1 400", "\n\r\n\r\n")]
    [InlineData("HTTP/1.1 400", "\n")]
    [InlineData("HTTP/1.1 200", "\r\n" + Health)]
    [InlineData("HTTP/1.1 200", "", "GE", "T /health HTTP/1.1\r\nhost: a\r\n\r\n")]
    public async Task A_connection_of_empty_lines_alone_is_answered_at_once(string expected, params string[] pieces)
    {
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject());
        Assert.StartsWith(expected, await AskAsync(gateway.Port, pieces), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_says_nothing_does_not_hold_up_the_end()
    {
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject());
        using var silent = new TcpClient("127.0.0.1", gateway.Port);
        using var kept = new TcpClient("127.0.0.1", gateway.Port);
        await kept.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Health), TestContext.Current.CancellationToken);
        await kept.GetStream().ReadAtLeastAsync(new byte[100], 20, cancellationToken: TestContext.Current.CancellationToken);
        var began = Stopwatch.GetTimestamp();
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(20)), "it did not stop");
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(15));   // the web server gives connections 30 s
    }
}
