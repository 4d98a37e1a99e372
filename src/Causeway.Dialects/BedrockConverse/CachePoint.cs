using System.Text.Json;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Where to cache up to: a block of its own here, a field <c>cache_control</c> of the block before it in Anthropic's words.</summary>
internal static class CachePoint
{
    private const string Field = "cache_control";

    /// <summary>Notes the extras of a foreign part as lost, but for the mark, and writes that one after the part.</summary>
    public static void Write(Utf8JsonWriter writer, Extras? extras, LossReport losses, string path)
    {
        if (extras is null || extras.Origin == DialectId.BedrockConverse) return;
        foreach (var (name, value) in extras.Fields)
        {
            if (name == Field && value.IsObject) writer.WriteRawValue("{\"cachePoint\":{\"type\":\"default\"}}"u8, skipInputValidation: true);
            else losses.AddForeign(name, extras.Origin, DialectId.BedrockConverse, path);
        }
    }
}
