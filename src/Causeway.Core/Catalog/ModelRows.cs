using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;

namespace Causeway.Core.Catalog;

/// <summary>The models of one provider. A row is read when it is first asked for: there are hundreds, and few are.</summary>
internal sealed class ModelRows
{
    private static readonly SearchValues<char> DateLetters = SearchValues.Create("0123456789-");

    private readonly Dictionary<string, Row> _rows;
    private readonly Dictionary<string, Row>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly ConcurrentDictionary<string, ModelInfo> _read = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Rows by name, which go before <paramref name="basis"/> and take from it what they leave out.</summary>
    public ModelRows(JsonElement rows, ModelRows? basis = null)
    {
        _rows = basis is null ? new(StringComparer.OrdinalIgnoreCase) : new(basis._rows, StringComparer.OrdinalIgnoreCase);
        foreach (var row in rows.EnumerateObject())
        {
            var name = row.Name.TrimEnd('*');
            _rows[name] = new Row(row.Value, IsBeginning(row.Name), basis?.Find(name));
        }

        _lookup = _rows.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The names that are models, not beginnings.</summary>
    public IEnumerable<string> Models => _rows.Where(row => !row.Value.IsBeginning).Select(row => row.Key);

    /// <summary>What the row with the longest beginning of <paramref name="model"/> says; null if none fits.</summary>
    public ModelInfo? Find(string model)
    {
        for (var length = model.Length; length >= 0; length--)
        {
            if (!_lookup.TryGetValue(model.AsSpan(0, length), out var name, out var row)) continue;
            var info = _read.GetOrAdd(name, static (_, row) => row.Read(), row);
            return info.Price is null || row.IsBeginning || IsSameModel(model.AsSpan(length)) ? info : info with { Price = null };
        }

        return null;
    }

    /// <summary>Does a row name the model, or a beginning of its name?</summary>
    public bool Knows(string model)
    {
        for (var length = model.Length; length > 0; length--)
        {
            if (_lookup.ContainsKey(model.AsSpan(0, length))) return true;
        }

        return false;
    }

    /// <summary>A name that ends with a dash or a star stands for all models that begin so, its price too.</summary>
    private static bool IsBeginning(string name) => name is [] or [.., '-' or '*'];

    /// <summary>A dated or numbered edition costs what the model does; of anything else with the same beginning the price is unknown.</summary>
    private static bool IsSameModel(ReadOnlySpan<char> rest)
    {
        rest = WithoutNumber(rest, ":");      // Amazon: claude-sonnet-4-5-20250929-v1:0
        rest = WithoutNumber(rest, "-v");
        if (rest.IsEmpty) return true;
        return rest[0] is '-' or '@' && (rest[1..] is "latest" || (rest.Length is >= 4 and <= 11 && !rest[1..].ContainsAnyExcept(DateLetters)));
    }

    private static ReadOnlySpan<char> WithoutNumber(ReadOnlySpan<char> text, ReadOnlySpan<char> mark)
    {
        var at = text.LastIndexOf(mark);
        return at >= 0 && at + mark.Length < text.Length && !text[(at + mark.Length)..].ContainsAnyExceptInRange('0', '9') ? text[..at] : text;
    }

    /// <summary>A row that has not been read yet.</summary>
    private readonly record struct Row(JsonElement Json, bool IsBeginning, ModelInfo? Basis)
    {
        public ModelInfo Read()
        {
            var own = ModelInfo.Read(Json);
            return Basis is null ? own : own.Over(Basis) with { Price = own.Price ?? Basis.Price };
        }
    }
}
