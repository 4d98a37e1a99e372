using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.Schemas;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>Writes a responses request. Nothing is to be stored at the provider unless the client itself speaks this dialect and said so.</summary>
internal static class RequestEncoder
{
    private const DialectId Target = DialectId.OpenAIResponses;
    private const int FewestTokens = 16;
    private const int LongestUser = 64;

    public static Translation Encode(ChatRequest request, ModelTraits traits, IBufferWriter<byte> output, LossReport losses)
    {
        var translation = new Translation();
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteString("model"u8, request.Model);
        new ItemEncoder(writer, request, translation, losses).Write();
        ToolCodec.Write(writer, request, traits, translation, losses);
        WriteLimit(writer, request, traits, losses);
        writer.WriteRaw("temperature"u8, request.Temperature);
        writer.WriteRaw("top_p"u8, request.TopP);
        LoseSampling(request, losses);
        WriteReasoning(writer, request, traits, losses);
        WriteText(writer, request, traits, losses);
        WriteUser(writer, request, losses);
        if (request.Origin != Target)
        {
            writer.WriteBoolean("store"u8, false);
            writer.WriteStartArray("include"u8);
            if (traits.Reasons != false) writer.WriteStringValue("reasoning.encrypted_content"u8);
            writer.WriteEndArray();
        }

        Own.Write(writer, request.Extras, losses, "");
        if (request.Stream) writer.WriteBoolean("stream"u8, true);
        writer.WriteEndObject();
        return translation;
    }

    private static void WriteLimit(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, LossReport losses)
    {
        if (request.MaxTokens is not { } most) return;
        var limit = request.Origin == Target ? most : Math.Max(FewestTokens, Math.Min(most, traits.MaxOutputTokens ?? most));
        if (limit != most) losses.Add("max_tokens", limit > most ? $"openai-responses takes at least {FewestTokens}" : $"the model gives at most {limit} tokens");
        writer.WriteNumber("max_output_tokens"u8, limit);
    }

    private static void LoseSampling(ChatRequest request, LossReport losses)
    {
        Lose("top_k", request.TopK);
        Lose("seed", request.Seed);
        Lose("frequency_penalty", request.FrequencyPenalty);
        Lose("presence_penalty", request.PresencePenalty);
        if (request.StopSequences.Count > 0) losses.Add(request.Origin == DialectId.OpenAIChat ? "stop" : "stop_sequences", "openai-responses has no stop sequences");

        void Lose(string name, RawJson value)
        {
            if (!value.IsMissing) losses.Add(name, "openai-responses has no such setting");
        }
    }

    private static void WriteReasoning(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, LossReport losses)
    {
        var own = request.Origin == Target;
        var wanted = request.Reasoning;
        if (wanted is not null) losses.AddForeign(wanted.Extras, Target, "thinking");
        if (wanted is not null && !own && wanted.Mode == ReasoningMode.Off) wanted = null;   // few models know "none"; not asking is enough
        if (wanted is not null && traits.Reasons == false)
        {
            losses.Add(own ? "reasoning" : "thinking", "the model cannot be asked to think");
            wanted = null;
        }

        if (wanted is null && !Own.Has(request.Extras, "reasoning.")) return;
        writer.WriteStartObject("reasoning"u8);
        if (wanted is not null)
        {
            if (wanted.BudgetTokens is not null && !own) losses.Add("thinking.budget_tokens", "openai-responses knows efforts, not budgets");
            writer.WriteString("effort"u8, own && wanted.Effort is { } word ? word : Effort.For(wanted, traits, Target, losses));
            if (!own) writer.WriteString("summary"u8, "auto"u8);
            else Own.Write(writer, wanted.Extras, losses, "reasoning");
        }

        if (own) Own.Write(writer, request.Extras, losses, "", "reasoning.");
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, LossReport losses)
    {
        var own = request.Origin == Target;
        if (request.Output is null && !Own.Has(request.Extras, "text.")) return;
        writer.WriteStartObject("text"u8);
        if (request.OutputFor(Target, traits, losses) is { } format)
        {
            writer.WriteStartObject("format"u8);
            writer.WriteString("type"u8, format.Schema.IsMissing ? "json_object"u8 : "json_schema"u8);
            if (!format.Schema.IsMissing)
            {
                var name = format.Name.AsString();
                writer.WriteString("name"u8, name is { Length: > 0 } && (own || StableName.IsFit(name, 64)) ? name : "response");
                writer.WriteRaw("description"u8, format.Description);
                writer.WriteRaw("schema"u8, format.Schema);
                var strict = own ? format.Strict : SchemaSubset.OpenAIStrict.Takes(format.Schema) && format.Strict != false;
                if (strict is { } said) writer.WriteBoolean("strict"u8, said);
                if (!own && strict == false && format.Strict != false)
                    losses.Add("output_config.format.schema", "the schema is open, so openai-responses follows it only as well as the model can");
            }

            writer.WriteEndObject();
        }

        if (own) Own.Write(writer, request.Extras, losses, "", "text.");
        writer.WriteEndObject();
    }

    private static void WriteUser(Utf8JsonWriter writer, ChatRequest request, LossReport losses)
    {
        if (request.User.IsMissing) return;
        if (request.Origin == Target || request.User.Utf8.Length <= LongestUser + 2) writer.WriteRaw("user"u8, request.User);
        else losses.Add("metadata.user_id", $"openai-responses takes at most {LongestUser} characters");
    }
}
