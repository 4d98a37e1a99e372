using System.Text.Json;
using Causeway.Core.Governance.Alerts;

namespace Causeway.Core.Recording.Watch;

/// <summary>A conversation's prompt cache does not work any more.</summary>
internal sealed class CacheAlert(AgentName agent, string? virtualKey, CacheUse before, CacheUse now, IReadOnlyList<CacheCause> causes, DateTimeOffset time) : AlertEvent(time)
{
    /// <summary>The name of the kind.</summary>
    public const string Name = "cache_regression";

    /// <inheritdoc/>
    public override string Type => Name;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("session"u8, agent.Session);
        if (agent.Agent is { } name) writer.WriteString("agent"u8, name);
        if (virtualKey is { } key) writer.WriteString("virtual_key"u8, key);
        writer.WriteStartArray("causes"u8);
        foreach (var cause in causes)
        {
            writer.WriteStartObject();
            writer.WriteString("kind"u8, cause.Kind);
            writer.WriteString("what"u8, cause.What);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        Write(writer, "before"u8, before);
        Write(writer, "after"u8, now);
    }

    /// <summary>For people.</summary>
    public override string ToString() => $"{agent}: {before.Share:0%} of the input came from the prompt cache, now {now.Share:0%} of {now.InputTokens} tokens: {string.Join("; ", causes.Select(cause => cause.What))}";

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> member, CacheUse use)
    {
        writer.WriteStartObject(member);
        writer.WriteString("request"u8, use.Id);
        if (use.Provider is { } provider) writer.WriteString("provider"u8, provider);
        if (use.Model is { } model) writer.WriteString("model"u8, model);
        writer.WriteNumber("input_tokens"u8, use.InputTokens);
        writer.WriteNumber("cache_read_tokens"u8, use.CacheReadTokens);
        writer.WriteNumber("share"u8, Math.Round(use.Share, 4));
        writer.WriteEndObject();
    }
}
