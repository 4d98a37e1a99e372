using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>
/// Usage by Cohere's rule: <c>tokens</c> is what the model read and wrote, its template included; <c>billed_units</c> is what is paid,
/// and stands in where there is nothing else. <c>cached_tokens</c> are part of the input.
/// </summary>
internal static class UsageCodec
{
    public static Usage? Decode(JsonView usage)
    {
        if (usage.ValueKind != JsonValueKind.Object) return null;
        var tokens = RequestReader.Get(usage, "tokens"u8);
        var billed = RequestReader.Get(usage, "billed_units"u8);
        var input = Number(tokens, "input_tokens"u8) ?? Number(billed, "input_tokens"u8);
        var output = Number(tokens, "output_tokens"u8) ?? Number(billed, "output_tokens"u8);
        if (input is null && output is null) return null;
        return new Usage
        {
            InputTokens = input,
            OutputTokens = output,
            CacheReadTokens = Number(usage, "cached_tokens"u8),
            ReasoningTokens = Number(tokens, "reasoning_tokens"u8),
            Origin = DialectId.CohereChat,
            Raw = usage,
        };
    }

    public static void Encode(Utf8JsonWriter writer, Usage usage)
    {
        if (usage is { Origin: DialectId.CohereChat, Raw.IsMissing: false })
        {
            writer.WriteRaw("usage"u8, usage.Raw.OneLine());
            return;
        }

        writer.WriteStartObject("usage"u8);
        writer.WriteStartObject("billed_units"u8);
        Counts(writer, usage);
        writer.WriteEndObject();
        writer.WriteStartObject("tokens"u8);
        Counts(writer, usage);
        if (usage.ReasoningTokens is { } reasoning) writer.WriteNumber("reasoning_tokens"u8, reasoning);
        writer.WriteEndObject();
        if (usage.CacheReadTokens is { } cached) writer.WriteNumber("cached_tokens"u8, cached);
        writer.WriteEndObject();
    }

    private static void Counts(Utf8JsonWriter writer, Usage usage)
    {
        writer.WriteNumber("input_tokens"u8, usage.InputTokens ?? 0);
        writer.WriteNumber("output_tokens"u8, usage.OutputTokens ?? 0);
    }

    private static long? Number(JsonView owner, ReadOnlySpan<byte> name) => ((RawJson)RequestReader.Get(owner, name)).AsInteger();
}
