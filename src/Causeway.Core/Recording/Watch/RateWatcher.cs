using Causeway.Core.Recording.Log;

namespace Causeway.Core.Recording.Watch;

/// <summary>Compares sums and shares of the last while with a threshold. An alert is told once, and once more when it is over: when the value is a fifth below the threshold again.</summary>
internal sealed class RateWatcher(RateRule rule, WatchTools tools) : IWatcher
{
    private const int MostSeries = 2000;
    private const double Over = 0.8;   // of the threshold; nearer to it, it may be over it again with the next request

    private readonly RecentMap<string, Series> _series = new(MostSeries, rule.Window * 2, tools.Time);
    private readonly HashSet<(string Key, Series Series)> _told = [];

    /// <inheritdoc/>
    public void Note(LogEntry entry, ExchangeDigest? digest)
    {
        if (rule.Scope.KeyOf(entry) is not { } key || IsBad(entry) is not { } isBad) return;
        var (series, now) = (_series.See(key), tools.Time.GetUtcNow());
        series.Window.Add(rule.Window, now, isBad, entry.Dollars ?? 0);
        Compare(key, series, now);
    }

    /// <inheritdoc/>
    public void Look()
    {
        var now = tools.Time.GetUtcNow();
        foreach (var (key, series) in _told.ToArray()) Compare(key, series, now);
    }

    /// <summary>Did the gateway or a provider fail? What is the client's own mistake, or was refused to it before any provider was asked, is no failure.</summary>
    internal static bool IsFailure(LogEntry entry) => entry.Status >= 500 || (entry.Status is 401 or 402 or 403 or 408 or 429 && entry.Attempts.Count > 0);

    /// <summary>Is it one of those that are looked for? Null: it does not count at all.</summary>
    private bool? IsBad(LogEntry entry) => rule switch
    {
        ErrorRateRule => entry.Status != 499 ? IsFailure(entry) : null,
        LatencyRule latency => entry.IsError || entry.Status == 499 ? null : (latency.IsFirstToken ? entry.FirstToken : entry.Duration) is { } took ? took.TotalSeconds > rule.Threshold : null,
        _ => false,
    };

    private void Compare(string key, Series series, DateTimeOffset now)
    {
        var sums = series.Window.Total(rule.Window, now);
        var (value, limit) = rule switch
        {
            SpendRateRule => ((double)sums.Dollars / rule.Window.TotalHours, rule.Threshold),
            LatencyRule latency => (ShareOf(sums), 1 - latency.Quantile),
            _ => (ShareOf(sums), rule.Threshold),
        };
        if (!series.IsTold)
        {
            if (value <= limit || sums.Requests < rule.MinRequests || now < series.QuietUntil) return;
            (series.IsTold, series.QuietUntil) = (true, now + rule.CoolDown);
            _told.Add((key, series));
        }
        else
        {
            if (value > limit * Over) return;
            series.IsTold = false;
            _told.Remove((key, series));
        }

        tools.Post(new RateAlert(rule, key, series.IsTold, value, sums, now));
    }

    private static double ShareOf(SlidingWindow.Sums sums) => sums.Requests == 0 ? 0 : (double)sums.Bad / sums.Requests;

    private sealed class Series
    {
        public SlidingWindow Window { get; } = new();

        public bool IsTold { get; set; }

        public DateTimeOffset QuietUntil { get; set; } = DateTimeOffset.MinValue;
    }
}
