using Causeway.Core.Recording.Log;

namespace Causeway.Core.Recording.Watch;

/// <summary>Tells when a provider is down, and when it is back: with the first call that does not fail.</summary>
internal sealed class ProviderWatcher(ProviderDownRule rule, WatchTools tools) : IWatcher
{
    private const int MostProviders = 500;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    private readonly RecentMap<string, Standing> _providers = new(MostProviders, Longest, tools.Time);

    /// <inheritdoc/>
    public void Note(LogEntry entry, ExchangeDigest? digest)
    {
        foreach (var attempt in entry.Attempts)
        {
            if (attempt.Status == 499) continue;   // nobody waited for it
            var (standing, now) = (_providers.See(attempt.Provider), tools.Time.GetUtcNow());
            standing.Calls.Add(rule.Window, now, IsFailure(attempt), 0);
            if (IsFailure(attempt)) Failed(attempt, standing, now);
            else Answered(attempt, standing, now);
        }
    }

    /// <summary>Whoever says that a request is wrong, or that there were too many, is there.</summary>
    private static bool IsFailure(LogAttempt attempt) => attempt.Status >= 500;

    private void Failed(LogAttempt attempt, Standing standing, DateTimeOffset now)
    {
        if (standing.Since is not null || now < standing.QuietUntil) return;
        var sums = standing.Calls.Total(rule.Window, now);
        var rests = tools.RestsWhole(attempt.Provider);
        if (!rests && (sums.Bad < sums.Requests || sums.Requests < rule.MinRequests)) return;
        standing.Since = now;
        tools.Post(new ProviderAlert(attempt.Provider, now, now) { Why = attempt.Why, Failed = sums.Bad, Window = rule.Window, IsUnreached = rests });
    }

    private void Answered(LogAttempt attempt, Standing standing, DateTimeOffset now)
    {
        if (standing.Since is not { } since) return;
        (standing.Since, standing.QuietUntil) = (null, since + rule.CoolDown);
        tools.Post(new ProviderAlert(attempt.Provider, since, now) { IsUp = true });
    }

    private sealed class Standing
    {
        public SlidingWindow Calls { get; } = new();

        /// <summary>It has been down since then; null: it is not.</summary>
        public DateTimeOffset? Since { get; set; }

        public DateTimeOffset QuietUntil { get; set; } = DateTimeOffset.MinValue;
    }
}
