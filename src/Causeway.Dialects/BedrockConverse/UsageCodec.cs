using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Usage as Anthropic counts: <c>inputTokens</c> are those neither read from nor written to a cache.</summary>
internal static class UsageCodec
{
    public static Usage? Decode(JsonView usage)
    {
        if (usage.ValueKind != JsonValueKind.Object) return null;
        var input = Number(usage, "inputTokens"u8);
        var read = Number(usage, "cacheReadInputTokens"u8);
        var written = Number(usage, "cacheWriteInputTokens"u8);
        return new Usage
        {
            InputTokens = input is null ? null : input + (read ?? 0) + (written ?? 0),
            OutputTokens = Number(usage, "outputTokens"u8),
            CacheReadTokens = read,
            CacheWriteTokens = written,
            Origin = DialectId.BedrockConverse,
            Raw = usage,
        };
    }

    public static void Write(Utf8JsonWriter writer, Usage usage)
    {
        var (input, output) = (usage.InputTokens ?? 0, usage.OutputTokens ?? 0);
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("inputTokens"u8, Math.Max(0, input - (usage.CacheReadTokens ?? 0) - (usage.CacheWriteTokens ?? 0)));
        writer.WriteNumber("outputTokens"u8, output);
        writer.WriteNumber("totalTokens"u8, input + output);
        if (usage.CacheReadTokens is { } read) writer.WriteNumber("cacheReadInputTokens"u8, read);
        if (usage.CacheWriteTokens is { } written) writer.WriteNumber("cacheWriteInputTokens"u8, written);
        writer.WriteEndObject();
    }

    private static long? Number(JsonView owner, ReadOnlySpan<byte> name) => ((RawJson)RequestReader.Get(owner, name)).AsInteger();
}
