using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Writes a messages request. Source: Anthropic's API reference, "Create a Message".</summary>
internal static class RequestEncoder
{
    private const DialectId Target = DialectId.AnthropicMessages;

    public static Translation Encode(ChatRequest request, ModelTraits traits, IBufferWriter<byte> output, LossReport losses)
    {
        var translation = new Translation();
        var plan = ThinkingPlan.For(request, traits, losses);
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteString("model"u8, request.Model);
        writer.WriteNumber("max_tokens"u8, plan.MaxTokens);
        MessagesEncoder.Write(writer, request, translation, losses);
        ToolEncoder.Write(writer, request, translation, losses);
        WriteSampling(writer, request, plan, losses);
        WriteStopSequences(writer, request, losses);
        plan.Write(writer);
        WriteOutputConfig(writer, request, plan, losses);
        WriteMetadata(writer, request);
        if (request.Stream) writer.WriteBoolean("stream"u8, true);
        WriteExtras(writer, request, losses);
        writer.WriteEndObject();
        return translation;
    }

    private static void WriteSampling(Utf8JsonWriter writer, ChatRequest request, ThinkingPlan plan, LossReport losses)
    {
        var foreign = request.Origin != Target;
        if (foreign && plan.Thinks && request.Temperature.AsNumber() is { } heat && heat != 1) losses.Add("temperature", "must be 1 with thinking");
        else if (foreign && request.Temperature.AsNumber() > 1)
        {
            losses.Add("temperature", "ends at 1");
            writer.WriteNumber("temperature"u8, 1);
        }
        else writer.WriteRaw("temperature"u8, request.Temperature);

        if (foreign && plan.Thinks && request.TopP.AsNumber() < 0.95) losses.Add("top_p", "must be at least 0.95 with thinking");
        else writer.WriteRaw("top_p"u8, request.TopP);
        if (foreign && plan.Thinks && !request.TopK.IsMissing) losses.Add("top_k", "not allowed with thinking");
        else writer.WriteRaw("top_k"u8, request.TopK);
        if (!request.Seed.IsMissing) losses.Add("seed", "anthropic-messages has no seed");
        if (!request.FrequencyPenalty.IsMissing) losses.Add("frequency_penalty", "anthropic-messages has no penalties");
        if (!request.PresencePenalty.IsMissing) losses.Add("presence_penalty", "anthropic-messages has no penalties");
    }

    private static void WriteStopSequences(Utf8JsonWriter writer, ChatRequest request, LossReport losses)
    {
        if (request.StopSequences.Count == 0) return;
        writer.WriteStartArray("stop_sequences"u8);
        foreach (var stop in request.StopSequences)
        {
            if (request.Origin != Target && string.IsNullOrWhiteSpace(stop.AsString())) losses.Add("stop", "a stop sequence must not be white space only");
            else writer.WriteRaw(stop);
        }

        writer.WriteEndArray();
    }

    private static void WriteOutputConfig(Utf8JsonWriter writer, ChatRequest request, ThinkingPlan plan, LossReport losses)
    {
        var format = request.Output;
        if (format is { Schema.IsMissing: true })
        {
            losses.Add("response_format", "there is no JSON mode without a schema");
            format = null;
        }

        var own = request.Extras is { Origin: Target } extras ? extras : null;
        if (format is null && plan.Effort is null && !HasPrefixed(own, "output_config.")) return;
        writer.WriteStartObject("output_config"u8);
        if (plan.Effort is not null) writer.WriteString("effort"u8, plan.Effort);
        if (format is not null)
        {
            writer.WriteStartObject("format"u8);
            writer.WriteString("type"u8, "json_schema"u8);
            writer.WriteRaw("schema"u8, format.Schema);
            writer.WriteEndObject();
        }

        WritePrefixed(writer, own, "output_config.");
        writer.WriteEndObject();
    }

    private static void WriteMetadata(Utf8JsonWriter writer, ChatRequest request)
    {
        var own = request.Extras is { Origin: Target } extras ? extras : null;
        if (request.User.IsMissing && !HasPrefixed(own, "metadata.")) return;
        writer.WriteStartObject("metadata"u8);
        writer.WriteRaw("user_id"u8, request.User);
        WritePrefixed(writer, own, "metadata.");
        writer.WriteEndObject();
    }

    private static void WriteExtras(Utf8JsonWriter writer, ChatRequest request, LossReport losses)
    {
        losses.AddForeign(request.Extras, Target, "");
        if (request.Extras is not { Origin: Target } extras) return;
        foreach (var (name, value) in extras.Fields)
        {
            if (!name.Contains('.')) WriteField(writer, name, value);
        }
    }

    private static bool HasPrefixed(Extras? extras, string prefix) => extras is not null && extras.Fields.Any(f => f.Key.StartsWith(prefix, StringComparison.Ordinal));

    private static void WritePrefixed(Utf8JsonWriter writer, Extras? extras, string prefix)
    {
        if (extras is null) return;
        foreach (var (name, value) in extras.Fields)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal)) WriteField(writer, name[prefix.Length..], value);
        }
    }

    /// <summary>Writes the extras of a message, block or tool back, or notes them as lost.</summary>
    public static void WriteOwn(Utf8JsonWriter writer, Extras? extras, LossReport losses, string path)
    {
        if (extras is null) return;
        foreach (var (name, value) in extras.Fields)
        {
            // Chat completions clients mark caches in Anthropic's own words, as several vendors of that API take them.
            if (extras.Origin == Target || (name == "cache_control" && value.IsObject)) WriteField(writer, name, value);
            else losses.AddForeign(name, extras.Origin, Target, path);
        }
    }

    private static void WriteField(Utf8JsonWriter writer, string name, RawJson value)
    {
        writer.WritePropertyName(name);
        writer.WriteRaw(value);
    }
}
