using System.Globalization;
using System.Text;

namespace Causeway.Cli.Wrap;

/// <summary>The variables by which a program learns of the gateway, and what it is to say in each request.</summary>
public static class WrapEnvironment
{
    private const string Headers = "ANTHROPIC_CUSTOM_HEADERS";
    private const int Longest = 200;   // characters of a value

    /// <summary>The variables that are set.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="git">The repository of the current folder; null: it is in none.</param>
    /// <param name="env">The variables that are there: headers in them are kept, and those that say the same win.</param>
    public static IReadOnlyDictionary<string, string> Of(WrapOptions options, GitFolder? git, Func<string, string?> env)
    {
        var given = (env(Headers) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        var names = given.Select(line => line.Split(':')[0].Trim()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Add("x-causeway-session-name", options.Name);
        Add("x-causeway-repository", git?.Repository);
        Add("x-causeway-branch", git?.Branch);
        foreach (var (name, value) in options.Dims) Add("x-causeway-dim-" + name, value);
        var variables = new Dictionary<string, string> { ["ANTHROPIC_BASE_URL"] = options.Url + "/anthropic" };
        if (given.Count > 0) variables[Headers] = string.Join('\n', given);
        if (Path.GetFileNameWithoutExtension(options.Program) != "claude") variables["OPENAI_BASE_URL"] = options.Url + "/openai/v1";
        return variables;

        void Add(string name, string? value)
        {
            if (value is { Length: > 0 } && names.Add(name)) given.Add($"{name}: {Encoded(value)}");
        }
    }

    /// <summary>A value as a header can hold it: what is no visible ASCII, and the percent sign, as percent signs and the bytes in UTF-8.</summary>
    public static string Encoded(string value)
    {
        var text = new StringBuilder();
        foreach (var rune in value.EnumerateRunes())
        {
            var piece = rune.ToString();
            if (rune.Value is >= 0x20 and < 0x7F and not '%') text.Append(piece);
            else foreach (var one in Encoding.UTF8.GetBytes(piece)) text.Append(CultureInfo.InvariantCulture, $"%{one:X2}");
            if (text.Length > Longest) break;
        }

        return text.ToString().Trim();
    }
}
