using System.Text.Json;
using Causeway.Core.Governance.Alerts;
using Causeway.Core.Governance;

namespace Causeway.Core.Recording.Watch;

/// <summary>A provider is down, or is back.</summary>
internal sealed class ProviderAlert(string provider, DateTimeOffset since, DateTimeOffset time) : AlertEvent(time)
{
    /// <summary>The kind of a provider that is down.</summary>
    public const string Down = "provider_down";

    /// <summary>The kind of a provider that is back.</summary>
    public const string Up = "provider_up";

    /// <summary>It is back.</summary>
    public bool IsUp { get; init; }

    /// <summary>It could not be reached: it rests as a whole.</summary>
    public bool IsUnreached { get; init; }

    /// <summary>Why the last call failed; null if unknown.</summary>
    public string? Why { get; init; }

    /// <summary>How many calls failed in the window.</summary>
    public long Failed { get; init; }

    /// <summary>How far back they go.</summary>
    public TimeSpan Window { get; init; }

    /// <inheritdoc/>
    public override string Type => IsUp ? Up : Down;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("provider"u8, provider);
        if (IsUp)
        {
            writer.WriteString("down_since"u8, TimeText.Of(since));
            writer.WriteNumber("down_seconds"u8, Math.Round((Time - since).TotalSeconds, 3));
            return;
        }

        writer.WriteBoolean("unreached"u8, IsUnreached);
        writer.WriteNumber("failed"u8, Failed);
        writer.WriteNumber("window_seconds"u8, Window.TotalSeconds);
        if (Why is { } why) writer.WriteString("why"u8, why);
    }

    /// <summary>For people.</summary>
    public override string ToString() => IsUp ? $"{provider} answers again after {(Time - since).TotalSeconds:0} s"
        : $"{provider} {(IsUnreached ? "cannot be reached" : "answers with failures only")}: {Failed} calls failed in the last {Window}{(Why is null ? "" : $", the last with: {Why}")}";
}
