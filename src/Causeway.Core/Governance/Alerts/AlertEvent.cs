using System.Text.Json;
using Causeway.Core.Recording.Watch;

namespace Causeway.Core.Governance.Alerts;

/// <summary>Something that somebody may want to be told of. A kind is a class of its own that says its name and its members.</summary>
/// <param name="time">When it happened.</param>
public abstract class AlertEvent(DateTimeOffset time)
{
    /// <summary>The names of all kinds.</summary>
    public static IReadOnlyList<string> Types { get; } =
        [BudgetThreshold.Name, RateAlert.ErrorRate, RateAlert.Latency, RateAlert.SpendRate, ProviderAlert.Down, ProviderAlert.Up, RunawayAlert.Name, CacheAlert.Name];

    /// <summary>Its own number: whoever is told of it twice knows it by that.</summary>
    public Guid Id { get; } = Guid.CreateVersion7(time);

    /// <summary>When it happened.</summary>
    public DateTimeOffset Time => time;

    /// <summary>The name of its kind, such as <c>budget_threshold</c>.</summary>
    public abstract string Type { get; }

    /// <summary>Writes the members besides <c>type</c>, <c>id</c> and <c>time</c>.</summary>
    public abstract void Write(Utf8JsonWriter writer);
}
