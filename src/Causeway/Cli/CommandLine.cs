using System.Globalization;
using Causeway.Core.Configuration;

namespace Causeway.Cli;

/// <summary>How log lines look.</summary>
public enum LogStyle
{
    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>For people.</summary>
    Pretty,
}

/// <summary>What is to be done.</summary>
public enum Verb
{
    /// <summary>Run the gateway.</summary>
    Run,

    /// <summary>Bring the database up to date, and end.</summary>
    Migrate,

    /// <summary>Copy the database, and end.</summary>
    Backup,

    /// <summary>Seal the database's secrets with another key, and end.</summary>
    Rekey,

    /// <summary>Say what was spent, and end.</summary>
    Spend,

    /// <summary>Write out the ledger, and end.</summary>
    Export,

    /// <summary>Rate the ledger by today's prices, and end.</summary>
    Rerate,

    /// <summary>Say what branches cost, and end.</summary>
    Report,
}

/// <summary>What the command line asks for.</summary>
public sealed record CommandLineOptions
{
    /// <summary>What is to be done.</summary>
    public Verb Verb { get; init; }

    /// <summary>Where the copy of the database goes.</summary>
    public string? BackupFile { get; init; }

    /// <summary>What is asked of the ledger; null: nothing.</summary>
    public LedgerOptions? Ledger { get; init; }

    /// <summary>What is asked of the request log; null: nothing.</summary>
    public ReportOptions? Report { get; init; }

    /// <summary>The folder of config.json and of all that the gateway stores.</summary>
    public required string AppDir { get; init; }

    /// <summary>TCP port.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Address to listen on.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Least level of log lines.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>How log lines look.</summary>
    public LogStyle LogStyle { get; init; } = LogStyle.Json;
}

/// <summary>The command line read: options to run with, or a text to print and a code to exit with.</summary>
/// <param name="Options">Null if there is something to print instead.</param>
/// <param name="Output">What to print.</param>
/// <param name="ExitCode">0, or 2 for a command line that makes no sense.</param>
public sealed record CommandLine(CommandLineOptions? Options, string? Output, int ExitCode)
{
    private static readonly string[] Names = ["app-dir", "port", "host", "log-level", "log-style"];
    private static readonly string[] Switches = ["version", "help", "print-schema"];

    private const string Help = """
        Usage: causeway [options]                 run the gateway
               causeway migrate [options]         bring the database up to date, as a start does
               causeway backup FILE [options]     copy the database to a new file, also while the gateway runs
               causeway rekey [options]           seal the secrets in the database with a new key
               causeway spend [options]           say what was spent
               causeway export [FILE] [options]   write the ledger's rows as CSV
               causeway rerate [options]          rate the ledger's rows by today's prices
               causeway report [options]          say what branches cost, by the request log
               causeway run [--] PROGRAM ...      start a program, such as claude, that uses the gateway: causeway run -help

          -app-dir DIR      folder of config.json and data       (default: ~/.config/causeway)
          -port N           port to listen on                    (default: 8080)
          -host ADDRESS     address to listen on                 (default: 127.0.0.1)
          -log-level LEVEL  debug, info, warn or error           (default: info)
          -log-style STYLE  json or pretty                       (default: json)
          -print-schema     print the JSON Schema of config.json
          -version          print the version
          -help             print this

        Of spend, export, rerate and report, also while the gateway runs:
          -from TIME        from this day or moment on           (2026-11-01, 2026-11-01T08:00:00Z)
          -to TIME          before this day or moment
          -where NAME=VALUE only rows with this value; empty: with none; may be repeated
          -by NAME,NAME     spend: by up to three of virtual_key, team, customer, user, provider, key, model, asked, day
                            report: by up to two dimensions of the log (default: repository,branch)
          -format FORMAT    spend, report: table, csv or json    (default: table)
          -dry-run          rerate: only say what would change

        Options may have one dash or two, and be set as environment variables: CAUSEWAY_APP_DIR, CAUSEWAY_PORT, ...
        Without a config.json, providers are found by their key variables (OPENAI_API_KEY, ANTHROPIC_API_KEY, ...).
        """;

