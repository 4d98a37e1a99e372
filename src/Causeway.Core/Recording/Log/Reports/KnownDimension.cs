namespace Causeway.Core.Recording.Log.Reports;

/// <summary>Dimensions that reports need by name.</summary>
internal static class KnownDimension
{
    /// <summary>One that there is.</summary>
    public static LogDimension Of(string name) => LogDimension.TryFind(name, out var dimension) ? dimension : throw new InvalidOperationException($"there is no dimension {name}");
}
