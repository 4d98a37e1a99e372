namespace Causeway.Cli.Wrap;

/// <summary>What <c>causeway run</c> is asked for.</summary>
public sealed record WrapOptions
{
    /// <summary>The verb, which must come first: all that stands behind the program is the program's own.</summary>
    public const string Verb = "run";

    private const string Usage = """
        Usage: causeway run [options] [--] PROGRAM [arguments]

        Starts a program, such as claude, so that it uses the gateway, and says in each request which repository and branch it works on.

          -name NAME        name of the session
          -dim NAME=VALUE   a dimension of your own, such as feature=login; may be repeated
          -url ADDRESS      the gateway's address                (default: http://localhost:8080)

        Its input, output, signals and exit code are the program's.
        """;

    /// <summary>The gateway's address, without a slash at its end.</summary>
    public required string Url { get; init; }

    /// <summary>The session's name; null: it has none.</summary>
    public string? Name { get; init; }

    /// <summary>The caller's own dimensions.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Dims { get; init; } = [];

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Reads what stands behind <c>run</c>; null, and what to print, if there is nothing to be run.</summary>
    public static WrapOptions? Read(IReadOnlyList<string> args, Func<string, string?> env, out CommandLine? said)
    {
        said = null;
        string? name = null, url = null;
        var (dims, at) = (new List<KeyValuePair<string, string>>(), 0);
        for (; at < args.Count && args[at] is ['-', _, ..]; at++)
        {
            if (args[at] == "--") break;
            var option = args[at].TrimStart('-');
            if (option is "h" or "help") return Say(new CommandLine(null, Usage, 0), out said);
            var equals = option.IndexOf('=');
            var value = equals >= 0 ? option[(equals + 1)..] : null;
            if (equals >= 0) option = option[..equals];
            if (option is not ("name" or "dim" or "url")) return Wrong($"unknown option -{option}; options of the program come behind its name", out said);
            if (value is null && ++at == args.Count) return Wrong($"-{option} needs a value", out said);
            value ??= args[at];
            if (option == "name") name = value;
            else if (option == "url") url = value;
            else if (value.IndexOf('=') is > 0 and var sign && IsToken(value[..sign]) && value.Length > sign + 1) dims.Add(new(value[..sign].ToLowerInvariant(), value[(sign + 1)..]));
            else return Wrong($"-dim {value}: must be a name of letters, digits, - and _, and a value: feature=login", out said);
        }

        if (at < args.Count && args[at] == "--") at++;
        if (at == args.Count) return Wrong("run needs a program, such as claude", out said);
        url ??= $"http://localhost:{(env("CAUSEWAY_PORT") is { Length: > 0 } port ? port : "8080")}";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")) return Wrong($"-url {url}: must be an address such as http://localhost:8080", out said);
        return new WrapOptions { Url = Root(address), Name = name, Dims = dims, Program = args[at], Arguments = [.. args.Skip(at + 1)] };
    }

    /// <summary>People copy the address that they have given to their program.</summary>
    private static string Root(Uri address)
    {
        var url = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        foreach (var end in (string[])["/anthropic", "/openai/v1", "/openai"])
        {
            if (url.EndsWith(end, StringComparison.Ordinal)) return url[..^end.Length];
        }

        return url;
    }

    private static bool IsToken(string name) => name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    private static WrapOptions? Wrong(string problem, out CommandLine? said) => Say(new CommandLine(null, $"causeway run: {problem}\nSee causeway run -help.", 2), out said);

    private static WrapOptions? Say(CommandLine line, out CommandLine? said)
    {
        said = line;
        return null;
    }
}
