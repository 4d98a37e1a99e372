using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>
/// Fields of one dialect that have no canonical meaning, kept as they came. An encoder writes back extras of its own
/// dialect and reports all others as losses.
/// </summary>
public sealed class Extras(DialectId origin)
{
    private readonly List<KeyValuePair<string, RawJson>> _fields = [];

    /// <summary>The dialect the fields were read in.</summary>
    public DialectId Origin { get; } = origin;

    /// <summary>The fields in the order they came.</summary>
    public IReadOnlyList<KeyValuePair<string, RawJson>> Fields => _fields;

    /// <summary>Adds a field; a JSON <c>null</c> says nothing and is left out.</summary>
    public void Add(string name, RawJson value)
    {
        if (!value.Utf8.SequenceEqual("null"u8)) _fields.Add(new(name, value));
    }

    /// <summary>The value of a field; missing if there is none.</summary>
    public RawJson this[string name]
    {
        get
        {
            foreach (var (key, value) in _fields)
            {
                if (key == name) return value;
            }

            return default;
        }
    }
}
