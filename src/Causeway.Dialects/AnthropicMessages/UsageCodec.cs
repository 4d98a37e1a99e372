using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>
/// Token counts. This API's <c>input_tokens</c> leaves out what was read from or written to the cache; the canonical
/// number holds all input (API reference, "Prompt caching", tracking cache performance).
/// </summary>
internal static class UsageCodec
{
    private static readonly byte[][] Known = Fields.Names(
        "input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens", "output_tokens_details");

    /// <summary>The counts of a usage object; null if it is none.</summary>
    public static Usage? Decode(JsonView usage, Usage? earlier = null)
    {
        if (usage.ValueKind != JsonValueKind.Object) return null;
        var read = Count(usage, "cache_read_input_tokens"u8) ?? earlier?.CacheReadTokens;
        var written = Count(usage, "cache_creation_input_tokens"u8) ?? earlier?.CacheWriteTokens;
        var details = RequestReader.Get(usage, "output_tokens_details"u8);
        return new Usage
        {
            InputTokens = Count(usage, "input_tokens"u8) + (read ?? 0) + (written ?? 0) ?? earlier?.InputTokens,
            CacheReadTokens = read,
            CacheWriteTokens = written,
            CacheWriteHourTokens = Count(RequestReader.Get(usage, "cache_creation"u8), "ephemeral_1h_input_tokens"u8) ?? earlier?.CacheWriteHourTokens,
            OutputTokens = Count(usage, "output_tokens"u8) ?? earlier?.OutputTokens,
            ReasoningTokens = Count(details, "thinking_tokens"u8) ?? earlier?.ReasoningTokens,
            Raw = usage,
            Origin = DialectId.AnthropicMessages,
        };
    }

    /// <summary>Writes the property <c>usage</c>, with 0 for the counts that every client reads if they are unknown.</summary>
    public static void Write(Utf8JsonWriter writer, Usage? usage)
    {
        writer.WriteStartObject("usage"u8);
        var cached = (usage?.CacheReadTokens ?? 0) + (usage?.CacheWriteTokens ?? 0);
        writer.WriteNumber("input_tokens"u8, Math.Max(0, (usage?.InputTokens ?? 0) - cached));
        if (usage?.CacheWriteTokens is { } written) writer.WriteNumber("cache_creation_input_tokens"u8, written);
        if (usage?.CacheReadTokens is { } read) writer.WriteNumber("cache_read_input_tokens"u8, read);
        writer.WriteNumber("output_tokens"u8, usage?.OutputTokens ?? 0);
        if (usage?.ReasoningTokens is { } thinking)
        {
            writer.WriteStartObject("output_tokens_details"u8);
            writer.WriteNumber("thinking_tokens"u8, thinking);
            writer.WriteEndObject();
        }

        if (usage is { Origin: DialectId.AnthropicMessages, Raw.IsObject: true }) WriteRest(writer, usage.Raw);
        writer.WriteEndObject();
    }

    private static void WriteRest(Utf8JsonWriter writer, RawJson raw)
    {
        foreach (var (name, value) in Fields.Rest(raw.AsElement(), Known)?.Fields ?? [])
        {
            writer.WritePropertyName(name);
            writer.WriteLine(value);
        }
    }

    private static long? Count(JsonView owner, ReadOnlySpan<byte> name) =>
        ((RawJson)RequestReader.Get(owner, name)).AsInteger() is >= 0 and var count ? count : null;
}
