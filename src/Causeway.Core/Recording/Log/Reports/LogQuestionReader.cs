using System.Globalization;
using Causeway.Core.Configuration;

namespace Causeway.Core.Recording.Log.Reports;

/// <summary>
/// Reads questions from names and values: the filter, and what else a question may say, by the methods of this class. They give something useful also where a
/// parameter makes no sense; <see cref="Problem"/> is then the first that did not.
/// </summary>
public sealed class LogQuestionReader
{
    private readonly Dictionary<string, List<string>> _others = [];

    /// <summary>Reads the filter.</summary>
    /// <param name="words">Names and values.</param>
    /// <param name="allowed">The names that the question has besides those of filters.</param>
    /// <param name="now">The present.</param>
    public LogQuestionReader(IEnumerable<(string Name, string Value)> words, IReadOnlyList<string> allowed, DateTimeOffset now)
    {
        (Now, var filter) = (now, new LogFilterReader());
        foreach (var (given, value) in words)
        {
            var name = allowed.Contains(given) ? given : BifrostNames.Ours(given);
            if (allowed.Contains(name)) (_others.TryGetValue(name, out var values) ? values : _others[name] = []).Add(value);
            else if (!filter.TryTake(name, value, out var wrong)) Refuse(given, "", Meant(given, allowed));
            else if (wrong is not null) Problem ??= wrong with { Name = given };
        }

        Filter = filter.Read(now, out var problem);
        Problem ??= problem;
    }

    /// <summary>The present.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Which rows.</summary>
    public LogFilter Filter { get; }

    /// <summary>The first parameter that makes no sense; null: all do.</summary>
    public LogProblem? Problem { get; private set; }

    /// <summary>A text; null: it is not there.</summary>
    public string? Text(string name)
    {
        if (!_others.TryGetValue(name, out var values)) return null;
        if (values.Count > 1) Refuse(name, values[1], "is there twice: give it once");
        return values[0].Length == 0 ? null : values[0];
    }

    /// <summary>True or false; false if it is not there.</summary>
    public bool Flag(string name) => Choice(name, "false", ["true", "false"]) == "true";

    /// <summary>A whole number from 1 to <paramref name="most"/>.</summary>
    public int Count(string name, int usual, int most)
    {
        if (Text(name) is not { } text) return usual;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1 && count <= most) return count;
        Refuse(name, text, $"must be a number from 1 to {most}");
        return usual;
    }

    /// <summary>One of some words.</summary>
    public string Choice(string name, string usual, IReadOnlyList<string> words)
    {
        var text = Text(name) ?? usual;
        if (name == "sort" && !words.Contains(text)) text = BifrostNames.Sort(text);
        if (words.Contains(text)) return text;
        Refuse(name, text, $"must be one of {string.Join(", ", words)}");
        return usual;
    }

    /// <summary>A dimension; null: none is named.</summary>
    public LogDimension? Dimension(string name) => Text(name) is { } text ? Find(name, text) : null;

    /// <summary>Several dimensions, with commas between them or each in a parameter of its own; empty: none is named.</summary>
    public IReadOnlyList<LogDimension> Dimensions(string name, int most)
    {
        if (!_others.TryGetValue(name, out var values)) return [];
        var found = values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(text => Find(name, text)).OfType<LogDimension>().Distinct().ToList();
        if (found.Count > most) Refuse(name, "", $"names more than {most} dimensions");
        return found;
    }

    /// <summary>Something of a form of its own, such as a cursor; null if it is not there or not of that form.</summary>
    public T? Of<T>(string name, Func<string, T?> read, string fix) where T : struct
    {
        if (Text(name) is not { } text) return null;
        var value = read(text);
        if (value is null) Refuse(name, text, fix);
        return value;
    }

    /// <summary>A parameter makes no sense.</summary>
    public void Refuse(string name, string value, string fix) => Problem ??= LogProblem.Of(name, value, fix);

    private LogDimension? Find(string name, string text)
    {
        if (LogDimension.TryFind(text, out var dimension)) return dimension;
        Refuse(name, text, NearMiss.Find(text, [.. LogDimension.All.Select(known => known.Name)]) is { } near
            ? $"is not known: did you mean {near}?" : $"is not known: there are {string.Join(", ", LogDimension.All)}, and dim.NAME for a client's own");
        return null;
    }

    private static string Meant(string name, IReadOnlyList<string> allowed)
    {
        string[] known =
        [
            .. allowed, .. LogFilterReader.Plain, .. LogDimension.All.Select(dimension => dimension.Name), .. LogDimension.All.Select(dimension => "not_" + dimension.Name),
            .. LogFilterReader.Bounded.SelectMany(number => (string[])["min_" + number.Name, "max_" + number.Name]),
        ];
        return NearMiss.Find(name, known) is { } near ? $"is not known: did you mean {near}?" : "is not known: docs/logs.md and /api/openapi.json have all parameters";
    }
}
