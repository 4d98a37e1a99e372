using System.Text.Json;
using Causeway.Core.Management;

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

/// <summary>Something that is wrong with a stored object.</summary>
/// <param name="Object">The object.</param>
/// <param name="Problem">What is wrong; its path begins at the object.</param>
public sealed record StoredProblem(StoredObject Object, ConfigProblem Problem);

/// <summary>What came of reading a configuration: a configuration with warnings, or errors.</summary>
/// <param name="Config">The configuration; null if there are errors.</param>
/// <param name="Errors">Why there is none.</param>
/// <param name="Warnings">What will not work as the file may hope.</param>
public sealed record ConfigLoad(GatewayConfig? Config, IReadOnlyList<ConfigProblem> Errors, IReadOnlyList<ConfigProblem> Warnings)
{
    /// <summary>The file as it stands; undefined if there is none.</summary>
    public JsonElement File { get; init; }

    /// <summary>What is wrong with stored objects: those are left out of the configuration, if there is one.</summary>
    public IReadOnlyList<StoredProblem> Stored { get; init; } = [];
}
