using System.Buffers;

namespace Causeway.Dialects.Json;

/// <summary>
/// Edits of a body's outermost members. All other bytes stay exactly as they were; the result shares them.
/// </summary>
public sealed class BodyPatch(ReadOnlyMemory<byte> body, TopLevelFields fields)
{
    private readonly Edit[] _edits = new Edit[fields.Count];
    private readonly List<(byte[] Name, byte[] Value)> _appended = [];

    /// <summary>Are there no edits?</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Gives the member <paramref name="name"/> another value, if it is there.</summary>
    public void Replace(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (fields.IndexOf(name) is not (>= 0 and var at)) return;
        _edits[at].Value = value.ToArray();
        IsEmpty = false;
    }

    /// <summary>Gives the member <paramref name="name"/> another key, if it is there.</summary>
    public void Rename(ReadOnlySpan<byte> name, ReadOnlySpan<byte> to)
    {
        if (fields.IndexOf(name) is not (>= 0 and var at)) return;
        _edits[at].Key = to.ToArray();
        IsEmpty = false;
    }

    /// <summary>Takes the member <paramref name="name"/> out, if it is there.</summary>
    public void Remove(ReadOnlySpan<byte> name)
    {
        if (fields.IndexOf(name) is not (>= 0 and var at)) return;
        _edits[at].Removed = true;
        IsEmpty = false;
    }

    /// <summary>Adds a member after the last.</summary>
    public void Append(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _appended.Add((name.ToArray(), value.ToArray()));
        IsEmpty = false;
    }

    /// <summary>Writes the edited body.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        foreach (var piece in ToPieces()) output.Write(piece.Span);
    }

    /// <summary>The edited body in pieces, to be sent without a copy: most are slices of the body itself.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> ToPieces()
    {
        if (IsEmpty) return [body];
        var pieces = new Pieces(body);
        pieces.Copy(0, fields.Count == 0 ? body.Span.LastIndexOf((byte)'}') : fields[0].Start);
        var written = 0;
        for (var i = 0; i < fields.Count; i++)
        {
            var field = fields[i];
            if (_edits[i].Removed) continue;
            if (written++ > 0) pieces.Copy(fields[i - 1].Value.End.Value, field.Start);   // what separates it from the one before
            var at = field.Start;
            if (_edits[i].Key is { } key) pieces.Splice(ref at, field.Key, key);
            if (_edits[i].Value is { } value) pieces.Splice(ref at, field.Value, value);
            pieces.Copy(at, field.Value.End.Value);
        }

        foreach (var (name, value) in _appended) pieces.Insert([.. written++ > 0 ? ",\""u8 : "\""u8, .. name, .. "\":"u8, .. value]);
        pieces.Copy(fields.Count == 0 ? body.Span.LastIndexOf((byte)'}') : fields[^1].Value.End.Value, body.Length);
        return pieces.ToList();
    }

    /// <summary>Collects slices of a source, joined where they meet, and what is put between them.</summary>
    private struct Pieces(ReadOnlyMemory<byte> source)
    {
        private readonly List<ReadOnlyMemory<byte>> _pieces = new(4);
        private int _start;
        private int _end;

        public void Copy(int start, int end)
        {
            if (start != _end) Flush();
            if (_start == _end) _start = start;
            _end = end;
        }

        public void Insert(byte[] text)
        {
            Flush();
            _pieces.Add(text);
        }

        public void Splice(ref int at, Range replaced, byte[] text)
        {
            Copy(at, replaced.Start.Value);
            Insert(text);
            at = replaced.End.Value;
        }

        public List<ReadOnlyMemory<byte>> ToList()
        {
            Flush();
            return _pieces;
        }

        private void Flush()
        {
            if (_end > _start) _pieces.Add(source[_start.._end]);
            _start = _end;
        }
    }

    private struct Edit
    {
        public bool Removed;
        public byte[]? Key;
        public byte[]? Value;
    }
}
