using System.Globalization;

namespace Causeway.EndToEnd.Harness.Load;

/// <summary>How much of their load the load tests put on: all of it, or the share that CAUSEWAY_LOAD says, such as 0.1 or 10.</summary>
internal static class LoadScale
{
    private static readonly double Share = double.TryParse(Environment.GetEnvironmentVariable("CAUSEWAY_LOAD"), CultureInfo.InvariantCulture, out var share) ? share : 1;

    /// <summary>How many of <paramref name="full"/>.</summary>
    public static int Of(int full) => Math.Max(1, (int)(full * Share));
}

/// <summary>Tests under load run alone: they would disturb the others, and the others their times.</summary>
[CollectionDefinition(nameof(LoadTests), DisableParallelization = true)]
public sealed class LoadTests;
