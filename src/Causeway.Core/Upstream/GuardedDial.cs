using System.Net;
using System.Net.Sockets;

namespace Causeway.Core.Upstream;

/// <summary>
/// Connects to addresses that somebody may have chosen who should not reach everything from here. Link-local ones are never dialled: there, clouds hand out the
/// machine's own credentials. The address itself is looked at, at the moment of dialling: a name may mean another one each time.
/// </summary>
public static class GuardedDial
{
    /// <summary>The prefix by which networks without IPv4 reach it (RFC 6052): 64:ff9b::/96.</summary>
    private static ReadOnlySpan<byte> Nat64 => [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Opens a connection for a <see cref="SocketsHttpHandler"/>.</summary>
    /// <exception cref="HttpRequestException">The name means nothing but addresses that are not dialled.</exception>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, cancel);
        var allowed = Array.FindAll(addresses, address => !IsLinkLocal(address));
        if (allowed.Length == 0) throw new HttpRequestException($"{host} is at no address but link-local ones, which are not dialled");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Is it in 169.254.0.0/16 or fe80::/10, in whatever clothes?</summary>
    public static bool IsLinkLocal(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork) return address.GetAddressBytes() is [169, 254, ..];
        if (address.IsIPv6LinkLocal) return true;
        ReadOnlySpan<byte> bytes = address.GetAddressBytes();
        var carriesV4 = address.IsIPv4MappedToIPv6 || bytes.StartsWith(Nat64) || bytes[..12].IndexOfAnyExcept((byte)0) < 0;
        return carriesV4 && bytes[12..] is [169, 254, ..];
    }
}
