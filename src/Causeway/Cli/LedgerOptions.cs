using Causeway.Core.Governance.Reports;

namespace Causeway.Cli;

/// <summary>What a report looks like.</summary>
public enum ReportFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>For spreadsheets.</summary>
    Csv,

    /// <summary>For programs.</summary>
    Json,
}

/// <summary>What the commands for the ledger are asked for.</summary>
public sealed record LedgerOptions
{
    /// <summary>Options that have a value; <c>where</c> may be given several times.</summary>
    internal static readonly string[] Names = ["from", "to", "by", "where", "format"];

    /// <summary>Options that have none.</summary>
    internal static readonly string[] Switches = ["dry-run"];

    /// <summary>Of which entries, told apart by what.</summary>
    public required LedgerQuestion Question { get; init; }

    /// <summary>What a report looks like.</summary>
    public ReportFormat Format { get; init; }

    /// <summary>Only say what would be done.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Where an export goes; null: to the standard output.</summary>
    public string? File { get; init; }

    /// <summary>Reads the options of a command; null, and why, if they make no sense.</summary>
    /// <param name="verb">The command.</param>
    /// <param name="given">Names and values, in their order.</param>
    /// <param name="file">Where an export goes.</param>
    /// <param name="problem">What is wrong.</param>
    public static LedgerOptions? Read(Verb verb, IReadOnlyList<(string Name, string Value)> given, string? file, out string? problem)
    {
        var words = new List<(string Name, string Value)>();
        var options = new LedgerOptions { Question = null!, File = file };
        foreach (var (name, value) in given)
        {
            if ((name is "by" or "format" && verb != Verb.Spend) || (name == "dry-run" && verb != Verb.Rerate)) return Wrong($"-{name} is not for {verb.ToString().ToLowerInvariant()}", out problem);
            if (name == "dry-run") options = options with { IsDryRun = true };
            else if (name == "format")
            {
                if (FormatOf(value) is not { } format) return Wrong(WrongFormat(value), out problem);
                options = options with { Format = format };
            }
            else if (name != "where") words.Add((name, value));
            else if (value.IndexOf('=') is > 0 and var equals && !Names.Contains(value[..equals])) words.Add((value[..equals], value[(equals + 1)..]));
            else return Wrong($"-where {value}: must be a dimension and its value, such as team=web; team= means entries of no team", out problem);
        }

        var question = LedgerQuestionReader.Read(words, ["from", "to", "by"], out var wrong);
        problem = wrong is null ? null : $"-{(Names.Contains(wrong.Name) ? wrong.Name : $"where {wrong.Name}")}{(wrong.Value.Length == 0 ? "" : $" {wrong.Value}")}: {wrong.Fix}";
        return question is null ? null : options with { Question = question };
    }

    /// <summary>The format of a name; null: there is none.</summary>
    internal static ReportFormat? FormatOf(string name) => name switch { "table" => ReportFormat.Table, "csv" => ReportFormat.Csv, "json" => ReportFormat.Json, _ => null };

    /// <summary>There is no such format.</summary>
    internal static string WrongFormat(string name) => $"-format {name}: must be table, csv or json";

    private static LedgerOptions? Wrong(string text, out string? problem)
    {
        problem = text;
        return null;
    }
}
