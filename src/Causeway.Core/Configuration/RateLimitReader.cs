using Causeway.Core.Governance;

namespace Causeway.Core.Configuration;

/// <summary>Reads a limit of requests and tokens, in Bifrost's form; <c>input_max_limit</c>, <c>output_max_limit</c> and <c>concurrency</c> are our own.</summary>
internal static class RateLimitReader
{
    internal static readonly string[] Names =
        ["id", "token_max_limit", "token_reset_duration", "request_max_limit", "request_reset_duration", "input_max_limit", "output_max_limit", "concurrency"];

    /// <summary>What Bifrost writes beside them.</summary>
    internal static readonly string[] LaterNames =
        ["name", "calendar_aligned", "token_current_usage", "token_last_reset", "request_current_usage", "request_last_reset", "config_hash", "created_at", "updated_at"];

    /// <summary>The limit; null, and errors, if it cannot be read.</summary>
    public static RateLimit? Read(ConfigNode node, string id, Scope scope)
    {
        var limit = new RateLimit
        {
            Id = id,
            Scope = scope,
            Requests = node["request_max_limit"].Integer(1),
            RequestWindow = Window(node["request_reset_duration"]),
            Tokens = node["token_max_limit"].Integer(1),
            InputTokens = node["input_max_limit"].Integer(1),
            OutputTokens = node["output_max_limit"].Integer(1),
            TokenWindow = Window(node["token_reset_duration"]),
            Concurrency = (int?)Math.Min(node["concurrency"].Integer(1) ?? 0, int.MaxValue) is > 0 and var most ? most : null,
        };
        if (limit is not { Requests: null, Tokens: null, InputTokens: null, OutputTokens: null, Concurrency: null }) return limit;
        node.Error("limits nothing: give it token_max_limit, request_max_limit, input_max_limit, output_max_limit or concurrency");
        return null;
    }

    /// <summary>A length of time; null, and perhaps an error, if there is none.</summary>
    internal static TimeSpan? Length(ConfigNode node)
    {
        if (node.Text() is not { } text) return null;
        if (BudgetWindow.Parse(text) is { } window) return window.Length;
        node.Error("must be a length of time such as 30s, 1m, 1h or 1d");
        return null;
    }

    private static TimeSpan Window(ConfigNode node) => Length(node) ?? TimeSpan.FromMinutes(1);
}
