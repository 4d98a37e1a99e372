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
}

/// <summary>What the command line asks for.</summary>
public sealed record CommandLineOptions
{
    /// <summary>What is to be done.</summary>
    public Verb Verb { get; init; }

    /// <summary>Where the copy of the database goes.</summary>
    public string? BackupFile { get; init; }

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

          -app-dir DIR      folder of config.json and data       (default: ~/.config/causeway)
          -port N           port to listen on                    (default: 8080)
          -host ADDRESS     address to listen on                 (default: 127.0.0.1)
          -log-level LEVEL  debug, info, warn or error           (default: info)
          -log-style STYLE  json or pretty                       (default: json)
          -print-schema     print the JSON Schema of config.json
          -version          print the version
          -help             print this

        Options may have one dash or two, and be set as environment variables: CAUSEWAY_APP_DIR, CAUSEWAY_PORT, ...
        Without a config.json, providers are found by their key variables (OPENAI_API_KEY, ANTHROPIC_API_KEY, ...).
        """;

    /// <summary>Reads the arguments; environment variables stand in for options that are not given.</summary>
    public static CommandLine Parse(IReadOnlyList<string> args, Func<string, string?> env)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        var words = new List<string>();
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
            if (!Names.Contains(name))
                return Wrong($"unknown option -{name}{(NearMiss.Find(name, [.. Names, .. Switches]) is { } near ? $", did you mean -{near}?" : "")}");
            if (value is null && ++i == args.Count) return Wrong($"-{name} needs a value");
            given[name] = value ?? args[i];
        }

        foreach (var name in Names)
        {
            if (!given.ContainsKey(name) && env($"CAUSEWAY_{name.Replace('-', '_').ToUpperInvariant()}") is { Length: > 0 } value) given[name] = value;
        }

        return words switch
        {
            [] => Build(Verb.Run, given, env),
            ["migrate"] => Build(Verb.Migrate, given, env),
            ["rekey"] => Build(Verb.Rekey, given, env),
            ["backup", { Length: > 0 } file] => Build(Verb.Backup, given, env, Path.GetFullPath(file)),
            ["backup"] => Wrong("backup needs the name of a new file"),
            ["migrate" or "backup" or "rekey", .., var more] => Wrong($"unexpected argument '{more}'"),
            [var word, ..] => Wrong($"unexpected argument '{word}'"),
        };
    }

    private static CommandLine Build(Verb verb, Dictionary<string, string> given, Func<string, string?> env, string? backupFile = null)
    {
        var options = new CommandLineOptions { Verb = verb, BackupFile = backupFile, AppDir = Path.GetFullPath(given.GetValueOrDefault("app-dir") ?? DefaultAppDir(env)) };
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
