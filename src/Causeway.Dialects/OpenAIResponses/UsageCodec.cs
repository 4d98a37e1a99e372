using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>Usage: <c>input_tokens</c> counts cached tokens too, <c>output_tokens</c> reasoning too.</summary>
internal static class UsageCodec
{
    public static Usage? Decode(JsonView usage)
    {
        if (usage.ValueKind != JsonValueKind.Object) return null;
        var inputs = RequestReader.Get(usage, "input_tokens_details"u8);
        return new Usage
        {
            InputTokens = Number(usage, "input_tokens"u8),
            OutputTokens = Number(usage, "output_tokens"u8),
            CacheReadTokens = Number(inputs, "cached_tokens"u8),
            CacheWriteTokens = Number(inputs, "cache_write_tokens"u8),
            ReasoningTokens = Number(RequestReader.Get(usage, "output_tokens_details"u8), "reasoning_tokens"u8),
            Origin = DialectId.OpenAIResponses,
            Raw = usage,
        };
    }

    public static void Write(Utf8JsonWriter writer, Usage usage)
    {
        var (input, output) = (usage.InputTokens ?? 0, usage.OutputTokens ?? 0);
        writer.WriteStartObject();
        writer.WriteNumber("input_tokens"u8, input);
        writer.WriteStartObject("input_tokens_details"u8);
        writer.WriteNumber("cached_tokens"u8, usage.CacheReadTokens ?? 0);
        if (usage.CacheWriteTokens is { } written) writer.WriteNumber("cache_write_tokens"u8, written);
        writer.WriteEndObject();
        writer.WriteNumber("output_tokens"u8, output);
        writer.WriteStartObject("output_tokens_details"u8);
        writer.WriteNumber("reasoning_tokens"u8, usage.ReasoningTokens ?? 0);
        writer.WriteEndObject();
        writer.WriteNumber("total_tokens"u8, input + output);
        writer.WriteEndObject();
    }

    private static long? Number(JsonView owner, ReadOnlySpan<byte> name) => ((RawJson)RequestReader.Get(owner, name)).AsInteger();
}
