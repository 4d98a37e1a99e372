using Causeway.Core.Configuration;

namespace Causeway.Core.Routing.Rules;

/// <summary>A rule of the ordered list: for requests that meet its condition, what is done. The first rule that says where to go, or refuses, ends the list.</summary>
public sealed record RoutingRule
{
    private string? _reason;

    /// <summary>A name for people, headers and logs.</summary>
    public required string Name { get; init; }

    /// <summary>When it holds.</summary>
    public required Condition When { get; init; }

    /// <summary>Where the request goes; empty: the rule does not say, and the next ones are looked at.</summary>
    public IReadOnlyList<RouteTarget> Targets { get; init; } = [];

    /// <summary>How one of several targets is chosen.</summary>
    public Balance Balance { get; init; }

    /// <summary>Is nobody asked but the rule's own targets and fallbacks: none of the request's, the virtual key's or the model's?</summary>
    public bool IsOnly { get; init; }

    /// <summary>What to try when the targets fail.</summary>
    public IReadOnlyList<RouteTarget> Fallbacks { get; init; } = [];

    /// <summary>What to try when a content filter refuses the request.</summary>
    public IReadOnlyList<RouteTarget> FilterFallbacks { get; init; } = [];

    /// <summary>Parameters that are set or limited; null: none.</summary>
    public RequestSettings? Settings { get; init; }

    /// <summary>Is the request refused rather than sent with losses? null: the rule does not say.</summary>
    public bool? RejectsLosses { get; init; }

    /// <summary>May the answer come from a cache? null: the rule does not say.</summary>
    public bool? Caches { get; init; }

    /// <summary>Why requests are refused; null: they are not.</summary>
    public string? Deny { get; init; }

    /// <summary>How long all attempts together may take; null: the rule does not say.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>After how long the next candidate is asked as well; null: the rule does not say.</summary>
    public TimeSpan? HedgeAfter { get; init; }

    /// <summary>Does another candidate go on when an upstream dies in the middle of a text? null: the rule does not say.</summary>
    public bool? Continues { get; init; }

    /// <summary>Why a request went where the rule says, for people.</summary>
    public string Reason => _reason ??= $"rule '{Name}' ({When})";

    /// <summary>Does it end the list?</summary>
    public bool IsFinal => Deny is not null || Targets.Count > 0;
}
