using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Log;

namespace Causeway.Core.Configuration;

/// <summary>
/// Reads <c>logging</c>: <c>{"content": "redact", "content_days": 30, "days": 365, "max_gb": 20}</c>, <c>logs_store</c>, and what Bifrost has of it in <c>client</c>.
/// </summary>
internal static class LogReader
{
    internal static readonly string[] Names = ["enabled", "content", "per_request", "raw", "headers", "days", "content_days", "max_gb", "redaction"];
    internal static readonly string[] StoreNames = [.. StoreReader.Names, "retention_days"];
    internal static readonly string[] LaterStoreNames = ["writer", "object_storage"];
    internal static readonly string[] ClientNames = ["enable_logging", "disable_content_logging", "log_retention_days", "logging_headers", "allow_per_request_content_storage_override"];

    private const double MostDays = 36_500;

    /// <summary>What the log keeps.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="env">The environment.</param>
    public static LogConfig Read(ConfigNode file, Func<string, string?> env)
    {
        var (node, client, store) = (file["logging"], file["client"], file["logs_store"]);
        node.CheckNames(Names);
        store.CheckNames([.. StoreNames, .. LaterStoreNames]);
        var defaults = new LogConfig();
        var retention = defaults.Retention;
        var days = Days(node["days"]) ?? Days(client["log_retention_days"]) ?? Days(store["retention_days"]);
        var gigabytes = node["max_gb"].Number(0.01, 1_000_000);
        return new LogConfig
        {
            IsEnabled = (node["enabled"].Flag() ?? client["enable_logging"].Flag() ?? true) && store["enabled"].Flag() != false,
            Store = store.IsMissing || store["config"].IsMissing ? null : StoreReader.ReadParts(store, env),
            Content = Policy(node["content"]) ?? (client["disable_content_logging"].Flag() == true ? ContentPolicy.Drop : defaults.Content),
            Redaction = RedactionReader.Read(node["redaction"]),
            RequestsMayKeep = node["per_request"].Flag() ?? client["allow_per_request_content_storage_override"].Flag() ?? false,
            KeepsRaw = node["raw"].Flag() ?? false,
            Headers = node["headers"].IsMissing ? client["logging_headers"].Texts() : node["headers"].Texts(),
            Retention = new LogRetention(
                days ?? retention.MaxAge,
                Days(node["content_days"]) ?? retention.MaxContentAge,
                gigabytes is { } most ? (long)(most * (1L << 30)) : retention.MaxBytes),
        };
    }

    /// <summary>A policy for what is said; null if none is named.</summary>
    public static ContentPolicy? Policy(ConfigNode node)
    {
        if (node.Text() is not { } word) return null;
        if (ContentPolicies.Read(word) is { } policy) return policy;
        node.Error($"must be one of {string.Join(", ", ContentPolicies.Words)}");
        return null;
    }

    private static TimeSpan? Days(ConfigNode node) => node.Number(0.01, MostDays) is { } days ? TimeSpan.FromDays(days) : null;
}
