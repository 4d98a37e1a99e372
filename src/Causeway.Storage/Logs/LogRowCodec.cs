using System.Globalization;
using System.Text;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Columns;

namespace Causeway.Storage.Logs;

/// <summary>Between entries and rows.</summary>
internal static class LogRowCodec
{
    private static readonly int Outcome = Column("outcome");
    private static readonly int Status = Column("status");

    /// <summary>The columns of a row, quoted, in their order: <c>n</c>, <c>id</c>, dimensions, <c>custom</c>, numbers, <c>detail</c>.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["n", "id", .. LogDimension.All.Select(dimension => $"\"{dimension.Name}\""), "custom", .. LogNumber.All.Select(number => $"\"{number.Name}\""), "detail"];

    /// <summary>All names of an entry that a row has by their numbers, but for the values of the client's own dimensions.</summary>
    public static IEnumerable<LogName> NamesOf(LogEntry entry)
    {
        for (var i = 0; i < LogColumn.Dimensions; i++)
        {
            if (LogDimension.All[i].IsMany) foreach (var value in LogDimension.All[i].Of(entry)) yield return LogName.Of(i, value);
            else if (LogDimension.All[i].OneOf(entry) is { } value) yield return LogName.Of(i, value);
        }

        foreach (var (name, _) in entry.Custom) yield return LogName.Of(LogColumn.CustomNames, name);
    }

    /// <summary>The names of the values of the client's own dimensions.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="number">The number of a dimension's name.</param>
    public static IEnumerable<LogName> CustomNamesOf(LogEntry entry, Func<LogName, int> number) =>
        entry.Custom.Where(pair => pair.Value.Length > 0).Select(pair => LogName.Of(LogColumn.OfCustom(number(LogName.Of(LogColumn.CustomNames, pair.Key))), pair.Value));

