using Causeway.Core.Pipeline;
using Causeway.Core.Routing.Rules;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Governance;

/// <summary>What a request only refers to and the provider fetches: its bytes say nothing of its tokens.</summary>
internal static class InputReferences
{
    /// <summary>Does it refer to something that may be of any length: stored conversations, prompts and files, documents, the web?</summary>
    public static bool AreOpen(Exchange exchange)
    {
        if (exchange.Home is not null || Has(exchange, "conversation"u8) || Has(exchange, "cachedContent"u8) || Has(exchange, "cached_content"u8)) return true;
        if (exchange.Client.Id == DialectId.OpenAIResponses && Has(exchange, "prompt"u8)) return true;
        if (Has(exchange, "web_search_options"u8) || (exchange.Fields.TryGet("tools"u8, out var tools) && BodyMarks.HasSearch(exchange.Body.Span[tools.Value], exchange.Client.Id))) return true;
        var body = exchange.Body.Span;
        return body.IndexOf("\"file_id\""u8) >= 0 || Count(body, "\"file_url\""u8, "\"fileUri\""u8, "\"file_uri\""u8) > 0 || (Pictures(body) > 0 && body.IndexOf("\"document\""u8) >= 0);
    }

    /// <summary>How many pictures there may be that it only gives the address of.</summary>
    public static int Pictures(ReadOnlySpan<byte> body) => Count(body, "\"url\""u8, "\"image_url\""u8, "\"image_url\""u8);

    private static bool Has(Exchange exchange, ReadOnlySpan<byte> name) => exchange.Fields.IndexOf(name) >= 0;

    /// <summary>Members of these names that hold an address.</summary>
    private static int Count(ReadOnlySpan<byte> body, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        var count = 0;
        for (int from = 0, found; from < body.Length && (found = IndexOfAddress(body[from..])) >= 0; from += found + 1)
        {
            if (body[..(from + found)].TrimEnd(" \t\r\n"u8) is not [.. var before, (byte)':']) continue;
            before = before.TrimEnd(" \t\r\n"u8);
            if (before.EndsWith(first) || before.EndsWith(second) || before.EndsWith(third)) count++;
        }

        return count;
    }

    private static int IndexOfAddress(ReadOnlySpan<byte> body)
    {
        var (web, bucket) = (body.IndexOf("\"http"u8), body.IndexOf("\"gs:"u8));
        return web < 0 ? bucket : bucket < 0 ? web : Math.Min(web, bucket);
    }
}
