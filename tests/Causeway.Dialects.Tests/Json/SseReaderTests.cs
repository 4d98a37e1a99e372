using System.Text;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Tests.Json;

public sealed class SseReaderTests
{
    private static readonly byte[] Stream = Encoding.UTF8.GetBytes(
        "\uFEFFevent: a\ndata: {\"x\":1}\n\n: comment\r\n\r\ndata:one\ndata: two\n\nevent: b\rdata: é\r\rdata: [DONE]\n");

    private static List<string> Read(IEnumerable<byte[]> pieces)
    {
        using var reader = new SseReader();
        var found = new List<string>();
        foreach (var piece in pieces)
        {
            reader.Append(piece);
            while (reader.TryRead(out var frame)) found.Add(Show(frame));
        }

        while (reader.TryRead(out var frame, atEnd: true)) found.Add(Show(frame));
        return found;
    }

    private static string Show(in SseFrame frame) =>
        $"{Encoding.UTF8.GetString(frame.Event.Span)}|{Encoding.UTF8.GetString(frame.Data.Span)}|{Encoding.UTF8.GetString(frame.Raw.Span)}";

    [Fact]
    public void Frames_are_read_with_every_kind_of_line_end()
    {
        var found = Read([Stream]);
        Assert.Equal(["a|{\"x\":1}", "|", "|one\ntwo", "b|é", "|[DONE]"], found.Select(f => f[..f.LastIndexOf('|')]));
        Assert.Equal(Encoding.UTF8.GetString(Stream), string.Concat(found.Select(f => f[(f.LastIndexOf('|') + 1)..])));
    }

    [Fact]
    public void A_cut_at_any_byte_changes_nothing()
    {
        var whole = Read([Stream]);
        for (var cut = 0; cut <= Stream.Length; cut++) Assert.Equal(whole, Read([Stream[..cut], Stream[cut..]]));
        Assert.Equal(whole, Read(Stream.Select(b => new[] { b })));
    }
}
