using System.Buffers;

namespace Causeway.Dialects.Json;

/// <summary>
/// A parsed JSON text: where each of its values begins and ends, in one flat list. Nothing is copied or decoded, so the text must
/// stay as it is while the tree is in use. Made for the request path, where reading bodies costs most of a translation's time;
/// see docs/adr/0005.
/// </summary>
public sealed class JsonTree : IDisposable
{
    /// <summary>Enough for 200 KB of usual JSON; a huge text is one row.</summary>
    private const int MostRowsAtFirst = 8192;

    private Row[] _rows;
    private int _count;

    internal JsonTree(ReadOnlyMemory<byte> text)
    {
        Text = text;
        _rows = ArrayPool<Row>.Shared.Rent(Math.Clamp(text.Length / 24, 32, MostRowsAtFirst));
    }

    /// <summary>The text that was parsed.</summary>
    public ReadOnlyMemory<byte> Text { get; }

    /// <summary>The outermost value.</summary>
    public JsonView RootElement => new(this, 0);

    /// <summary>Gives the list back. The tree's views are dead then.</summary>
    public void Dispose()
    {
        if (_rows.Length > 0) ArrayPool<Row>.Shared.Return(_rows);
        _rows = [];
        _count = 0;
    }

    internal ref readonly Row this[int index] => ref _rows[index];

    /// <summary>Adds a value, and says at which place of the list.</summary>
    internal int Add(Row row)
    {
        if (_count == _rows.Length) Grow();
        _rows[_count] = row;
        return _count++;
    }

    /// <summary>Sets the extent of the object or array at <paramref name="index"/>, whose last member was just added.</summary>
    internal void Close(int index, int end)
    {
        ref var row = ref _rows[index];
        row = row with { Length = end - row.Start, Size = _count - index };
    }

    private void Grow()
    {
        var larger = ArrayPool<Row>.Shared.Rent(_rows.Length * 2);
        _rows.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<Row>.Shared.Return(_rows);
        _rows = larger;
    }

    /// <summary>One value, or the name of a member; the value of a member follows its name.</summary>
    /// <param name="Kind">What it is; a name is a string.</param>
    /// <param name="HasEscapes">It is a string with backslashes in it.</param>
    /// <param name="Start">Where its text begins.</param>
    /// <param name="Length">How many bytes its text has, quotes included.</param>
    /// <param name="Size">How many places it takes in the list, with all that is inside it.</param>
    internal readonly record struct Row(System.Text.Json.JsonValueKind Kind, bool HasEscapes, int Start, int Length, int Size);
}
