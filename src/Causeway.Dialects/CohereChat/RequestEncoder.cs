using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.Schemas;

namespace Causeway.Dialects.CohereChat;

/// <summary>Writes a chat request. Limits of the settings: Cohere's API reference, "Chat" (v2).</summary>
internal static class RequestEncoder
{
    private const DialectId Target = DialectId.CohereChat;
    private const int MostStops = 5;
    private const double MostTopK = 500;

    public static Translation Encode(ChatRequest request, ModelTraits traits, IBufferWriter<byte> output, LossReport losses)
    {
        var translation = new Translation();
        var own = request.Origin == Target;
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteString("model"u8, request.Model);
        if (request.Stream || !own) writer.WriteBoolean("stream"u8, request.Stream);
        new TurnEncoder(writer, request, translation, losses).Write();
        ToolEncoder.Write(writer, request, traits, translation, losses);
        var most = WriteLimit(writer, request, traits, losses);
        WriteWithin(writer, "temperature"u8, request.Temperature, 0, 1, own, losses);
        writer.WriteRaw("p"u8, request.TopP);
        WriteWithin(writer, "k"u8, request.TopK, 0, MostTopK, own, losses);
        writer.WriteRaw("seed"u8, request.Seed);
        WriteWithin(writer, "frequency_penalty"u8, request.FrequencyPenalty, 0, 1, own, losses);
        WriteWithin(writer, "presence_penalty"u8, request.PresencePenalty, 0, 1, own, losses);
        WriteStop(writer, request, losses);
        Thinking.Write(writer, request, traits, most, losses);
        WriteFormat(writer, request, traits, losses);
        if (!request.User.IsNullOrEmpty) losses.Add("user", "cohere-chat has no such field");
        Fields.Write(writer, request.Extras, losses, "");
        writer.WriteEndObject();
        return translation;
    }

    private static long? WriteLimit(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, LossReport losses)
    {
        if (request.MaxTokens is not { } most) return null;
        if (traits.MaxOutputTokens < most)
        {
            losses.Add("max_tokens", $"the model gives at most {traits.MaxOutputTokens} tokens");
            most = traits.MaxOutputTokens.Value;
        }

        writer.WriteNumber("max_tokens"u8, most);
        return most;
    }

    /// <summary>Writes a number of another dialect cut to what the API takes; a client of this API is told of its mistakes by the provider.</summary>
    private static void WriteWithin(Utf8JsonWriter writer, ReadOnlySpan<byte> name, RawJson value, double least, double most, bool own, LossReport losses)
    {
        if (own || value.AsNumber() is not { } number || (number >= least && number <= most))
        {
            writer.WriteRaw(name, value);
            return;
        }

        losses.Add(System.Text.Encoding.UTF8.GetString(name), $"cohere-chat takes {least} to {most}");
        writer.WriteNumber(name, (long)Math.Clamp(number, least, most));
    }

    private static void WriteStop(Utf8JsonWriter writer, ChatRequest request, LossReport losses)
    {
        if (request.StopSequences.Count == 0) return;
        writer.WriteStartArray("stop_sequences"u8);
        for (var i = 0; i < request.StopSequences.Count; i++)
        {
            if (i < MostStops || request.Origin == Target) writer.WriteRaw(request.StopSequences[i]);
            else losses.Add("stop_sequences", $"cohere-chat takes at most {MostStops}");
        }

        writer.WriteEndArray();
    }

    private static void WriteFormat(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, LossReport losses)
    {
        if (request.OutputFor(Target, traits, losses) is not { } format) return;
        writer.WriteStartObject("response_format"u8);
        writer.WriteString("type"u8, "json_object"u8);
        if (!format.Schema.IsMissing)
        {
            writer.WritePropertyName("json_schema"u8);
            if (request.Origin == Target) writer.WriteRaw(format.Schema);
            else ToolSchema.WriteObject(writer, format.Schema);
        }

        writer.WriteEndObject();
        if (!format.Description.IsNullOrEmpty) losses.Add("response_format.description", "cohere-chat takes a schema without a description");
    }
}
