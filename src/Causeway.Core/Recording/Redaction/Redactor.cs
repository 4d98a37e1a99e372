using System.Buffers;

namespace Causeway.Core.Recording.Redaction;

/// <summary>
/// Writes bodies without what detectors find in them: <c>[redacted:KIND]</c> stands in its place. JSON stays JSON: only the insides of its texts change,
/// never names, and a number that is a card's becomes a text. The events of a stream are taken line by line. Thread-safe; meant for a thread beside
/// the requests.
/// </summary>
public sealed class Redactor
{
    private readonly IDetector[] _detectors;
    private readonly bool _hasCards;
    private Scratch? _scratch;

    /// <summary>Takes out what a configuration says.</summary>
    public Redactor(RedactionConfig config)
    {
        _detectors = [.. config.Detectors.Select(BuiltIn.Find).OfType<IDetector>(), .. config.Patterns];
        _hasCards = config.Detectors.Contains(CardDetector.Kind);
    }

    /// <summary>Writes a body (JSON, the lines of a stream of events, or any text in UTF-8) without what is found in it.</summary>
    /// <returns>How many places were taken out.</returns>
    public int Redact(ReadOnlySpan<byte> body, IBufferWriter<byte> output) => Redact(body, output, out _);

    /// <summary>The same; <paramref name="work"/> is how many characters were looked at.</summary>
    internal int Redact(ReadOnlySpan<byte> body, IBufferWriter<byte> output, out long work)
    {
        var scratch = Interlocked.Exchange(ref _scratch, null) ?? new Scratch();
        scratch.Begin();
        if (!EventLines.Are(body)) Piece(body, 0, scratch);
        else foreach (var (start, end) in new EventLines(body)) Piece(body[start..end], start, scratch);
        scratch.Write(body, output);
        work = scratch.Work;
        var count = scratch.Cuts.Count;
        _scratch = scratch.IsSmall ? scratch : null;
        return count;
    }

    /// <summary>Documents, or a text.</summary>
    private void Piece(ReadOnlySpan<byte> piece, int offset, Scratch scratch)
    {
        scratch.Work += piece.Length;
        if (JsonParts.AreAllOf(piece)) Json(piece, offset, scratch);
        else Text(piece, offset, isEscaped: false, scratch);
    }

    private void Json(ReadOnlySpan<byte> piece, int offset, Scratch scratch)
    {
        scratch.Work += piece.Length;
        var parts = new JsonParts(piece);
        while (parts.MoveNext())
        {
            var part = piece[parts.Start..parts.End];
            if (parts.Kind == JsonPart.Text) Text(part, offset + parts.Start, parts.IsEscaped, scratch);
            else if (_hasCards && CardDetector.IsCard(part)) scratch.Cuts.Add(new Cut(offset + parts.Start, offset + parts.End, CardDetector.Kind, IsNumber: true));
        }
    }

    private void Text(ReadOnlySpan<byte> raw, int offset, bool isEscaped, Scratch scratch)
    {
        if (raw.Length == 0) return;
        var bytes = new RawText(raw, isEscaped);
        var scan = new Scan(scratch.Decode(bytes, raw.Length), scratch.Found, scratch.Digits);
        foreach (var detector in _detectors) detector.Find(ref scan);
        scratch.Work += scan.Work + raw.Length;
        foreach (var finding in Findings.InOrder(scan.Text, scratch.Found)) scratch.Cuts.Add(new Cut(offset + bytes.ByteOf(finding.Start), offset + bytes.ByteOf(finding.End), finding.Name));
        scratch.Found.Clear();
    }
}
