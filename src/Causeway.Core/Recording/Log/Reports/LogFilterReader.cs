using System.Globalization;
using Causeway.Core.Governance.Ledger;

namespace Causeway.Core.Recording.Log.Reports;

/// <summary>
/// Reads what rows are meant, a parameter at a time: values of dimensions (<c>provider=a,b</c>, <c>not_provider=c</c>; an empty value means rows that have none),
/// bounds of numbers (<c>min_dollars</c>, <c>max_duration</c>), <c>from</c>, <c>to</c>, <c>period</c> and <c>text</c>.
/// </summary>
public sealed class LogFilterReader
{
    private const string Not = "not_";
    private const decimal MillisMost = 1e12m;

    /// <summary>Parameters that are no dimension and no number.</summary>
    public static readonly string[] Plain = ["from", "to", "period", "text"];

    private readonly Dictionary<string, (LogDimension Dimension, bool IsNot, List<string?> Values)> _values = [];
    private readonly Dictionary<LogNumber, LogRangeTest> _ranges = [];
    private readonly Dictionary<string, string> _plain = [];

    /// <summary>Names of all numbers that have bounds: all but the time, which has <c>from</c> and <c>to</c>.</summary>
    public static IEnumerable<LogNumber> Bounded => LogNumber.All.Where(number => number != LogNumber.Time);

    /// <summary>Takes a parameter; false if it is none of a filter's.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="problem">What is wrong with it; null: nothing.</param>
    public bool TryTake(string name, string value, out LogProblem? problem)
    {
        problem = null;
        if (Plain.Contains(name))
        {
            if (!_plain.TryAdd(name, value)) problem = LogProblem.Of(name, value, "is there twice: give it once");
            return true;
        }

        if (LogDimension.TryFind(name, out var dimension)) problem = Take(name, dimension, isNot: false, value);
        else if (name.StartsWith(Not, StringComparison.Ordinal) && LogDimension.TryFind(name[Not.Length..], out dimension)) problem = Take(name, dimension, isNot: true, value);
        else if (NumberOf(name) is { } number) problem = Take(name, number, value);
        else return false;
        return true;
    }

    /// <summary>The filter, when all parameters were taken.</summary>
    /// <param name="now">The present.</param>
    /// <param name="problem">What is wrong; null: nothing.</param>
    public LogFilter Read(DateTimeOffset now, out LogProblem? problem)
    {
        problem = null;
        var (from, to) = (Moment("from", ref problem), Moment("to", ref problem));
        if (_plain.GetValueOrDefault("period") is { Length: > 0 } period)
        {
            if (LogTimes.Span(period) is not { } span) problem ??= LogProblem.Of("period", period, "must be a number and s, m, h, d or w, such as 24h");
            else if (from is not null) problem ??= LogProblem.Of("period", period, "cannot stand beside `from`: give one of them");
            else from = (to ??= now) - span;
        }

        if (from >= to) problem ??= LogProblem.Of("to", "", "must be later than `from`");
        foreach (var range in _ranges.Values.Where(range => range.Least > range.Most)) problem ??= LogProblem.Of($"max_{range.Number.Name}", "", $"must not be less than `min_{range.Number.Name}`");
        return new LogFilter
        {
            From = from, To = to,
            Values = [.. _values.Values.Select(test => new LogValueTest(test.Dimension, test.Values, test.IsNot))],
            Ranges = [.. _ranges.Values],
            Text = _plain.GetValueOrDefault("text") is { Length: > 0 } text ? text : null,
        };
    }

    /// <summary>What a text says in the unit that a number is kept in; null if it is no number.</summary>
    public static long? Amount(LogUnit unit, string text)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount)) return null;
        return unit switch
        {
            LogUnit.Picodollars => Picodollars.Of(amount),
            LogUnit.Microseconds => amount is >= -MillisMost and <= MillisMost ? (long)decimal.Round(amount * 1000) : null,
            _ => amount == decimal.Truncate(amount) && amount is >= long.MinValue and <= long.MaxValue ? (long)amount : null,
        };
    }

    private LogProblem? Take(string name, LogDimension dimension, bool isNot, string value)
    {
        if (!_values.TryGetValue(name, out var test)) _values[name] = test = (dimension, isNot, []);
        foreach (var part in Parts(value))
        {
            if (part.Length > 0 && Misfit(dimension.Name, part) is { } fix) return LogProblem.Of(name, part, fix);
            test.Values.Add(part.Length == 0 ? null : part);
        }

        return null;
    }

    /// <summary>A value in quotes may have commas in it.</summary>
    private static string[] Parts(string value) => value is ['"', .. var quoted, '"'] ? [quoted] : value.Split(',', StringSplitOptions.TrimEntries);

    private static string? Misfit(string dimension, string value) => dimension switch
    {
        "status" => value.Length == 3 && value.All(char.IsAsciiDigit) ? null : "must be an HTTP status such as 429; ok, error and abandoned are values of `outcome`",
        "outcome" => value is "ok" or "error" or "abandoned" ? null : "must be ok, error or abandoned",
        "stream" => value is "true" or "false" ? null : "must be true or false",
        _ => null,
    };

    private static LogNumber? NumberOf(string name) => name.StartsWith("min_", StringComparison.Ordinal) || name.StartsWith("max_", StringComparison.Ordinal)
        ? Bounded.FirstOrDefault(number => name.AsSpan(4).SequenceEqual(number.Name)) : null;

    private LogProblem? Take(string name, LogNumber number, string value)
    {
        if (Amount(number.Unit, value) is not { } amount) return LogProblem.Of(name, value, $"must be a number of {UnitOf(number.Unit)}");
        var (range, isLeast) = (_ranges.GetValueOrDefault(number) ?? new LogRangeTest(number, null, null), name.StartsWith("min_", StringComparison.Ordinal));
        if ((isLeast ? range.Least : range.Most) is not null) return LogProblem.Of(name, value, "is there twice: give it once");
        _ranges[number] = isLeast ? range with { Least = amount } : range with { Most = amount };
        return null;
    }

    /// <summary>What people count a number in.</summary>
    public static string UnitOf(LogUnit unit) => unit switch
    {
        LogUnit.Microseconds => "milliseconds such as 1500 or 0.25", LogUnit.Picodollars => "dollars such as 0.05", LogUnit.Tokens => "whole tokens", LogUnit.Bytes => "whole bytes", _ => "whole things",
    };

    private DateTimeOffset? Moment(string name, ref LogProblem? problem)
    {
        if (_plain.GetValueOrDefault(name) is not { Length: > 0 } text) return null;
        if (LogTimes.Moment(text) is { } time) return time;
        problem ??= LogProblem.Of(name, text, "must be a day such as 2026-11-26, or a moment such as 2026-11-26T14:30:00Z");
        return null;
    }
}
