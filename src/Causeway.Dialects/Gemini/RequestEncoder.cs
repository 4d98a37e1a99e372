using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>Writes a generateContent request. Model and streaming are in its path.</summary>
internal static class RequestEncoder
{
    private const DialectId Target = DialectId.Gemini;
    private const int MostStops = 5;

    public static Translation Encode(ChatRequest request, ModelTraits traits, IBufferWriter<byte> output, LossReport losses)
    {
        var translation = new Translation();
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        WriteInstructions(writer, request, losses);
        new ContentEncoder(writer, request, translation, losses).Write();
        ToolCodec.Write(writer, request, traits, translation, losses);
        WriteConfig(writer, request, traits, losses);
        if (!request.User.IsMissing) losses.Add(request.Origin == DialectId.AnthropicMessages ? "metadata.user_id" : "user", "gemini has no such field");
        Fields.WriteOwn(writer, request.Extras, losses, "");
        writer.WriteEndObject();
        return translation;
    }

    /// <summary>There is one place for instructions: those in mid-conversation move to it.</summary>
    private static void WriteInstructions(Utf8JsonWriter writer, ChatRequest request, LossReport losses)
    {
        var texts = new List<RawJson>();
        var talked = false;
        foreach (var turn in request.Turns)
        {
            if (turn.Role is not (Role.System or Role.Developer))
            {
                talked = true;
                continue;
            }

            if (talked) losses.Add("messages.system", "moved to the top of the conversation");
            foreach (var part in turn.Parts)
            {
                if (part is not TextPart text) losses.Add("messages.system", "instructions hold text only");
                else if (!BillingHeader.IsOne(text) && !text.Text.IsNullOrEmpty)
                {
                    losses.AddForeign(text.Extras, Target, "system");
                    texts.Add(text.Text);
                }
            }
        }

        if (texts.Count == 0) return;
        writer.WriteStartObject("systemInstruction"u8);
        writer.WriteStartArray("parts"u8);
        foreach (var text in texts)
        {
            writer.WriteStartObject();
            writer.WriteRaw("text"u8, text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteConfig(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, LossReport losses)
    {
        writer.WriteStartObject("generationConfig"u8);
        if (request.MaxTokens is { } most)
        {
            var limit = request.Origin == Target ? most : Math.Min(most, traits.MaxOutputTokens ?? most);
            if (limit != most) losses.Add("max_tokens", $"the model gives at most {limit} tokens");
            writer.WriteNumber("maxOutputTokens"u8, Math.Max(1, limit));   // 0 only warms Anthropic's cache
        }

        writer.WriteRaw("temperature"u8, request.Temperature);
        writer.WriteRaw("topP"u8, request.TopP);
        writer.WriteRaw("topK"u8, request.TopK);
        writer.WriteRaw("seed"u8, request.Seed);
        writer.WriteRaw("frequencyPenalty"u8, request.FrequencyPenalty);
        writer.WriteRaw("presencePenalty"u8, request.PresencePenalty);
        WriteStops(writer, request, losses);
        if (request.OutputFor(Target, traits, losses) is { } format)
        {
            writer.WriteString("responseMimeType"u8, "application/json"u8);
            writer.WriteRaw("responseJsonSchema"u8, format.Schema);
        }

        WriteThinking(writer, request, traits, losses);
        Fields.WriteOwn(writer, request.Extras, losses, "", "generationConfig.");
        writer.WriteEndObject();
    }

    private static void WriteStops(Utf8JsonWriter writer, ChatRequest request, LossReport losses)
    {
        if (request.StopSequences.Count == 0) return;
        writer.WriteStartArray("stopSequences"u8);
        for (var i = 0; i < request.StopSequences.Count; i++)
        {
            if (i < MostStops || request.Origin == Target) writer.WriteRaw(request.StopSequences[i]);
            else losses.Add("stop_sequences", $"gemini takes at most {MostStops}");
        }

        writer.WriteEndArray();
    }

    /// <summary>Thinking goes by budget here, which newer models take too; -1 lets the model decide.</summary>
    private static void WriteThinking(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, LossReport losses)
    {
        if (request.Reasoning is not { } wanted) return;
        losses.AddForeign(wanted.Extras, Target, "thinking");
        if (traits.Reasons == false)
        {
            if (wanted.Mode != ReasoningMode.Off) losses.Add("thinking", "the model cannot be asked to think");
            return;
        }

        writer.WriteStartObject("thinkingConfig"u8);
        if (request.Origin == Target && wanted is { Mode: ReasoningMode.Adaptive, Effort: { } level }) writer.WriteString("thinkingLevel"u8, level);
        else writer.WriteNumber("thinkingBudget"u8, Budget(wanted));
        if (wanted.Mode != ReasoningMode.Off) writer.WriteBoolean("includeThoughts"u8, true);
        Fields.WriteOwn(writer, wanted.Extras, losses, "thinking");
        writer.WriteEndObject();
    }

    private static long Budget(ReasoningOptions wanted) => wanted switch
    {
        { Mode: ReasoningMode.Off } => 0,
        { BudgetTokens: { } tokens } => tokens,
        { Effort: "minimal" } => 512,
        { Effort: "low" } => 1024,
        { Effort: "medium" } => 8192,
        { Effort: "high" or "xhigh" or "max" } => 24_576,
        _ => -1,
    };
}
