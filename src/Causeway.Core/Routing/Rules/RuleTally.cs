using System.Collections.Concurrent;

namespace Causeway.Core.Routing.Rules;

/// <summary>What the rules have done since the start: how often each applied, what that cost, and what it saved. Thread-safe.</summary>
public sealed class RuleTally
{
    private readonly ConcurrentDictionary<string, Counts> _byRule = new(StringComparer.Ordinal);

    /// <summary>Counts a request that a rule applied to.</summary>
    /// <param name="rule">The rule's name.</param>
    /// <param name="cost">What it cost, in US dollars; null if unknown.</param>
    /// <param name="saved">What the model that was asked for would have cost more; null if unknown.</param>
    public void Add(string rule, decimal? cost, decimal? saved) =>
        _byRule.AddOrUpdate(rule, static (_, more) => new Counts(1, more.cost ?? 0, more.saved ?? 0),
            static (_, counts, more) => new Counts(counts.Requests + 1, counts.Dollars + (more.cost ?? 0), counts.SavedDollars + (more.saved ?? 0)), (cost, saved));

    /// <summary>The counts of a rule.</summary>
    public Counts Of(string rule) => _byRule.GetValueOrDefault(rule) ?? new Counts(0, 0, 0);

    /// <summary>What a rule has done.</summary>
    /// <param name="Requests">Requests that it applied to.</param>
    /// <param name="Dollars">What those cost, in US dollars, as far as it is known.</param>
    /// <param name="SavedDollars">What those would have cost more with the model that was asked for, in US dollars, as far as it is known.</param>
    public sealed record Counts(long Requests, decimal Dollars, decimal SavedDollars);
}
