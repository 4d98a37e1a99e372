using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Fuzz;

/// <summary>The dialects as the gateway has them.</summary>
internal static class Dialects
{
    /// <summary>Those that providers speak.</summary>
    public static IReadOnlyList<IUpstreamDialect> Upstreams { get; } =
        [.. Enum.GetValues<DialectId>().Where(DialectRegistry.Has).Select(DialectRegistry.Client).OfType<IUpstreamDialect>()];

    /// <summary>Those that clients speak.</summary>
    public static IReadOnlyList<IClientDialect> Clients { get; } =
        [.. Enum.GetValues<DialectId>().Where(DialectRegistry.Has).Select(DialectRegistry.Client), DialectRegistry.GeminiList, DialectRegistry.BedrockInvoke];

    /// <summary>The name in targets.</summary>
    public static string NameOf(object dialect) => dialect.GetType().Name.Replace("Dialect", "", StringComparison.Ordinal);
}