    /// <summary>The row of an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="number">The number of a name.</param>
    public static LogRow Encode(LogEntry entry, Func<LogName, int> number)
    {
        var (values, sets) = (new int[LogColumn.Dimensions], new int[]?[LogColumn.Dimensions]);
        for (var i = 0; i < values.Length; i++)
        {
            var dimension = LogDimension.All[i];
            if (!dimension.IsMany) values[i] = dimension.OneOf(entry) is { } value ? number(LogName.Of(i, value)) : 0;
            else if (dimension.Of(entry) is { Count: > 0 } several) sets[i] = [.. several.Select(value => number(LogName.Of(i, value)))];
        }

        var numbers = new long[LogNumber.All.Count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = LogNumber.All[i].Of(entry) is { } known ? Math.Max(known, NumberSegment.Unknown + 1) : NumberSegment.Unknown;
        return new LogRow
        {
            Values = values,
            Sets = sets,
            Custom = entry.Custom.Count == 0 ? [] : [.. entry.Custom.Select(pair => Custom(pair, number))],
            Numbers = numbers,
        };
    }

    /// <summary>The entry of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="id">Its id.</param>
    /// <param name="detail">What is not in columns.</param>
    /// <param name="name">The name of a number.</param>
    public static LogEntry Decode(LogRow row, Guid id, string detail, Func<int, string> name)
    {
        string? One(string dimension) => row.Values[Column(dimension)] is var value and not 0 ? name(value) : null;
        IReadOnlyList<string> Many(string dimension) => row.Sets[Column(dimension)] is { } set ? [.. set.Select(name)] : [];
        long? Number(LogNumber of) => row.Numbers[LogColumn.NumberOf(LogColumn.Of(of))] is var value and not NumberSegment.Unknown ? value : null;
        decimal? Dollars(LogNumber of) => Number(of) is { } picos ? Picodollars.Dollars(picos) : null;
        TimeSpan? Span(LogNumber of) => Number(of) is { } micros ? TimeSpan.FromMicroseconds(micros) : null;
        return LogDetail.Read(detail, new LogEntry
        {
            Id = id,
            Time = DateTimeOffset.FromUnixTimeMilliseconds(row.Time),
            Dialect = One("dialect") ?? "",
            Provider = One("provider"),
            Model = One("model"),
            Asked = One("asked") ?? "",
            Key = One("key"),
            Status = int.Parse(name(row.Values[Status]), CultureInfo.InvariantCulture),
            Error = One("error"),
            Stop = One("stop"),
            Stream = One("stream") == "true",
            VirtualKey = One("virtual_key"),
            Team = One("team"),
            Customer = One("customer"),
            User = One("user"),
            Session = One("session"),
            Agent = One("agent"),
            ParentAgent = One("parent_agent"),
            Client = One("client"),
            Repository = One("repository"),
            Branch = One("branch"),
            Rule = One("rule"),
            Tools = Many("tool"),
            Custom = [.. row.Custom.Select(pair => KeyValuePair.Create(name(LogColumn.NameOf(pair.Column)), pair.Value == 0 ? "" : name(pair.Value)))],
            Duration = Span(LogNumber.Duration) ?? TimeSpan.Zero,
            FirstToken = Span(LogNumber.FirstToken),
            Overhead = Span(LogNumber.Overhead) ?? TimeSpan.Zero,
            InputTokens = Number(LogNumber.Input),
            CacheReadTokens = Number(LogNumber.CacheRead),
            CacheWriteTokens = Number(LogNumber.CacheWrite),
            OutputTokens = Number(LogNumber.Output),
            ReasoningTokens = Number(LogNumber.Reasoning),
            Dollars = Dollars(LogNumber.Cost),
            SavedDollars = Dollars(LogNumber.Saved),
            Unrated = (int)(Number(LogNumber.Unrated) ?? 0),
            RequestBytes = Number(LogNumber.RequestBytes) ?? 0,
        });
    }

    /// <summary>The numbers of all names of a row; of the clients' own dimensions also those of their names.</summary>
    public static IEnumerable<int> NumbersOf(LogRow row) =>
        row.Values.Where((value, i) => value != 0 && i != Outcome)
            .Concat(row.Sets.Where(set => set is not null).SelectMany(set => set!))
            .Concat(row.Custom.SelectMany(pair => pair.Value == 0 ? (int[])[LogColumn.NameOf(pair.Column)] : [LogColumn.NameOf(pair.Column), pair.Value]));

    /// <summary>A list of names as it is stored: in JSON; null for none.</summary>
    public static string? Text(int[]? set) => set is null ? null : $"[{string.Join(',', set)}]";

    /// <summary>The clients' own dimensions as they are stored: in JSON; null for none.</summary>
    public static string? Text((int Column, int Value)[] custom)
    {
        if (custom.Length == 0) return null;
        var text = new StringBuilder("{");
        foreach (var (column, value) in custom) text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 1 ? "," : "")}\"{column}\":{value}");
        return text.Append('}').ToString();
    }

    /// <summary>The numbers in a text of <see cref="Text(int[])"/>.</summary>
    public static int[]? Set(string? text) => text is null ? null : [.. Numbers(text)];

    /// <summary>What is in a text of <see cref="Text(ValueTuple{int,int}[])"/>.</summary>
    public static (int Column, int Value)[] Pairs(string? text) => text is null ? [] : [.. Numbers(text).Chunk(2).Select(pair => (pair[0], pair[1]))];

    private static List<int> Numbers(string text)
    {
        var numbers = new List<int>();
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsAsciiDigit(text[at])) continue;
            var number = 0;
            for (; at < text.Length && char.IsAsciiDigit(text[at]); at++) number = (number * 10) + text[at] - '0';
            numbers.Add(number);
        }

        return numbers;
    }

    private static (int Column, int Value) Custom(KeyValuePair<string, string> pair, Func<LogName, int> number)
    {
        var column = LogColumn.OfCustom(number(LogName.Of(LogColumn.CustomNames, pair.Key)));
        return (column, pair.Value.Length == 0 ? 0 : number(LogName.Of(column, pair.Value)));
    }

    private static int Column(string dimension)
    {
        for (var i = 0; i < LogColumn.Dimensions; i++)
        {
            if (LogDimension.All[i].Name == dimension) return i;
        }

        throw new ArgumentOutOfRangeException(nameof(dimension), dimension, null);
    }
}
