namespace Causeway.Core.Recording.Watch;

/// <summary>What somebody is to be told of. Each kind says what it looks at; two that say the same are the same, so that a reload forgets nothing.</summary>
public abstract record AlertRule
{
    /// <summary>After an alert there is none of the same for so long.</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Begins to watch.</summary>
    internal abstract IWatcher Watch(WatchTools tools);
}

/// <summary>A rule about a sum or a share within the last while.</summary>
public abstract record RateRule : AlertRule
{
    /// <summary>What is added up separately.</summary>
    public WatchScope Scope { get; init; }

    /// <summary>How far back it looks.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>With fewer requests in the window nothing is said.</summary>
    public long MinRequests { get; init; } = 20;

    /// <summary>What must be exceeded.</summary>
    public required double Threshold { get; init; }

    /// <summary>The name of the alert's kind.</summary>
    internal abstract string Kind { get; }

    /// <inheritdoc/>
    internal override IWatcher Watch(WatchTools tools) => new RateWatcher(this, tools);
}

/// <summary>The share of requests that fail, 0 to 1.</summary>
public sealed record ErrorRateRule : RateRule
{
    /// <inheritdoc/>
    internal override string Kind => RateAlert.ErrorRate;
}

/// <summary>How long requests take, in seconds: so many of them take longer than the threshold that its quantile is above it.</summary>
public sealed record LatencyRule : RateRule
{
    /// <summary>The share of requests that must be faster, such as 0.95.</summary>
    public double Quantile { get; init; } = 0.95;

    /// <summary>It is about the time until a stream's first content, not until the end.</summary>
    public bool IsFirstToken { get; init; }

    /// <inheritdoc/>
    internal override string Kind => RateAlert.Latency;
}

/// <summary>US dollars an hour.</summary>
public sealed record SpendRateRule : RateRule
{
    /// <inheritdoc/>
    internal override string Kind => RateAlert.SpendRate;
}

/// <summary>A provider that cannot be reached, or of which nothing is heard but failures.</summary>
public sealed record ProviderDownRule : AlertRule
{
    /// <summary>How far back it looks.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>So many calls must have failed, and none not.</summary>
    public long MinRequests { get; init; } = 10;

    /// <inheritdoc/>
    internal override IWatcher Watch(WatchTools tools) => new ProviderWatcher(this, tools);
}

/// <summary>An agent that goes round in circles.</summary>
public sealed record RunawayAgentRule : AlertRule
{
    /// <summary>The same tool call so often, with no other between.</summary>
    public long InARow { get; init; } = 6;

    /// <summary>The same tool call so often within <see cref="Window"/>.</summary>
    public long Calls { get; init; } = 30;

    /// <summary>How far back it looks for them.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>So many requests one after the other that are longer than the last one but bring no new result and no new text.</summary>
    public long Stalled { get; init; } = 8;

    /// <inheritdoc/>
    internal override IWatcher Watch(WatchTools tools) => new RunawayWatcher(this, tools);
}

/// <summary>A prompt cache that does not work any more.</summary>
public sealed record CacheRegressionRule : AlertRule
{
    /// <summary>The share of the input that must have come from the cache before, 0 to 1.</summary>
    public double From { get; init; } = 0.5;

    /// <summary>The share that it must have fallen below.</summary>
    public double To { get; init; } = 0.1;

    /// <summary>The input tokens that both requests must have.</summary>
    public long MinTokens { get; init; } = 4000;

    /// <summary>How long providers keep caches: after a pause that is longer the pause alone explains it.</summary>
    public TimeSpan CacheLife { get; init; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    internal override IWatcher Watch(WatchTools tools) => new CacheWatcher(this, tools);
}
