using System.Buffers;

namespace Causeway.Dialects.Json;

/// <summary>
/// Edits of a body's outermost members. All other bytes stay exactly as they were; writing is one pass of copying.
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
        var source = body.Span;
        if (IsEmpty)
        {
            output.Write(source);
            return;
        }

        var at = fields.Count == 0 ? source.LastIndexOf((byte)'}') : fields[0].Start;   // copied up to here
        output.Write(source[..at]);
        var written = 0;
        for (var i = 0; i < fields.Count; i++)
        {
            var field = fields[i];
            if (_edits[i].Removed) continue;
            if (written++ > 0) output.Write(Separator(source, i));
            at = field.Start;
            if (_edits[i].Key is { } key) Splice(output, source, ref at, field.Key, key);
            if (_edits[i].Value is { } value) Splice(output, source, ref at, field.Value, value);
            output.Write(source[at..field.Value.End.Value]);
        }

        foreach (var (name, value) in _appended)
        {
            if (written++ > 0) output.Write(","u8);
            output.Write("\""u8);
            output.Write(name);
            output.Write("\":"u8);
            output.Write(value);
        }

        output.Write(fields.Count == 0 ? source[at..] : source[fields[^1].Value.End.Value..]);
    }

    private ReadOnlySpan<byte> Separator(ReadOnlySpan<byte> source, int index) =>
        index == 0 ? default : source[fields[index - 1].Value.End.Value..fields[index].Start];

    private static void Splice(IBufferWriter<byte> output, ReadOnlySpan<byte> source, ref int at, Range replaced, byte[] text)
    {
        output.Write(source[at..replaced.Start.Value]);
        output.Write(text);
        at = replaced.End.Value;
    }

    private struct Edit
    {
        public bool Removed;
        public byte[]? Key;
        public byte[]? Value;
    }
}