    /// <summary>Reads the arguments; environment variables stand in for options that are not given.</summary>
    public static CommandLine Parse(IReadOnlyList<string> args, Func<string, string?> env)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        var (words, ofLedger) = (new List<string>(), new List<(string Name, string Value)>());
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i].TrimStart('-');
            if (name.Length == args[i].Length)
            {
                words.Add(args[i]);
                continue;
            }

            var equals = name.IndexOf('=');
            var value = equals < 0 ? null : name[(equals + 1)..];
            if (equals >= 0) name = name[..equals];
            if (name is "h") name = "help";
            if (Switches.Contains(name)) return new CommandLine(null, Print(name), 0);
            if (LedgerOptions.Switches.Contains(name))
            {
                ofLedger.Add((name, ""));
                continue;
            }

            var isOfLedger = LedgerOptions.Names.Contains(name);
            if (!isOfLedger && !Names.Contains(name))
                return Wrong($"unknown option -{name}{(NearMiss.Find(name, [.. Names, .. LedgerOptions.Names, .. LedgerOptions.Switches, .. Switches]) is { } near ? $", did you mean -{near}?" : "")}");
            if (value is null && ++i == args.Count) return Wrong($"-{name} needs a value");
            if (isOfLedger) ofLedger.Add((name, value ?? args[i]));
            else given[name] = value ?? args[i];
        }

        foreach (var name in Names)
        {
            if (!given.ContainsKey(name) && env($"CAUSEWAY_{name.Replace('-', '_').ToUpperInvariant()}") is { Length: > 0 } value) given[name] = value;
        }

        Verb? verb = words is [] ? Verb.Run : words[0] switch
        {
            "migrate" => Verb.Migrate, "backup" => Verb.Backup, "rekey" => Verb.Rekey, "spend" => Verb.Spend, "export" => Verb.Export, "rerate" => Verb.Rerate, "report" => Verb.Report, _ => null,
        };
        var file = verb is Verb.Backup or Verb.Export && words is [_, { Length: > 0 } named, ..] ? Path.GetFullPath(named) : null;
        if (verb is null) return Wrong($"unexpected argument '{words[0]}'");
        if (words.Count > (file is null ? 1 : 2)) return Wrong($"unexpected argument '{words[^1]}'");
        if (verb == Verb.Backup && file is null) return Wrong("backup needs the name of a new file");
        if (verb == Verb.Report)
        {
            return ReportOptions.Read(ofLedger, TimeProvider.System.GetUtcNow(), out var wrong) is { } report
                ? Build(new CommandLineOptions { Verb = verb.Value, Report = report, AppDir = "" }, given, env) : Wrong(wrong!);
        }

        if (verb is not (Verb.Spend or Verb.Export or Verb.Rerate))
            return ofLedger.Count > 0 ? Wrong($"-{ofLedger[0].Name} is for spend, export, rerate and report") : Build(new CommandLineOptions { Verb = verb.Value, BackupFile = file, AppDir = "" }, given, env);
        return LedgerOptions.Read(verb.Value, ofLedger, file, out var problem) is { } ledger
            ? Build(new CommandLineOptions { Verb = verb.Value, Ledger = ledger, AppDir = "" }, given, env) : Wrong(problem!);
    }

    private static CommandLine Build(CommandLineOptions options, Dictionary<string, string> given, Func<string, string?> env)
    {
        options = options with { AppDir = Path.GetFullPath(given.GetValueOrDefault("app-dir") ?? DefaultAppDir(env)) };
        if (given.TryGetValue("port", out var port))
        {
            if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 65535) return Wrong($"-port {port}: must be a number from 0 to 65535");
            options = options with { Port = number };
        }

        if (given.TryGetValue("host", out var host)) options = options with { Host = host };
        if (given.TryGetValue("log-level", out var level))
        {
            LogLevel? parsed = level.ToLowerInvariant() switch { "debug" => LogLevel.Debug, "info" => LogLevel.Information, "warn" => LogLevel.Warning, "error" => LogLevel.Error, _ => null };
            if (parsed is null) return Wrong($"-log-level {level}: must be debug, info, warn or error");
            options = options with { LogLevel = parsed.Value };
        }

        if (given.TryGetValue("log-style", out var style))
        {
            LogStyle? parsed = style.ToLowerInvariant() switch { "json" => LogStyle.Json, "pretty" => LogStyle.Pretty, _ => null };
            if (parsed is null) return Wrong($"-log-style {style}: must be json or pretty");
            options = options with { LogStyle = parsed.Value };
        }

        return new CommandLine(options, null, 0);
    }

    private static string DefaultAppDir(Func<string, string?> env) =>
        Path.Combine(env("XDG_CONFIG_HOME") is { Length: > 0 } config ? config : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"), "causeway");

    private static string Print(string name) => name switch
    {
        "version" => $"causeway {ProductVersion.Text}",
        "print-schema" => ConfigSchema.Text(),
        _ => Help,
    };

    private static CommandLine Wrong(string problem) => new(null, $"causeway: {problem}\nSee causeway -help.", 2);
}
