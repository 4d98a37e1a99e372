namespace Causeway.Core.Configuration;

/// <summary>Something in the configuration that is wrong, or worth a warning.</summary>
/// <param name="Path">Where: <c>providers.openai.keys[0].weight</c>.</param>
/// <param name="Value">What stands there; secrets masked; empty if nothing does.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record ConfigProblem(string Path, string Value, string Fix)
{
    /// <summary>One line for people.</summary>
    public override string ToString() => Value.Length == 0 ? $"{Path}: {Fix}" : $"{Path}: {Value}: {Fix}";
}

/// <summary>What came of reading a configuration: a configuration with warnings, or errors.</summary>
/// <param name="Config">The configuration; null if there are errors.</param>
/// <param name="Errors">Why there is none.</param>
/// <param name="Warnings">What will not work as the file may hope.</param>
public sealed record ConfigLoad(GatewayConfig? Config, IReadOnlyList<ConfigProblem> Errors, IReadOnlyList<ConfigProblem> Warnings);
