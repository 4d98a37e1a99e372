using Causeway.Core.Recording.Redaction;

namespace Causeway.Core.Configuration;

/// <summary>Reads <c>logging.redaction</c>: <c>{"detectors": ["secret", "email"], "patterns": [{"name": "employee", "pattern": "EMP-[0-9]{6}"}]}</c>.</summary>
internal static class RedactionReader
{
    internal static readonly string[] Names = ["detectors", "patterns"];
    internal static readonly string[] PatternNames = ["name", "pattern"];

    /// <summary>What is taken out; secrets if nothing is said.</summary>
    public static RedactionConfig Read(ConfigNode node)
    {
        if (node.IsMissing) return RedactionConfig.Usual;
        node.CheckNames(Names);
        return new RedactionConfig { Detectors = node["detectors"].IsMissing ? RedactionConfig.Usual.Detectors : Detectors(node["detectors"]), Patterns = Patterns(node["patterns"]) };
    }

    private static List<string> Detectors(ConfigNode node)
    {
        var detectors = new List<string>();
        foreach (var item in node.Items())
        {
            if (item.Text() is not { } name) continue;
            if (!BuiltIn.Names.Contains(name)) item.Unknown("detector", [.. BuiltIn.Names]);
            else if (!detectors.Contains(name)) detectors.Add(name);
        }

        return detectors;
    }

    private static List<PatternDetector> Patterns(ConfigNode node)
    {
        var patterns = new List<PatternDetector>();
        foreach (var item in node.Items())
        {
            item.CheckNames(PatternNames);
            var (name, pattern) = (Name(item["name"]), item["pattern"].Text());
            if (item["pattern"].IsMissing) item["pattern"].Error("is required: a regular expression such as EMP-[0-9]{6}");
            if (name is not null && pattern is not null && Pattern(item["pattern"], name, pattern) is { } detector) patterns.Add(detector);
        }

        return patterns;
    }

    private static string? Name(ConfigNode node)
    {
        if (node.IsMissing) node.Error("is required: it stands in the text's place, as in [redacted:employee]");
        if (node.Text() is not { } name) return null;
        if (name.Length is > 0 and <= Findings.LongestName && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-')) return name;
        node.Error($"must be 1 to {Findings.LongestName} lower-case letters, digits, _ or -");
        return null;
    }

    private static PatternDetector? Pattern(ConfigNode node, string name, string pattern)
    {
        try
        {
            return new PatternDetector(name, pattern);
        }
        catch (NotSupportedException)
        {
            node.Error("looks around or back, or is too large: only what takes linear time is taken, so leave out (?=...), (?<=...), \\1 and the like, and repeat at most some hundred times");
        }
        catch (ArgumentException broken)
        {
            node.Error($"is no regular expression: {broken.Message}");
        }

        return null;
    }
}
