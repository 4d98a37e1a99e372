using Causeway.Core.Recording.Log;

namespace Causeway.Core.Recording.Watch;

/// <summary>What is added up separately.</summary>
public enum WatchScope
{
    /// <summary>All requests together.</summary>
    All,

    /// <summary>Each model of each provider.</summary>
    Target,

    /// <summary>Each virtual key.</summary>
    VirtualKey,

    /// <summary>Each team.</summary>
    Team,

    /// <summary>Each session.</summary>
    Session,
}

/// <summary>The scopes in words.</summary>
internal static class WatchScopes
{
    /// <summary>The words, in the order of the values.</summary>
    public static readonly string[] Words = ["all", "target", "virtual_key", "team", "session"];

    /// <summary>The word for a scope.</summary>
    public static string Word(this WatchScope scope) => Words[(int)scope];

    /// <summary>What a request counts for; null: nothing of this kind.</summary>
    public static string? KeyOf(this WatchScope scope, LogEntry entry) => scope switch
    {
        WatchScope.All => "",
        WatchScope.Target => entry.Provider is { } provider ? $"{provider}/{entry.Model}" : null,
        WatchScope.VirtualKey => entry.VirtualKey,
        WatchScope.Team => entry.Team,
        _ => entry.Session,
    };
}
