using Causeway.Core.Governance.Alerts;
using Causeway.Core.Recording.Log;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Recording.Watch;

/// <summary>Looks at each exchange when it is over and tells of what the rules of the configuration say. It runs on the log's thread; what it remembers is bounded.</summary>
public sealed class ExchangeWatch : ILogObserver
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Func<IReadOnlyList<AlertRule>> _rules;
    private readonly WatchTools _tools;
    private readonly ILogger _log;
    private IReadOnlyList<AlertRule> _current = [];
    private Dictionary<AlertRule, IWatcher> _watchers = [];
    private DateTimeOffset _looked = DateTimeOffset.MinValue;

    /// <summary>Watches by the rules that hold at the time.</summary>
    /// <param name="rules">Gives them; the same list as long as they are the same.</param>
    /// <param name="post">Takes what is to be told.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Has a line for each alert.</param>
    public ExchangeWatch(Func<IReadOnlyList<AlertRule>> rules, Action<AlertEvent> post, TimeProvider time, ILogger<ExchangeWatch> log)
    {
        (_rules, _log) = (rules, log);
        _tools = new WatchTools(time, Tell, name => RestsWhole(name));

        void Tell(AlertEvent happened)
        {
            log.LogWarning("{Type}: {Alert}", happened.Type, happened);
            post(happened);
        }
    }

    /// <summary>Does a provider of this name rest as a whole, because it could not be reached?</summary>
    public Func<string, bool> RestsWhole { get; set; } = static _ => false;

    /// <inheritdoc/>
    public void Note(LogEntry entry, ExchangeDigest? digest)
    {
        try
        {
            Follow();
            var now = _tools.Time.GetUtcNow();
            foreach (var watcher in _watchers.Values) watcher.Note(entry, digest);
            if (now - _looked < Pause) return;
            _looked = now;
            foreach (var watcher in _watchers.Values) watcher.Look();
        }
        catch (Exception broken)
        {
            _log.LogError(broken, "an exchange could not be looked at for alerts");   // the log goes on
        }
    }

    /// <summary>Takes over rules that changed; what the others remember stays.</summary>
    private void Follow()
    {
        var rules = _rules();
        if (ReferenceEquals(rules, _current)) return;
        var watchers = new Dictionary<AlertRule, IWatcher>();
        foreach (var rule in rules) watchers[rule] = _watchers.GetValueOrDefault(rule) ?? rule.Watch(_tools);
        (_current, _watchers) = (rules, watchers);
    }
}
