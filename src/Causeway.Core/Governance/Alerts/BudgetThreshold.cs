using System.Text.Json;

namespace Causeway.Core.Governance.Alerts;

/// <summary>A budget has passed a threshold, or refuses requests.</summary>
/// <param name="alert">Which, and how it stands.</param>
/// <param name="time">When.</param>
public sealed class BudgetThreshold(BudgetAlert alert, DateTimeOffset time) : AlertEvent(time)
{
    /// <summary>The name of the kind.</summary>
    public const string Name = "budget_threshold";

    /// <inheritdoc/>
    public override string Type => Name;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("budget"u8);
        BudgetJson.Write(writer, alert.Status);
        writer.WriteNumber("threshold"u8, alert.Threshold);
        writer.WriteBoolean("refuses"u8, alert.IsRefusal);
        writer.WriteEndObject();
    }
}
