using Causeway.Core.Pipeline;
using Causeway.Core.Routing;

namespace Causeway.Core.Recording.Metrics;

/// <summary>The values of labels that come from exchanges.</summary>
internal static class Labels
{
    /// <summary>Who asked: only if <c>client.prometheus_labels</c> wants them, else they are empty.</summary>
    public static MetricLabel[] OfCallers { get; } = [new("virtual_key", IsOpen: true), new("team", IsOpen: true)];

    /// <summary>The id of the caller's virtual key, if it is wanted; else empty.</summary>
    public static string KeyOf(Exchange exchange) => exchange.Caller is { } caller && exchange.Gateway.Config.Client.LabelsKeys ? caller.Id : "";

    /// <summary>The id of the caller's team, if it is wanted; else empty.</summary>
    public static string TeamOf(Exchange exchange) => exchange.Caller?.TeamId is { } team && exchange.Gateway.Config.Client.LabelsTeams ? team : "";

    /// <summary>
    /// The name of a model. Clients make names up: one that no provider has answered by, and neither the catalogue nor a key knows, must not take the place
    /// of a real one.
    /// </summary>
    public static string ModelOf(Candidate target, bool hasAnswered) =>
        hasAnswered || target.Provider.Health.LoadOf(target.Model)?.LatencyMilliseconds is not null || target.Provider.Has(target.Model, target.Catalog) ? target.Model : MetricRegistry.Other;

    /// <summary>What stands for a value where there are too many.</summary>
    public static string Close(string value) => value.Length == 0 ? value : MetricRegistry.Other;
}
