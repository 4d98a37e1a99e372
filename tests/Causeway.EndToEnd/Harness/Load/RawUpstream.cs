using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Causeway.EndToEnd.Harness.Load;

/// <summary>A request that came to an upstream.</summary>
/// <param name="Wire">The connection.</param>
/// <param name="Provider">The provider that the gateway takes the address for.</param>
/// <param name="Model">The model it names.</param>
/// <param name="Id">The number in its prompt.</param>
/// <param name="Stream">Is a stream wanted?</param>
/// <param name="Voice">Speaks its dialect.</param>
internal sealed record UpstreamRequest(Wire Wire, string Provider, string Model, int Id, bool Stream, UpstreamVoice Voice);

/// <summary>An upstream on bare sockets, so that it can break anywhere. The path of an address begins with the name of the provider that it is configured for.</summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<UpstreamRequest, Task<bool>> _answer;
    private readonly Task _accepting;

    /// <summary>Begins to listen.</summary>
    /// <param name="answer">Answers a request; false: the connection is over.</param>
    public RawUpstream(Func<UpstreamRequest, Task<bool>> answer)
    {
        _answer = answer;
        _listener.Start(backlog: 4096);
        _accepting = AcceptAsync();
    }

    /// <summary>The prompt of a request with a number.</summary>
    public static string Prompt(int id) => $"Say the number [[{id}]].";

    /// <summary>The address to configure for a provider.</summary>
    public string AddressFor(string provider) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{provider}");

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                _ = ServeAsync(new Wire(socket));
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // the test is over
        }
    }

    private async Task ServeAsync(Wire wire)
    {
        using var _ = wire;
        try
        {
            while (await wire.ReadHeadAsync() is { } head && await _answer(Read(wire, head, await wire.ReadBodyAsync(head))))
            {
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException)
        {
            // the gateway has closed the connection, which what is answered has noted
        }
    }

    private static UpstreamRequest Read(Wire wire, string head, string body)
    {
        var path = head[(head.IndexOf(' ', StringComparison.Ordinal) + 1)..head.IndexOf(" HTTP/", StringComparison.Ordinal)];
        var model = Between(body, "\"model\":\"", "\"");
        return new UpstreamRequest(wire, path.Split('/')[1], model, int.Parse(Between(body, "[[", "]]"), CultureInfo.InvariantCulture),
            body.Contains("\"stream\":true", StringComparison.Ordinal), UpstreamVoice.For(path, model));
    }

    private static string Between(string text, string before, string after)
    {
        var begin = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[begin..text.IndexOf(after, begin, StringComparison.Ordinal)];
    }
}
