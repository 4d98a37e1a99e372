using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>Usage: thoughts are counted apart from candidates, and what the provider's own tools put into the prompt apart from the prompt.</summary>
internal static class UsageCodec
{
    public static Usage? Decode(JsonView usage)
    {
        if (usage.ValueKind != JsonValueKind.Object) return null;
        var prompt = Number(usage, "promptTokenCount"u8);
        var candidates = Number(usage, "candidatesTokenCount"u8);
        var thoughts = Number(usage, "thoughtsTokenCount"u8);
        return new Usage
        {
            InputTokens = prompt is null ? null : prompt + (Number(usage, "toolUsePromptTokenCount"u8) ?? 0),
            OutputTokens = candidates is null && thoughts is null ? null : (candidates ?? 0) + (thoughts ?? 0),
            ReasoningTokens = thoughts,
            CacheReadTokens = Number(usage, "cachedContentTokenCount"u8),
            Origin = DialectId.Gemini,
            Raw = usage,
        };
    }

    public static void Write(Utf8JsonWriter writer, Usage usage)
    {
        var (input, output) = (usage.InputTokens ?? 0, usage.OutputTokens ?? 0);
        var thoughts = Math.Min(usage.ReasoningTokens ?? 0, output);   // some resellers count more thoughts than output; clients add the two
        writer.WriteStartObject("usageMetadata"u8);
        writer.WriteNumber("promptTokenCount"u8, input);
        writer.WriteNumber("candidatesTokenCount"u8, output - thoughts);
        writer.WriteNumber("totalTokenCount"u8, input + output);
        if (usage.ReasoningTokens is not null) writer.WriteNumber("thoughtsTokenCount"u8, thoughts);
        if (usage.CacheReadTokens is { } cached) writer.WriteNumber("cachedContentTokenCount"u8, cached);
        writer.WriteEndObject();
    }

    private static long? Number(JsonView owner, ReadOnlySpan<byte> name) => ((RawJson)RequestReader.Get(owner, name)).AsInteger();
}
