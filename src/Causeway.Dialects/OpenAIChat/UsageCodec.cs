using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>
/// Usage by OpenAI's rule: <c>prompt_tokens</c> counts cached tokens too, <c>completion_tokens</c> reasoning too. Copies of the API put
/// cached tokens in other places, and some count reasoning apart: their total tells.
/// </summary>
internal static class UsageCodec
{
    public static Usage? Decode(JsonView usage)
    {
        if (usage.ValueKind != JsonValueKind.Object) return null;
        var input = Number(usage, "prompt_tokens"u8);
        var output = Number(usage, "completion_tokens"u8);
        var inputs = RequestReader.Get(usage, "prompt_tokens_details"u8);
        var reasoning = Number(RequestReader.Get(usage, "completion_tokens_details"u8), "reasoning_tokens"u8) ?? Number(usage, "reasoning_tokens"u8);
        if (reasoning > 0 && Number(usage, "total_tokens"u8) == input + output + reasoning) output += reasoning;
        return new Usage
        {
            InputTokens = input,
            OutputTokens = output,
            ReasoningTokens = reasoning,
            CacheReadTokens = Number(inputs, "cached_tokens"u8) ?? Number(usage, "prompt_cache_hit_tokens"u8)
                ?? Number(usage, "num_cached_tokens"u8) ?? Number(usage, "cached_tokens"u8),
            CacheWriteTokens = Number(inputs, "cache_write_tokens"u8),
            Origin = DialectId.OpenAIChat,
            Raw = usage,
        };
    }

    public static void Encode(Utf8JsonWriter writer, Usage usage)
    {
        var raw = usage is { Origin: DialectId.OpenAIChat, Raw.IsMissing: false } ? usage.Raw.AsElement() : default;
        var (input, output) = (usage.InputTokens ?? 0, usage.OutputTokens ?? 0);
        writer.WriteStartObject();
        writer.WriteNumber("prompt_tokens"u8, input);
        writer.WriteNumber("completion_tokens"u8, output);
        writer.WriteNumber("total_tokens"u8, input + output);
        writer.WriteStartObject("prompt_tokens_details"u8);
        writer.WriteNumber("cached_tokens"u8, usage.CacheReadTokens ?? 0);
        if (usage.CacheWriteTokens is { } written) writer.WriteNumber("cache_write_tokens"u8, written);
        WriteOthers(writer, RequestReader.Get(raw, "prompt_tokens_details"u8), ["cached_tokens", "cache_write_tokens"]);
        writer.WriteEndObject();
        writer.WriteStartObject("completion_tokens_details"u8);
        writer.WriteNumber("reasoning_tokens"u8, usage.ReasoningTokens ?? 0);
        WriteOthers(writer, RequestReader.Get(raw, "completion_tokens_details"u8), ["reasoning_tokens"]);
        writer.WriteEndObject();
        WriteOthers(writer, raw, ["prompt_tokens", "completion_tokens", "total_tokens", "prompt_tokens_details", "completion_tokens_details"]);
        writer.WriteEndObject();
    }

    private static void WriteOthers(Utf8JsonWriter writer, JsonView owner, ReadOnlySpan<string> written)
    {
        if (ExtrasReader.Read(owner, DialectId.OpenAIChat, written) is not { } others) return;
        foreach (var (name, value) in others.Fields)
        {
            writer.WritePropertyName(name);
            writer.WriteRaw(value);
        }
    }

    private static long? Number(JsonView owner, ReadOnlySpan<byte> name) => ((RawJson)RequestReader.Get(owner, name)).AsInteger();
}
