using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.Schemas;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>Writes a chat completions request in OpenAI's own form; what its copies want otherwise is said by their quirks.</summary>
internal static class RequestEncoder
{
    private const DialectId Target = DialectId.OpenAIChat;
    private const int MostStops = 4;
    private const int LongestUser = 64;

    public static Translation Encode(ChatRequest request, ModelTraits traits, IBufferWriter<byte> output, LossReport losses)
    {
        var translation = new Translation();
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteString("model"u8, request.Model);
        new TurnEncoder(writer, request, traits, translation, losses).Write();
        ToolEncoder.Write(writer, request, traits, translation, losses);
        WriteLimit(writer, request, traits, losses);
        writer.WriteRaw("temperature"u8, request.Temperature);
        writer.WriteRaw("top_p"u8, request.TopP);
        WriteTopK(writer, request, losses);
        writer.WriteRaw("seed"u8, request.Seed);
        writer.WriteRaw("frequency_penalty"u8, request.FrequencyPenalty);
        writer.WriteRaw("presence_penalty"u8, request.PresencePenalty);
        WriteStop(writer, request, losses);
        WriteReasoning(writer, request, traits, losses);
        WriteFormat(writer, request, traits, losses);
        WriteUser(writer, request, losses);
        WriteExtras(writer, request, losses);
        if (request.Stream) WriteStream(writer, request);
        writer.WriteEndObject();
        return translation;
    }

    private static void WriteLimit(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, LossReport losses)
    {
        if (request.MaxTokens is not { } most) return;
        if (traits.MaxOutputTokens < most)
        {
            losses.Add("max_tokens", $"the model gives at most {traits.MaxOutputTokens} tokens");
            most = traits.MaxOutputTokens.Value;
        }

        writer.WriteNumber("max_completion_tokens"u8, Math.Max(1, most));
    }

    private static void WriteTopK(Utf8JsonWriter writer, ChatRequest request, LossReport losses)
    {
        if (request.Origin == Target) writer.WriteRaw("top_k"u8, request.TopK);
        else if (!request.TopK.IsMissing) losses.Add("top_k", "openai-chat has no top_k");
    }

    private static void WriteStop(Utf8JsonWriter writer, ChatRequest request, LossReport losses)
    {
        if (request.StopSequences.Count == 0) return;
        writer.WriteStartArray("stop"u8);
        for (var i = 0; i < request.StopSequences.Count; i++)
        {
            if (i < MostStops || request.Origin == Target) writer.WriteRaw(request.StopSequences[i]);
            else losses.Add("stop_sequences", $"openai-chat takes at most {MostStops}");
        }

        writer.WriteEndArray();
    }

    private static void WriteReasoning(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, LossReport losses)
    {
        if (request.Reasoning is not { } wanted) return;
        losses.AddForeign(wanted.Extras, Target, "thinking");
        if (request.Origin != Target && wanted.Mode == ReasoningMode.Off) return;   // few models know "none"; not asking is enough
        if (traits.Reasons == false)
        {
            losses.Add(request.Origin == Target ? "reasoning_effort" : "thinking", "the model cannot be asked to think");
            return;
        }

        if (wanted.BudgetTokens is not null && request.Origin != Target) losses.Add("thinking.budget_tokens", "openai-chat knows efforts, not budgets");
        writer.WriteString("reasoning_effort"u8, request.Origin == Target && wanted.Effort is { } word ? word : Effort.For(wanted, traits, Target, losses));
    }

    private static void WriteFormat(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, LossReport losses)
    {
        if (request.OutputFor(Target, traits, losses) is not { } format) return;
        writer.WriteStartObject("response_format"u8);
        writer.WriteString("type"u8, format.Schema.IsMissing ? "json_object"u8 : "json_schema"u8);
        if (!format.Schema.IsMissing)
        {
            writer.WriteStartObject("json_schema"u8);
            var name = format.Name.AsString();
            writer.WriteString("name"u8, name is { Length: > 0 } && (request.Origin == Target || StableName.IsFit(name, 64)) ? name : "response");
            writer.WriteRaw("description"u8, format.Description);
            writer.WriteRaw("schema"u8, format.Schema);
            if (request.Origin == Target)
            {
                if (format.Strict is { } strict) writer.WriteBoolean("strict"u8, strict);
            }
            else if (SchemaSubset.OpenAIStrict.Takes(format.Schema)) writer.WriteBoolean("strict"u8, true);
            else losses.Add("output_config.format.schema", "the schema is open, so openai-chat follows it only as well as the model can");
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteUser(Utf8JsonWriter writer, ChatRequest request, LossReport losses)
    {
        if (request.User.IsMissing) return;
        if (request.Origin == Target || request.User.Utf8.Length <= LongestUser + 2) writer.WriteRaw("user"u8, request.User);
        else losses.Add("metadata.user_id", $"openai-chat takes at most {LongestUser} characters");
    }

    private static void WriteExtras(Utf8JsonWriter writer, ChatRequest request, LossReport losses)
    {
        losses.AddForeign(request.Extras, Target, "");
        if (request.Extras is not { Origin: Target } extras) return;
        foreach (var (name, value) in extras.Fields)
        {
            if (name == "stream_options") continue;
            writer.WritePropertyName(name);
            writer.WriteRaw(value);
        }
    }

    /// <summary>Usage is always asked for: the gateway counts it, and the client's encoder leaves it out if it was not wanted.</summary>
    private static void WriteStream(Utf8JsonWriter writer, ChatRequest request)
    {
        writer.WriteBoolean("stream"u8, true);
        writer.WriteStartObject("stream_options"u8);
        writer.WriteBoolean("include_usage"u8, true);
        if (request.Extras is { Origin: Target } extras && extras["stream_options"] is { IsObject: true } options)
        {
            foreach (var member in options.AsElement().EnumerateObject())
            {
                if (member.NameEquals("include_usage"u8)) continue;
                writer.WritePropertyName(member.Name);
                writer.WriteRaw(member.Value);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes the extras of a message, part or tool back, or notes them as lost. A prefix such as <c>image_url.</c> is another object's.</summary>
    public static void WriteOwn(Utf8JsonWriter writer, Extras? extras, LossReport losses, string path, string prefix = "")
    {
        losses.AddForeign(extras, Target, path);
        if (extras is not { Origin: Target }) return;
        foreach (var (name, value) in extras.Fields)
        {
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || (prefix.Length == 0 && name.Contains('.'))) continue;
            writer.WritePropertyName(name[prefix.Length..]);
            writer.WriteRaw(value);
        }
    }
}
