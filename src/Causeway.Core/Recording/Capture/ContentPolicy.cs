using Causeway.Core.Pipeline;

namespace Causeway.Core.Recording.Capture;

/// <summary>What is kept of what was said in an exchange, the strictest first.</summary>
public enum ContentPolicy
{
    /// <summary>Nothing.</summary>
    Drop,

    /// <summary>All but what redaction takes out.</summary>
    Redact,

    /// <summary>All.</summary>
    Keep,
}

/// <summary>Which policy holds for an exchange.</summary>
public static class ContentPolicies
{
    /// <summary>The header by which a request asks for a policy of its own: <c>keep</c>, <c>redact</c> or <c>drop</c>.</summary>
    public const string Header = "x-causeway-content";

    /// <summary>Bifrost's header for the same as <c>drop</c>.</summary>
    public const string DropHeader = "x-bf-disable-content-logging";

    /// <summary>The words for the policies.</summary>
    public static IReadOnlyList<string> Words { get; } = ["drop", "redact", "keep"];   // in the order of the enumeration

    /// <summary>
    /// The virtual key's own policy, else everybody's; the request may be stricter, and may ask for more only where the configuration lets it. Whoever has no
    /// valid credential leaves nothing behind.
    /// </summary>
    public static ContentPolicy Of(Exchange exchange)
    {
        var log = exchange.Gateway.Config.Log;
        if (!log.IsEnabled) return ContentPolicy.Drop;
        var policy = exchange.Caller?.Content ?? log.Content;
        var headers = exchange.Http.Request.Headers;
        if (headers.TryGetValue(DropHeader, out var drop) && drop.ToString() is "true" or "1") return ContentPolicy.Drop;
        if (!headers.TryGetValue(Header, out var asked) || Read(asked.ToString()) is not { } wish) return policy;
        return wish < policy || log.RequestsMayKeep ? wish : policy;
    }

    /// <summary>The policy that a word stands for; null: none.</summary>
    public static ContentPolicy? Read(string word)
    {
        for (var i = 0; i < Words.Count; i++)
        {
            if (Words[i].Equals(word, StringComparison.OrdinalIgnoreCase)) return (ContentPolicy)i;
        }

        return null;
    }
}
