namespace Causeway.Core.Recording.Log.Reports;

/// <summary>A parameter of a question that makes no sense.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Value">What it was; empty if there was nothing.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record LogProblem(string Name, string Value, string Fix)
{
    private const int LongestShown = 60;

    /// <summary>The problem, with no more of the name and the value than people want to read.</summary>
    public static LogProblem Of(string name, string value, string fix) => new(Short(name), Short(value), fix);

    /// <summary>For people: the value and the fix.</summary>
    public override string ToString() => Value.Length == 0 ? Fix : $"'{Value}' {Fix}";

    private static string Short(string text) => text.Length > LongestShown ? text[..LongestShown] + "..." : text;
}
