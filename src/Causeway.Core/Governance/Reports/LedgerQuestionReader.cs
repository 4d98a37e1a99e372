using System.Globalization;
using Causeway.Core.Configuration;
using Causeway.Core.Governance.Ledger;

namespace Causeway.Core.Governance.Reports;

/// <summary>
/// Reads questions from names and values: <c>from</c> and <c>to</c> (a day, or a moment; <c>to</c> itself is not in it), <c>by</c>, <c>limit</c>,
/// <c>after</c>, and a value of a dimension by the dimension's name; an empty one means entries that have none.
/// </summary>
public sealed class LedgerQuestionReader
{
    private const int MostDimensions = 3;
    private const int MostEntries = 1000;
    private const int LongestShown = 60;

    private static readonly string[] Times = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private readonly Dictionary<LedgerDimension, string?> _values = [];
    private readonly HashSet<string> _seen = [];
    private LedgerFilter _filter = new();
    private IReadOnlyList<LedgerDimension> _by = [];
    private LedgerProblem? _problem;

    private LedgerQuestionReader()
    {
    }

    /// <summary>The question; null, and the first problem, if it makes no sense.</summary>
    /// <param name="words">Names and values.</param>
    /// <param name="allowed">The names that may be used besides those of dimensions.</param>
    /// <param name="problem">What is wrong.</param>
    public static LedgerQuestion? Read(IEnumerable<(string Name, string Value)> words, ReadOnlySpan<string> allowed, out LedgerProblem? problem)
    {
        var reader = new LedgerQuestionReader();
        foreach (var (name, value) in words)
        {
            if (reader._problem is null) reader.Read(name, value, allowed);
        }

        if (reader is { _problem: null, _filter: { From: { } from, To: { } to } } && from >= to) reader.Refuse("to", "", "must be later than `from`");
        problem = reader._problem;
        return problem is null ? new LedgerQuestion(reader._filter with { Values = reader._values }, reader._by) : null;
    }

    private void Read(string name, string value, ReadOnlySpan<string> allowed)
    {
        var dimension = LedgerDimensions.Find(name);
        if (dimension is null && !allowed.Contains(name)) Unknown(name, [.. allowed, .. LedgerDimensions.Names]);
        else if (!_seen.Add(name)) Refuse(name, value, "is there twice: ask for one value of each");
        else if (dimension is { } known) Where(known, value);
        else if (name == "from") _filter = _filter with { From = Time(name, value) };
        else if (name == "to") _filter = _filter with { To = Time(name, value) };
        else if (name == "by") _by = Dimensions(value);
        else if (name == "limit") _filter = _filter with { Limit = Limit(value) };
        else _filter = _filter with { After = Id(name, value) };
    }

    private void Where(LedgerDimension dimension, string value)
    {
        _values[dimension] = value.Length == 0 ? null : value;
        if (dimension == LedgerDimension.Day && !DateOnly.TryParseExact(value, "yyyy-MM-dd", out _)) Refuse(dimension.Name(), value, "must be a day such as 2026-11-26");
    }

    private DateTimeOffset? Time(string name, string text)
    {
        if (DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)) return time;
        Refuse(name, text, "must be a day such as 2026-11-26, or a moment such as 2026-11-26T14:30:00Z");
        return null;
    }

    private List<LedgerDimension> Dimensions(string text)
    {
        var found = new List<LedgerDimension>();
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (LedgerDimensions.Find(name) is not { } dimension) Refuse("by", name, Meant(name, [.. LedgerDimensions.Names]));
            else if (found.Contains(dimension)) Refuse("by", text, $"names {name} twice");
            else found.Add(dimension);
        }

        if (found.Count > MostDimensions) Refuse("by", text, $"names more than {MostDimensions} dimensions");
        return found;
    }

    private int? Limit(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is > 0 and <= MostEntries) return limit;
        Refuse("limit", text, $"must be a number from 1 to {MostEntries}");
        return null;
    }

    private Guid? Id(string name, string text)
    {
        if (Guid.TryParse(text, out var id)) return id;
        Refuse(name, text, "must be the id of an entry, such as `next` of the page before");
        return null;
    }

    private void Unknown(string name, string[] known) => Refuse(name, "", Meant(name, known));

    private static string Meant(string name, string[] known) =>
        NearMiss.Find(name, known) is { } near ? $"is not known: did you mean {near}?" : $"is not known: there are {string.Join(", ", known)}";

    private void Refuse(string name, string value, string fix) => _problem ??= new LedgerProblem(Short(name), Short(value), fix);

    private static string Short(string text) => text.Length > LongestShown ? text[..LongestShown] + "..." : text;
}
