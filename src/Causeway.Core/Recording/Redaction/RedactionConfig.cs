namespace Causeway.Core.Recording.Redaction;

/// <summary>What is taken out of content before it is kept: section <c>logging.redaction</c>.</summary>
public sealed record RedactionConfig
{
    /// <summary>All that is built in, and no pattern.</summary>
    public static RedactionConfig Default { get; } = new();

    /// <summary>What is taken out where nothing is configured: secrets alone, since who reads a log of code wants to see the rest.</summary>
    public static RedactionConfig Usual { get; } = new() { Detectors = ["secret"] };

    /// <summary>The names of the built-in detectors, see <see cref="BuiltIn.Names"/>.</summary>
    public IReadOnlyList<string> Detectors { get; init; } = BuiltIn.Names;

    /// <summary>The operator's own patterns, ready to use.</summary>
    internal IReadOnlyList<PatternDetector> Patterns { get; init; } = [];
}
