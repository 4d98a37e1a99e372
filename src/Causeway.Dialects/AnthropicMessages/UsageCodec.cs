using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>
/// Usage by Anthropic's rule: <c>input_tokens</c> counts neither cache reads nor cache writes, <c>output_tokens</c> counts thinking too.
/// </summary>
internal static class UsageCodec
{
    public static Usage? Decode(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object) return null;
        var input = Number(usage, "input_tokens"u8);
        var read = Number(usage, "cache_read_input_tokens"u8);
        var written = Number(usage, "cache_creation_input_tokens"u8);
        return new Usage
        {
            InputTokens = input is null ? null : input + (read ?? 0) + (written ?? 0),
            CacheReadTokens = read,
            CacheWriteTokens = written,
            OutputTokens = Number(usage, "output_tokens"u8),
            ReasoningTokens = Number(RequestReader.Get(usage, "output_tokens_details"u8), "thinking_tokens"u8),
            Origin = DialectId.AnthropicMessages,
            Raw = usage,
        };
    }

    /// <summary>Writes a usage object; unknown counts are 0, since clients require the numbers.</summary>
    public static void Encode(Utf8JsonWriter writer, Usage? usage)
    {
        var read = usage?.CacheReadTokens ?? 0;
        var written = usage?.CacheWriteTokens ?? 0;
        writer.WriteStartObject();
        writer.WriteNumber("input_tokens"u8, Math.Max(0, (usage?.InputTokens ?? 0) - read - written));
        writer.WriteNumber("cache_creation_input_tokens"u8, written);
        writer.WriteNumber("cache_read_input_tokens"u8, read);
        writer.WriteNumber("output_tokens"u8, usage?.OutputTokens ?? 0);
        if (usage?.ReasoningTokens is > 0 and var thinking)
        {
            writer.WriteStartObject("output_tokens_details"u8);
            writer.WriteNumber("thinking_tokens"u8, thinking);
            writer.WriteEndObject();
        }

        if (usage is { Origin: DialectId.AnthropicMessages, Raw.IsMissing: false })
        {
            foreach (var member in usage.Raw.AsElement().EnumerateObject())
            {
                if (IsWritten(member)) continue;
                writer.WritePropertyName(member.Name);
                writer.WriteRaw(member.Value);
            }
        }

        writer.WriteEndObject();
    }

    private static bool IsWritten(JsonProperty member) =>
        member.NameEquals("input_tokens"u8) || member.NameEquals("cache_creation_input_tokens"u8) || member.NameEquals("cache_read_input_tokens"u8)
        || member.NameEquals("output_tokens"u8) || member.NameEquals("output_tokens_details"u8);

    private static long? Number(JsonElement owner, ReadOnlySpan<byte> name) => ((RawJson)RequestReader.Get(owner, name)).AsInteger();
}
