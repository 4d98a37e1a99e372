namespace Causeway.Core.Recording.Log;

/// <summary>Which rows of the log are meant: those that pass all of its tests.</summary>
public sealed record LogFilter
{
    /// <summary>All rows.</summary>
    public static LogFilter All { get; } = new();

    /// <summary>The first moment; null: there is none.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The moment after the last; null: there is none.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>What must hold of dimensions.</summary>
    public IReadOnlyList<LogValueTest> Values { get; init; } = [];

    /// <summary>What must hold of numbers.</summary>
    public IReadOnlyList<LogRangeTest> Ranges { get; init; } = [];

    /// <summary>
    /// Words that must all stand in what was said, in any order and case; words in quotes must stand together, and a <c>*</c> behind a word stands for
    /// its endings. Null: it does not matter.
    /// </summary>
    public string? Text { get; init; }
}

/// <summary>A test of a dimension: the row has one of some values.</summary>
/// <param name="Dimension">The dimension.</param>
/// <param name="AnyOf">The values; null stands for rows that have none.</param>
/// <param name="IsNot">Turns it round: the row has none of them.</param>
public sealed record LogValueTest(LogDimension Dimension, IReadOnlyList<string?> AnyOf, bool IsNot = false);

/// <summary>A test of a number: it is known and lies between two bounds, which belong to it.</summary>
/// <param name="Number">The number.</param>
/// <param name="Least">The lower bound, in its unit; null: there is none.</param>
/// <param name="Most">The upper bound, in its unit; null: there is none.</param>
public sealed record LogRangeTest(LogNumber Number, long? Least, long? Most);

/// <summary>A page of a list: which rows, in what order, and where it begins.</summary>
/// <param name="Filter">Which rows.</param>
/// <param name="Limit">The most rows.</param>
public sealed record LogListQuestion(LogFilter Filter, int Limit)
{
    /// <summary>What they are sorted by; rows without it come last. Of rows that are alike in it the last written comes first, or the first if the smallest comes first.</summary>
    public LogNumber Order { get; init; } = LogNumber.Time;

    /// <summary>The smallest first.</summary>
    public bool IsAscending { get; init; }

    /// <summary>The page begins behind the row that an earlier page ended with: its <see cref="LogPage.Next"/>. Null: at the beginning.</summary>
    public LogCursor? After { get; init; }
}

/// <summary>A place in a list.</summary>
/// <param name="Value">What the row has of the number that the list is sorted by; null: nothing.</param>
/// <param name="Row">Its number in the store.</param>
public readonly record struct LogCursor(long? Value, long Row);

/// <summary>Some rows of a list.</summary>
/// <param name="Entries">The rows.</param>
/// <param name="Next">Where the next page begins; null: there is none.</param>
public sealed record LogPage(IReadOnlyList<LogEntry> Entries, LogCursor? Next);

/// <summary>A question for sums: of which rows, and by what they are told apart.</summary>
/// <param name="Filter">Which rows.</param>
public sealed record LogSumQuestion(LogFilter Filter)
{
    /// <summary>A sum for each value of this dimension, and one for rows without a value; a row with several values counts in each of them. Null: not told apart.</summary>
    public LogDimension? By { get; init; }

    /// <summary>A sum for each span of this length, counted from 1970 in UTC plus <see cref="Offset"/>. Null: not told apart.</summary>
    public TimeSpan? Span { get; init; }

    /// <summary>By how much the spans are moved: for days of a time zone.</summary>
    public TimeSpan Offset { get; init; }

    /// <summary>The most values: those with the greatest <see cref="Order"/> over all spans; the sums of the others come together as <see cref="LogSum.IsRest"/>.</summary>
    public int Top { get; init; } = 1000;

    /// <summary>What the values are sorted by, the greatest first.</summary>
    public LogOrder Order { get; init; }

    /// <summary>What is summed up besides requests, errors, money and tokens; it costs time.</summary>
    public LogMeasures Measures { get; init; }
}

/// <summary>What sums of the log are sorted by.</summary>
public enum LogOrder
{
    /// <summary>The number of rows.</summary>
    Requests,

    /// <summary>What they cost.</summary>
    Cost,

    /// <summary>Input and output tokens together.</summary>
    Tokens,

    /// <summary>The time of the last.</summary>
    Last,
}

/// <summary>What is summed up besides what always is.</summary>
[Flags]
public enum LogMeasures
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Quantiles of duration, first token and overhead.</summary>
    Quantiles = 1,
}

/// <summary>How often values of a dimension occur.</summary>
/// <param name="Dimension">The dimension.</param>
/// <param name="Values">The most frequent values with their rows, the most frequent first; null: rows without a value.</param>
/// <param name="HasMore">There are more values.</param>
public sealed record LogFacet(LogDimension Dimension, IReadOnlyList<KeyValuePair<string?, long>> Values, bool HasMore);
