using System.Collections.Concurrent;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;

namespace Causeway.Core.Recording.Metrics;

/// <summary>The series of upstream calls, by what tells them apart.</summary>
internal sealed class AttemptTable
{
    private readonly ConcurrentDictionary<Key, AttemptSeries> _known = new();
    private readonly CountedFamily<Count> _attempts;
    private readonly CountedFamily<Durations> _duration;
    private readonly CountedFamily<Count> _tokens;
    private readonly CountedFamily<Amount> _cost;
    private readonly CountedFamily<Count> _unknown;
    private readonly CountedFamily<Count> _retries;
    private readonly CountedFamily<Count> _fallbacks;

    /// <summary>Adds its metrics to <paramref name="registry"/>.</summary>
    public AttemptTable(MetricRegistry registry)
    {
        MetricLabel provider = new("provider", IsOpen: true), model = new("model", IsOpen: true);
        _attempts = registry.AddCounts(new("causeway_upstream_attempts", MetricKind.Counter, "", "Upstream calls, by how they ended.", provider, model, new("outcome")));
        _duration = registry.AddDurations(new("causeway_upstream_duration_seconds", MetricKind.Histogram, "seconds", "From sending an upstream call to the end of its answer.", provider, model), Buckets.OfRequests);
        _tokens = registry.AddCounts(new("causeway_tokens", MetricKind.Counter, "tokens", "Tokens that providers counted, or that were estimated for calls that nobody waited for.", [provider, model, new("direction"), .. Labels.OfCallers]));
        _cost = registry.AddAmounts(new("causeway_cost_dollars", MetricKind.Counter, "dollars", "What upstream calls cost in US dollars, exactly.", [provider, model, .. Labels.OfCallers]));
        _unknown = registry.AddCounts(new("causeway_cost_unknown", MetricKind.Counter, "", "Upstream calls that a provider worked for, at a cost that is not known.", provider, model));
        _retries = registry.AddCounts(new("causeway_retries", MetricKind.Counter, "", "Upstream calls that were made after another to the same provider and model.", provider));
        _fallbacks = registry.AddCounts(new("causeway_fallbacks", MetricKind.Counter, "", "Upstream calls that were made after, or beside, one to another provider or model.", provider));
    }

    /// <summary>The series of an attempt.</summary>
    public AttemptSeries Of(Exchange exchange, Attempt attempt)
    {
        var target = attempt.Target;
        var key = new Key(target.Provider.Name, target.Model, OutcomeOf(attempt), Labels.KeyOf(exchange), Labels.TeamOf(exchange));
        if (_known.TryGetValue(key, out var known)) return known;
        key = key with { Model = Labels.ModelOf(target, hasAnswered: attempt.Status == 200) };
        if (_known.TryGetValue(key, out known)) return known;
        if (_known.Count < MetricRegistry.MostSeries) return _known.GetOrAdd(key, Make(key));
        key = key with { Provider = MetricRegistry.Other, Model = MetricRegistry.Other, VirtualKey = Labels.Close(key.VirtualKey), Team = Labels.Close(key.Team) };
        return _known.TryGetValue(key, out known) ? known : _known.GetOrAdd(key, Make(key));
    }

    /// <summary>How an attempt ended, in a few words that there are.</summary>
    internal static string OutcomeOf(Attempt attempt) => attempt switch
    {
        { Status: 200 } => "ok",
        { Elapsed.Ticks: 0 } => "not_sent",
        { Status: Attempt.Abandoned } => "abandoned",
        { Status: 401 or 402 or 403 } => "refused",
        { Status: 408 or 504 } => "timeout",
        { Status: 429 } => "rate_limited",
        { Status: >= 500 } => "server_error",
        _ => "client_error",
    };

    private AttemptSeries Make(Key key)
    {
        return new AttemptSeries
        {
            Attempts = _attempts.With(key.Provider, key.Model, key.Outcome),
            Duration = _duration.With(key.Provider, key.Model),
            Input = Tokens("input"),
            Output = Tokens("output"),
            CacheRead = Tokens("cache_read"),
            CacheWrite = Tokens("cache_write"),
            Reasoning = Tokens("reasoning"),
            Cost = _cost.With(key.Provider, key.Model, key.VirtualKey, key.Team),
            Unknown = _unknown.With(key.Provider, key.Model),
            Retries = _retries.With(key.Provider),
            Fallbacks = _fallbacks.With(key.Provider),
        };

        Count Tokens(string direction) => _tokens.With(key.Provider, key.Model, direction, key.VirtualKey, key.Team);
    }

    private readonly record struct Key(string Provider, string Model, string Outcome, string VirtualKey, string Team)
    {
        /// <summary>Of what tells most of them apart: hashing texts is most of the work.</summary>
        public override int GetHashCode() => HashCode.Combine(Model, Outcome.Length, VirtualKey);
    }
}

/// <summary>The series of upstream calls of one kind.</summary>
internal sealed class AttemptSeries
{
    public required Count Attempts { get; init; }

    public required Durations Duration { get; init; }

    public required Count Input { get; init; }

    public required Count Output { get; init; }

    public required Count CacheRead { get; init; }

    public required Count CacheWrite { get; init; }

    public required Count Reasoning { get; init; }

    public required Amount Cost { get; init; }

    public required Count Unknown { get; init; }

    public required Count Retries { get; init; }

    public required Count Fallbacks { get; init; }

    /// <summary>Counts an attempt; what is paid for is the same as in the ledger.</summary>
    public void Add(Attempt attempt, decimal? cost)
    {
        Attempts.Add(1);
        if (attempt.Elapsed > TimeSpan.Zero) Duration.Add(attempt.Elapsed);
        if (!LedgerEntries.IsDue(attempt)) return;
        if (attempt.Usage is { } usage)
        {
            Add(Input, usage.InputTokens);
            Add(Output, usage.OutputTokens);
            Add(CacheRead, usage.CacheReadTokens);
            Add(CacheWrite, usage.CacheWriteTokens);
            Add(Reasoning, usage.ReasoningTokens);
        }

        if (cost is { } dollars) Cost.Add(dollars);
        else Unknown.Add(1);
    }

    private static void Add(Count count, long? tokens)
    {
        if (tokens is > 0 and var more) count.Add(more);
    }
}
