using Causeway.Core.Pipeline;
using Causeway.Dialects.Json;

namespace Causeway.Core.Routing;

/// <summary>
/// Finds what session a request belongs to, so that its requests go where the provider's prompt cache is warm: in a header, or in the
/// body, where agents have it.
/// </summary>
public static class SessionId
{
    private const int Longest = 200;

    /// <summary>Headers that hold it: Claude Code's, Codex's, and those that any client may set.</summary>
    private static readonly string[] Headers = ["x-claude-code-session-id", "x-session-id", "session-id", "session_id", "x-bf-session-id"];

    /// <summary>The session's id as the client gave it; null if there is none.</summary>
    public static string? Of(Exchange exchange)
    {
        foreach (var name in Headers)
        {
            if (exchange.Http.Request.Headers.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 and <= Longest } id) return id;
        }

        return InMetadata(exchange.Said("metadata")) ?? Short(exchange.Said("prompt_cache_key").AsString());
    }

    /// <summary>
    /// <c>metadata.session_id</c>, or Claude Code's <c>metadata.user_id</c>: a JSON text with <c>session_id</c> in it, or, in older
    /// versions, <c>user_..._session_ID</c>.
    /// </summary>
    private static string? InMetadata(RawJson metadata)
    {
        if (!metadata.IsObject) return null;
        using var tree = JsonInput.TryParse(metadata.Utf8.ToArray(), out _);
        if (tree is null) return null;
        if (Short(((RawJson)RequestReader.Get(tree.RootElement, "session_id"u8)).AsString()) is { } id) return id;
        if (((RawJson)RequestReader.Get(tree.RootElement, "user_id"u8)).AsString() is not { } user) return null;
        if (user.IndexOf("_session_", StringComparison.Ordinal) is >= 0 and var at) return Short(user[(at + "_session_".Length)..]);
        using var inner = user.StartsWith('{') ? JsonInput.TryParse(System.Text.Encoding.UTF8.GetBytes(user), out _) : null;
        return inner is null ? null : Short(((RawJson)RequestReader.Get(inner.RootElement, "session_id"u8)).AsString());
    }

    private static string? Short(string? id) => id is { Length: > 0 and <= Longest } ? id : null;
}
