using System.Buffers;
using System.Text;
using Causeway.Core.Configuration;
using Causeway.Core.Recording.Redaction;

namespace Causeway.Core.Tests.Recording.Redaction;

/// <summary>What is left of a text.</summary>
internal static class Redacted
{
    private static readonly Redactor All = new(RedactionConfig.Default);

    public static string Text(string text) => Text(All, text);

    public static string Text(Redactor redactor, string text) => Encoding.UTF8.GetString(Bytes(redactor, Encoding.UTF8.GetBytes(text)));

    public static byte[] Bytes(Redactor redactor, byte[] body)
    {
        var output = new ArrayBufferWriter<byte>();
        redactor.Redact(body, output);
        return output.WrittenSpan.ToArray();
    }

    public static string By(string detector, string text) => Text(new Redactor(new RedactionConfig { Detectors = [detector] }), text);

    public static Redactor Of(params (string Name, string Pattern)[] patterns) =>
        new(new RedactionConfig { Detectors = [], Patterns = [.. patterns.Select(pattern => new PatternDetector(pattern.Name, pattern.Pattern))] });

    /// <summary>How many characters are looked at.</summary>
    public static long Work(string text)
    {
        All.Redact(Encoding.UTF8.GetBytes(text), new ArrayBufferWriter<byte>(), out var work);
        return work;
    }

    /// <summary>Reads a section.</summary>
    public static (RedactionConfig Config, IReadOnlyList<string> Problems) Read(string json)
    {
        var problems = new ConfigProblems();
        var config = RedactionReader.Read(ConfigJson.Parse(Encoding.UTF8.GetBytes(json), "test", problems)!.Value);
        return (config, [.. problems.Errors.Select(problem => $"{problem}"), .. problems.Warnings.Select(problem => $"{problem}")]);
    }
}
