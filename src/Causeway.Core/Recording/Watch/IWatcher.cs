using Causeway.Core.Governance.Alerts;
using Causeway.Core.Recording.Log;

namespace Causeway.Core.Recording.Watch;

/// <summary>Watches for one rule. For one thread.</summary>
internal interface IWatcher
{
    /// <summary>An exchange is over.</summary>
    void Note(LogEntry entry, ExchangeDigest? digest);

    /// <summary>Some time has passed.</summary>
    void Look()
    {
    }
}

/// <summary>What watchers work with.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Post">Takes what is to be told.</param>
/// <param name="RestsWhole">Does a provider rest as a whole, because it could not be reached?</param>
internal sealed record WatchTools(TimeProvider Time, Action<AlertEvent> Post, Func<string, bool> RestsWhole);
