using System.Text.Json;
using Causeway.Core.Governance.Alerts;

namespace Causeway.Core.Recording.Watch;

/// <summary>Why an agent is taken for one that goes round in circles.</summary>
/// <param name="Kind">One of the words below.</param>
/// <param name="Tool">The tool; null if it is not about one.</param>
/// <param name="Times">How often.</param>
internal readonly record struct RunawayReason(string Kind, string? Tool, long Times)
{
    /// <summary>The same call, and no other between.</summary>
    public const string InARow = "same_call_in_a_row";

    /// <summary>The same call within a while.</summary>
    public const string InWindow = "same_call_in_window";

    /// <summary>Requests that grow and bring neither a new result nor a new text.</summary>
    public const string NoProgress = "growth_without_progress";
}

/// <summary>An agent goes round in circles.</summary>
internal sealed class RunawayAlert(AgentName agent, RunawayReason reason, DateTimeOffset time) : AlertEvent(time)
{
    /// <summary>The name of the kind.</summary>
    public const string Name = "runaway_agent";

    /// <summary>The requests that it was seen to make.</summary>
    public long Requests { get; init; }

    /// <summary>What they cost, in US dollars, as far as that is known.</summary>
    public decimal Dollars { get; init; }

    /// <summary>The input tokens of the last one; null if unknown.</summary>
    public long? InputTokens { get; init; }

    /// <summary>The id of its virtual key; null: it has none.</summary>
    public string? VirtualKey { get; init; }

    /// <summary>Who answers it, as <c>provider/model</c>; null if unknown.</summary>
    public string? Model { get; init; }

    /// <inheritdoc/>
    public override string Type => Name;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("reason"u8, reason.Kind);
        if (reason.Tool is { } tool) writer.WriteString("tool"u8, tool);
        writer.WriteNumber("times"u8, reason.Times);
        writer.WriteString("session"u8, agent.Session);
        if (agent.Agent is { } name) writer.WriteString("agent"u8, name);
        if (VirtualKey is { } key) writer.WriteString("virtual_key"u8, key);
        if (Model is { } model) writer.WriteString("model"u8, model);
        writer.WriteNumber("requests"u8, Requests);
        if (InputTokens is { } tokens) writer.WriteNumber("input_tokens"u8, tokens);
        writer.WriteNumber("dollars"u8, Dollars);
    }

    /// <summary>For people.</summary>
    public override string ToString() => reason.Kind switch
    {
        RunawayReason.InARow => $"{agent} calls {reason.Tool} with the same arguments for the {reason.Times}th time in a row, in {Requests} requests",
        RunawayReason.InWindow => $"{agent} has called {reason.Tool} with the same arguments {reason.Times} times, in {Requests} requests",
        _ => $"{agent} has made {reason.Times} requests that grow and bring nothing new, of {Requests}",
    };
}
