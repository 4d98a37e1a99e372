using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Log.Reports;

namespace Causeway.Cli;

/// <summary>What <c>causeway report</c> is asked for.</summary>
public sealed record ReportOptions
{
    /// <summary>Of which rows of the request log.</summary>
    public required LogFilter Filter { get; init; }

    /// <summary>What they are told apart by.</summary>
    public required IReadOnlyList<LogDimension> By { get; init; }

    /// <summary>What the report looks like.</summary>
    public ReportFormat Format { get; init; }

    /// <summary>Reads the options; null, and why, if they make no sense.</summary>
    /// <param name="given">Names and values, in their order.</param>
    /// <param name="now">The present.</param>
    /// <param name="problem">What is wrong.</param>
    public static ReportOptions? Read(IReadOnlyList<(string Name, string Value)> given, DateTimeOffset now, out string? problem)
    {
        var (words, places, format) = (new List<(string Name, string Value)>(), new HashSet<string>(), (ReportFormat?)ReportFormat.Table);
        problem = null;
        foreach (var (name, value) in given)
        {
            if (name == "format") format = LedgerOptions.FormatOf(value);
            if (format is null) problem ??= LedgerOptions.WrongFormat(value);
            if (name == "dry-run") problem ??= "-dry-run is not for report";
            if (name is "from" or "to" or "by") words.Add((name, value));
            if (name != "where") continue;
            if (value.IndexOf('=') is > 0 and var equals)
            {
                places.Add(value[..equals]);
                words.Add((value[..equals], value[(equals + 1)..]));
            }
            else problem ??= $"-where {value}: must be a dimension and its value, such as repository=acme/shop; repository= means rows of none";
        }

        var reader = new LogQuestionReader(words, ["by"], now);
        var by = reader.Dimensions("by", GroupReport.MostDimensions);
        if (reader.Problem is { } wrong) problem ??= $"-{(places.Contains(wrong.Name) ? "where " : "")}{wrong.Name}{(wrong.Value.Length == 0 ? "" : $" {wrong.Value}")}: {wrong.Fix}";
        return problem is null ? new ReportOptions { Filter = reader.Filter, By = by.Count > 0 ? by : GroupReport.Branches, Format = format!.Value } : null;
    }
}
