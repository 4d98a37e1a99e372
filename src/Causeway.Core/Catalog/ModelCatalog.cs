using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;

namespace Causeway.Core.Catalog;

/// <summary>
/// Facts about models, by provider and the beginning of the model's name; the longest beginning that fits wins. A provider that
/// resells others (OpenRouter, Bedrock) takes what it has no row for from the maker, for names such as <c>openai/gpt-4o</c>.
/// </summary>
public sealed class ModelCatalog
{
    private readonly Dictionary<string, Rows> _byProvider = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _resellers = new(StringComparer.OrdinalIgnoreCase);

    private ModelCatalog(JsonElement root)
    {
        foreach (var reseller in root.GetProperty("resellers").EnumerateArray()) _resellers.Add(reseller.GetString()!);
        foreach (var provider in root.GetProperty("models").EnumerateObject()) _byProvider[provider.Name] = new Rows(provider.Value);
    }

    /// <summary>The catalogue that ships with this build.</summary>
    public static ModelCatalog Default { get; } = new(EmbeddedData.Json("models.json"));

    /// <summary>What is known of <paramref name="model"/> at <paramref name="provider"/>; null if nothing is.</summary>
    public ModelInfo? Find(string provider, string model)
    {
        var own = _byProvider.GetValueOrDefault(provider)?.Find(model);
        if (!_resellers.Contains(provider) || MakerOf(model) is not { } made || Find(made.Provider, made.Model) is not { } maker) return own;
        return own?.Over(maker) ?? maker with { Price = null };
    }

    /// <summary>The models known by name at <paramref name="provider"/>.</summary>
    public IEnumerable<string> Models(string provider) => _byProvider.GetValueOrDefault(provider)?.Models ?? [];

    /// <summary>The maker that a reseller's name for a model names: <c>openai/gpt-4o</c>, or at Amazon <c>eu.anthropic.claude-sonnet-4-5</c>.</summary>
    private (string Provider, string Model)? MakerOf(string model)
    {
        for (var start = 0; model.AsSpan(start).IndexOfAny('/', '.') is >= 0 and var length; start += length + 1)
        {
            var name = model.Substring(start, length);
            if (_byProvider.ContainsKey(name) && !_resellers.Contains(name)) return (name, model[(start + length + 1)..]);
        }

        return null;
    }

    /// <summary>The models of one provider. A row is read when it is first asked for: there are hundreds, and few are.</summary>
    private sealed class Rows
    {
        private static readonly SearchValues<char> DateLetters = SearchValues.Create("0123456789-");

        private readonly Dictionary<string, JsonElement> _rows = new(StringComparer.OrdinalIgnoreCase);
        private readonly Dictionary<string, JsonElement>.AlternateLookup<ReadOnlySpan<char>> _lookup;
        private readonly ConcurrentDictionary<string, ModelInfo> _read = new(StringComparer.OrdinalIgnoreCase);

        public Rows(JsonElement rows)
        {
            foreach (var row in rows.EnumerateObject()) _rows[row.Name] = row.Value;
            _lookup = _rows.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        /// <summary>Names that end with a dash are beginnings, not models.</summary>
        public IEnumerable<string> Models => _rows.Keys.Where(name => !name.EndsWith('-'));

        public ModelInfo? Find(string model)
        {
            for (var length = model.Length; length > 0; length--)
            {
                if (!_lookup.TryGetValue(model.AsSpan(0, length), out var name, out var row)) continue;
                var info = _read.GetOrAdd(name, static (_, row) => ModelInfo.Read(row), row);
                return info.Price is null || IsSameModel(model.AsSpan(length)) ? info : info with { Price = null };
            }

            return null;
        }

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
    }
}
