using Causeway.Core.Pipeline;
using Causeway.Core.Routing.Rules;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Governance;

/// <summary>What a request only refers to and the provider fetches: its bytes say nothing of its tokens.</summary>
/// <param name="AreOpen">It refers to something that may be of any length: stored conversations, prompts and files, documents, the web.</param>
/// <param name="Pictures">How many pictures there may be that it only gives the address of.</param>
internal readonly record struct InputReferences(bool AreOpen, int Pictures)
{
    /// <summary>Those of a request.</summary>
    public static InputReferences Of(Exchange exchange)
    {
        var body = exchange.Body.Span;
        var dialect = exchange.Client.Id;
        var isOpen = exchange.Home is not null || Has(exchange, "conversation"u8) || Has(exchange, "cachedContent"u8) || Has(exchange, "cached_content"u8)
            || (dialect == DialectId.OpenAIResponses && Has(exchange, "prompt"u8)) || Has(exchange, "web_search_options"u8)
            || (exchange.Fields.TryGet("tools"u8, out var tools) && BodyMarks.HasSearch(body[tools.Value], dialect)) || body.IndexOf("\"file_id\""u8) >= 0;
        if (isOpen) return new InputReferences(true, 0);
        var (pictures, files) = (0, 0);
        Count(body, "\"http"u8, ref pictures, ref files);
        if (dialect == DialectId.Gemini) Count(body, "\"gs:"u8, ref pictures, ref files);
        return new InputReferences(files > 0 || (pictures > 0 && body.IndexOf("\"document\""u8) >= 0), pictures);
    }

    private static bool Has(Exchange exchange, ReadOnlySpan<byte> name) => exchange.Fields.IndexOf(name) >= 0;

    /// <summary>Counts the members for pictures and for files whose text begins so.</summary>
    private static void Count(ReadOnlySpan<byte> body, ReadOnlySpan<byte> beginning, ref int pictures, ref int files)
    {
        for (int from = 0, found; (found = body[from..].IndexOf(beginning)) >= 0; from += found + beginning.Length)
        {
            if (body[..(from + found)].TrimEnd(" \t\r\n"u8) is not [.. var before, (byte)':']) continue;
            before = before.TrimEnd(" \t\r\n"u8);
            if (before.EndsWith("\"url\""u8) || before.EndsWith("\"image_url\""u8)) pictures++;
            else if (before.EndsWith("\"file_url\""u8) || before.EndsWith("\"fileUri\""u8) || before.EndsWith("\"file_uri\""u8)) files++;
        }
    }
}
