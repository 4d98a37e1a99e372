using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Causeway.EndToEnd.Harness;

/// <summary>Requests that no HTTP library would send.</summary>
internal static class RawRequest
{
    /// <summary>Sends bytes as they are; all that comes back until the connection is closed.</summary>
    public static async Task<string> SendAsync(int port, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
