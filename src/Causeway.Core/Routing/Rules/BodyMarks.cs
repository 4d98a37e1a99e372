using Causeway.Dialects.Canonical;

namespace Causeway.Core.Routing.Rules;

/// <summary>
/// Finds pictures and web search in a request's bytes, in one or two passes over them and without parsing: by members that every dialect's API has for
/// them. Quotes inside of a text have a backslash before them, so what is merely talked about is not taken for it; arguments of a call that look like
/// a picture of the dialect would be.
/// </summary>
internal static class BodyMarks
{
    private static ReadOnlySpan<byte> Space => " \t\r\n"u8;

    /// <summary>Is there a picture in messages of <paramref name="dialect"/>?</summary>
    public static bool HasPicture(ReadOnlySpan<byte> messages, DialectId dialect) => dialect switch
    {
        DialectId.AnthropicMessages => HasMember(messages, "\"type\""u8, "\"image\""u8),
        DialectId.OpenAIResponses => HasMember(messages, "\"type\""u8, "\"input_image\""u8) || HasMember(messages, "\"type\""u8, "\"computer_screenshot\""u8),
        DialectId.Gemini => HasMember(messages, "\"mimeType\""u8, "\"image/"u8) || HasMember(messages, "\"mime_type\""u8, "\"image/"u8),
        DialectId.BedrockConverse => HasKey(messages, "\"image\""u8),
        _ => HasMember(messages, "\"type\""u8, "\"image_url\""u8),
    };

    /// <summary>Is there web search by the provider among tools of <paramref name="dialect"/>? A tool of the client's that is called so is none.</summary>
    public static bool HasSearch(ReadOnlySpan<byte> tools, DialectId dialect) => dialect == DialectId.Gemini
        ? HasKey(tools, "\"googleSearch"u8) || HasKey(tools, "\"google_search"u8)
        : HasMember(tools, "\"type\""u8, "\"web_search"u8);

    /// <summary>Is there a member of this name whose text begins so? Both with their quotes.</summary>
    private static bool HasMember(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> beginning)
    {
        for (int from = 0, found; (found = json[from..].IndexOf(beginning)) >= 0; from += found + beginning.Length)
        {
            if (json[..(from + found)].TrimEnd(Space) is [.. var before, (byte)':'] && before.TrimEnd(Space).EndsWith(name)) return true;
        }

        return false;
    }

    /// <summary>Is there a member whose name begins so?</summary>
    private static bool HasKey(ReadOnlySpan<byte> json, ReadOnlySpan<byte> beginning)
    {
        for (int from = 0, found; (found = json[from..].IndexOf(beginning)) >= 0; from += found + beginning.Length)
        {
            if (json[..(from + found)].TrimEnd(Space) is not [.., (byte)'{' or (byte)',']) continue;
            var rest = json[(from + found + beginning.Length)..];
            if (beginning[^1] == '"' ? rest.TrimStart(Space) is [(byte)':', ..] : rest.IndexOf((byte)'"') is >= 0 and var end && rest[(end + 1)..].TrimStart(Space) is [(byte)':', ..]) return true;
        }

        return false;
    }
}
