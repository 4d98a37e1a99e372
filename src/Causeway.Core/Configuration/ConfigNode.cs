using System.Text.Json;
using Causeway.Core.Management;

namespace Causeway.Core.Configuration;

/// <summary>Collects what is wrong with a file while it is read.</summary>
internal sealed class ConfigProblems(StoredItems? stored = null)
{
    public List<ConfigProblem> Errors { get; } = [];

    public List<ConfigProblem> Warnings { get; } = [];

    /// <summary>What is stored beside the file; null: nothing.</summary>
    public StoredItems? Stored => stored;

    /// <summary>What is wrong with what is stored.</summary>
    public List<StoredProblem> OfStored { get; } = [];

    public void Shadowed(StoredObject item) =>
        Warnings.Add(new ConfigProblem($"{item.Kind} '{item.Id}'", "", "is declared by the file, so what is stored under this name has no effect"));
}

/// <summary>A value of the file that knows where it stands, so that problems can say so. Sections have what is stored beside the file, too.</summary>
internal readonly struct ConfigNode
{
    private const int LongestShown = 60;
    private const int DeepestSection = 2;

    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    private readonly ConfigPath _at;
    private readonly string? _name;
    private readonly ConfigProblems _problems;

    /// <summary>A value at a path, or at a member of one.</summary>
    public ConfigNode(JsonElement value, ConfigPath at, ConfigProblems problems, string? name = null) => (Value, _at, _problems, _name) = (value, at, problems, name);

    public JsonElement Value { get; }

    public string Path => Self.ToString();

    public bool IsMissing => Value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    private ConfigPath Self => _name is null ? _at : _at.Member(_name);

    private int Depth => _at.Depth + (_name is null ? 0 : 1);

    /// <summary>A member; missing if there is none.</summary>
    public ConfigNode this[string name]
    {
        get
        {
            var path = Self;
            if (Value.ValueKind == JsonValueKind.Object && Value.TryGetProperty(name, out var member)) return new(member, path, _problems, name);
            if (_problems.Stored is not { } stored || path.Stored is not null || Depth >= DeepestSection) return new(default, path, _problems, name);
            var section = path.Member(name);
            return stored.Single($"{section}") is { } item ? new(JsonDocument.Parse(item.Body).RootElement, section.Of(item), _problems)
                : new(stored.IsParent($"{section}") ? Nothing : default, section, _problems);
        }
    }

    /// <summary>The members of an object; none, and an error, if it is no object.</summary>
    public IEnumerable<(string Name, ConfigNode Node)> Members()
    {
        var path = Self;
        if (!IsMissing)
        {
            if (!Is(JsonValueKind.Object, "must be an object")) yield break;
            foreach (var member in Value.EnumerateObject()) yield return (member.Name, new ConfigNode(member.Value, path.Member(member.Name), _problems));
        }

        foreach (var item in Beside(path)) yield return (item.Id, Node(item, path));
    }

    /// <summary>The items of a list; none, and an error, if it is no list.</summary>
    public IEnumerable<ConfigNode> Items()
    {
        if (IsMissing && _problems.Stored is null) yield break;
        var path = Self;
        if (!IsMissing)
        {
            if (!Is(JsonValueKind.Array, "must be a list")) yield break;
            var index = 0;
            foreach (var item in Value.EnumerateArray()) yield return new ConfigNode(item, path.Item(index++), _problems);
        }

        foreach (var item in Beside(path)) yield return Node(item, path);
    }

    /// <summary>What is stored beside a section.</summary>
    private IEnumerable<StoredObject> Beside(ConfigPath path) =>
        _problems.Stored is not { } stored || path.Stored is not null || path.Depth > DeepestSection ? [] : stored.Beside($"{path}", Value, _problems.Shadowed);

    private ConfigNode Node(StoredObject item, ConfigPath section) => new(JsonDocument.Parse(item.Body).RootElement, section.Of(item), _problems);

    public string? Text() => IsMissing || !Is(JsonValueKind.String, "must be text") ? null : Value.GetString();

    /// <summary>An id: a text, or a whole number as databases give them.</summary>
    public string? Id()
    {
        if (Value.ValueKind == JsonValueKind.Number && Value.TryGetInt64(out _)) return Value.GetRawText();
        return IsMissing || !Is(JsonValueKind.String, "must be an id: text or a whole number") ? null : Value.GetString();
    }

    /// <summary>Says that there is no such thing: an error; but only a warning if it may be missing and does not look like a slip of the pen.</summary>
    public void Unknown(string what, string[] known, bool mayBeMissing = false)
    {
        if (NearMiss.Find(Value.ToString(), known) is { } meant) Error($"is no {what}: did you mean `{meant}`?");
        else if (mayBeMissing) Warn($"no {what} has this id: it has no budget and no limit of its own");
        else if (known.Length > 0) Error($"is no {what}: there are {string.Join(", ", known.Take(10))}{(known.Length > 10 ? ", ..." : "")}");
        else Error($"is no {what}: none is configured");
    }

    /// <summary>The texts of a list.</summary>
    public List<string> Texts()
    {
        var texts = new List<string>();
        foreach (var item in Items())
        {
            if (item.Text() is { } text) texts.Add(text);
        }

        return texts;
    }

    /// <summary>One value, or a list of them.</summary>
    public IEnumerable<ConfigNode> OneOrMore() => IsMissing ? [] : Value.ValueKind == JsonValueKind.Array ? Items() : [this];

    public bool? Flag()
    {
        if (IsMissing) return null;
        if (Value.ValueKind is JsonValueKind.True or JsonValueKind.False) return Value.GetBoolean();
        Error("must be true or false");
        return null;
    }

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public double? Number(double least, double most)
    {
        if (IsMissing || !Is(JsonValueKind.Number, "must be a number")) return null;
        var number = Value.GetDouble();
        if (number >= least && number <= most) return number;
        Error($"must be from {least} to {most}");
        return null;
    }

    /// <summary>A whole number from <paramref name="least"/> on.</summary>
    public long? Integer(long least)
    {
        if (IsMissing) return null;
        if (Value.ValueKind == JsonValueKind.Number && Value.TryGetInt64(out var number) && number >= least) return number;
        Error($"must be a whole number from {least} on");
        return null;
    }

    /// <summary>US dollars, exactly as they are written, up to <paramref name="most"/>; 0 is free.</summary>
    public decimal? Dollars(decimal most, string per)
    {
        if (IsMissing) return null;
        if (Value.ValueKind == JsonValueKind.Number && Value.TryGetDecimal(out var number) && number >= 0 && number <= most) return number;
        Error($"must be a number from 0 to {most}: US dollars {per}");
        return null;
    }

    /// <summary>The value that stands within a text that is itself JSON; this one if it is no text.</summary>
    public ConfigNode Unpacked()
    {
        if (Value.ValueKind != JsonValueKind.String) return this;
        try
        {
            return new ConfigNode(JsonDocument.Parse(Value.GetString()!, ConfigJson.Options).RootElement, Self, _problems);
        }
        catch (JsonException broken)
        {
            Error($"must hold valid JSON: {broken.Message}");
            return default;
        }
    }

    /// <summary>A length of time given in seconds.</summary>
    public TimeSpan? Seconds(double least, double most) => Number(least, most) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public void Error(string fix, bool secret = false)
    {
        var problem = new ConfigProblem(Path, secret ? "" : Shown(), fix);
        if (_at.Stored is { } stored) _problems.OfStored.Add(new StoredProblem(stored, problem));
        else _problems.Errors.Add(problem);
    }

    public void Warn(string fix) => _problems.Warnings.Add(new ConfigProblem(_at.Stored is { } stored ? $"{stored.Kind} '{stored.Id}': {Path}".TrimEnd(':', ' ') : Path, "", fix));

    /// <summary>Speaks up about members that nothing reads: an error for what looks like a slip of the pen, else a warning.</summary>
    public void CheckNames(ReadOnlySpan<string> known)
    {
        if (Value.ValueKind != JsonValueKind.Object) return;
        foreach (var member in Value.EnumerateObject())
        {
            var name = member.Name;
            if (name.StartsWith('$') || name.StartsWith('_') || known.Contains(name) || (name == StoredItems.OrderMember && _at.IsStoredRoot && _name is null)) continue;
            if (NearMiss.Find(name, known) is { } meant) this[name].Error($"is not known: did you mean `{meant}`?", secret: true);
            else this[name].Warn("is not known to this version and has no effect");
        }
    }

    private bool Is(JsonValueKind kind, string problem)
    {
        if (Value.ValueKind == kind) return true;
        Error(problem);
        return false;
    }

    private string Shown()
    {
        if (IsMissing || Self.IsSecret) return "";
        if (Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) return Value.ValueKind == JsonValueKind.Object ? "{...}" : "[...]";   // whatever is in it
        var text = Value.GetRawText();
        return text.Length > LongestShown ? text[..LongestShown] + "..." : text;
    }
}

/// <summary>Finds the word that a misspelt one probably means.</summary>
public static class NearMiss
{
    /// <summary>The known word that differs by at most two letters; null if there is none.</summary>
    public static string? Find(string name, ReadOnlySpan<string> known)
    {
        foreach (var word in known)
        {
            if (word.Length > 3 && Distance(name, word) <= 2) return word;
        }

        return null;
    }

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2) return 3;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, left) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
            {
                var up = row[j];
                row[j] = left = Math.Min(Math.Min(up, left) + 1, diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1));
                diagonal = up;
            }
        }

        return row[^1];
    }
}
