using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Causeway.EndToEnd.Harness.Load;

/// <summary>
/// One end of an HTTP/1.1 connection, no more than the tests under load need of it. It hides nothing: it says what came, can break off
/// anywhere, and never sends anything a second time.
/// </summary>
internal sealed class Wire(Socket socket) : IDisposable
{
    private byte[] _buffer = new byte[4096];
    private int _begin;
    private int _end;

    /// <summary>Connects to a server.</summary>
    public static async Task<Wire> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new Wire(socket);
    }

    /// <summary>Has the peer closed the connection, as far as the system knows by now?</summary>
    public bool IsClosedByPeer => socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;

    /// <summary>Sends all of it.</summary>
    public async ValueTask SendAsync(string text)
    {
        ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(text);
        while (!rest.IsEmpty) rest = rest[await socket.SendAsync(rest)..];
    }

    /// <summary>Sends a request with a JSON body.</summary>
    public ValueTask PostAsync(string path, string body, string headers = "") => SendAsync(
        $"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}");

    /// <summary>Sends an answer with a body of known length.</summary>
    public ValueTask AnswerAsync(int status, string type, string body, string headers = "") => SendAsync(
        $"HTTP/1.1 {status} Word\r\ncontent-type: {type}\r\ncontent-length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}");

    /// <summary>Sends a piece of a body in chunks; the last one is empty.</summary>
    public ValueTask ChunkAsync(string text) => SendAsync($"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");

    /// <summary>Reads whatever is there, and forgets it; 0 when the peer has closed.</summary>
    public ValueTask<int> SkipAsync(CancellationToken cancel) => socket.ReceiveAsync(_buffer.AsMemory(), cancel);

    /// <summary>Reads a head; null if the peer has closed before it.</summary>
    public async ValueTask<string?> ReadHeadAsync()
    {
        int length;
        while ((length = Unread.IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (await FillAsync()) continue;
            return _begin == _end ? null : throw new IOException("closed in the middle of a head");
        }

        return Take(length, 4);
    }

    /// <summary>Reads the body that belongs to a head.</summary>
    public async ValueTask<string> ReadBodyAsync(string head)
    {
        if (Header(head, "transfer-encoding") is "chunked") return await ReadChunksAsync();
        var length = int.Parse(Header(head, "content-length") ?? "0", CultureInfo.InvariantCulture);
        await NeedAsync(length);
        return Take(length, 0);
    }

    /// <summary>The status of an answer's head.</summary>
    public static int Status(string head) => int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);

    /// <summary>A header's value; null if the head has none of that name.</summary>
    public static string? Header(string head, string name)
    {
        var at = head.IndexOf($"\r\n{name}:", StringComparison.OrdinalIgnoreCase);
        if (at < 0) return null;
        at += name.Length + 3;
        var end = head.IndexOf('\r', at);
        return (end < 0 ? head[at..] : head[at..end]).Trim();
    }

    /// <summary>Closes the connection without a farewell: the peer gets a reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();

    private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_begin, _end - _begin);

    private async ValueTask<string> ReadChunksAsync()
    {
        var body = new StringBuilder();
        while (true)
        {
            int line;
            while ((line = Unread.IndexOf("\r\n"u8)) < 0) await NeedAsync(_end - _begin + 1);
            var length = int.Parse(Take(line, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            await NeedAsync(length + 2);
            body.Append(Take(length, 2));   // the gateway flushes whole events, so no letter is cut in two
            if (length == 0) return body.ToString();
        }
    }

    private string Take(int length, int skipped)
    {
        var text = Encoding.UTF8.GetString(_buffer, _begin, length);
        _begin += length + skipped;
        if (_begin == _end) (_begin, _end) = (0, 0);
        return text;
    }

    private async ValueTask NeedAsync(int bytes)
    {
        while (_end - _begin < bytes)
        {
            if (!await FillAsync()) throw new IOException("closed in the middle of a body");
        }
    }

    private async ValueTask<bool> FillAsync()
    {
        if (_end == _buffer.Length)
        {
            var larger = _begin > 0 ? _buffer : new byte[_buffer.Length * 2];
            Unread.CopyTo(larger);
            (_buffer, _end, _begin) = (larger, _end - _begin, 0);
        }

        var count = await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None);
        _end += count;
        return count > 0;
    }
}
