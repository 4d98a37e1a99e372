using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Writes a Converse request. Model and streaming are in its path.</summary>
internal static class RequestEncoder
{
    private const DialectId Target = DialectId.BedrockConverse;

    public static Translation Encode(ChatRequest request, ModelTraits traits, IBufferWriter<byte> output, LossReport losses)
    {
        var translation = new Translation();
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        WriteSystem(writer, request, losses);
        var usesTools = new MessageEncoder(writer, request, translation, losses).Write();
        ToolEncoder.Write(writer, request, traits, usesTools, translation, losses);
        var claude = ClaudeFields.Choose(request, traits, losses);
        WriteConfig(writer, request, traits, claude, losses);
        claude?.Write(writer, request, losses);
        Lose(request, claude is not null, losses);
        losses.AddForeign(request.Extras, Target, "");
        if (request.Extras is { Origin: Target } extras)
        {
            foreach (var (name, value) in extras.Fields)
            {
                writer.WritePropertyName(name);
                writer.WriteRaw(value);
            }
        }

        writer.WriteEndObject();
        return translation;
    }

    private static void WriteSystem(Utf8JsonWriter writer, ChatRequest request, LossReport losses)
    {
        var parts = new List<Part>();
        var talked = false;
        foreach (var turn in request.Turns)
        {
            if (turn.Role is not (Role.System or Role.Developer)) talked = true;
            else
            {
                if (talked) losses.Add("messages.system", "moved to the top of the conversation");
                parts.AddRange(turn.Parts.Where(part => part is TextPart { Text.IsNullOrEmpty: false } text ? !BillingHeader.IsOne(text) : part is OpaquePart { Origin: Target }));
            }
        }

        if (parts.Count == 0) return;
        writer.WriteStartArray("system"u8);
        foreach (var part in parts)
        {
            if (part is OpaquePart own) writer.WriteRaw(own.Raw);
            else
            {
                writer.WriteStartObject();
                writer.WriteRaw("text"u8, ((TextPart)part).Text);
                writer.WriteEndObject();
                CachePoint.Write(writer, part.Extras, losses, "system");
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteConfig(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, ClaudeFields? claude, LossReport losses)
    {
        writer.WriteStartObject("inferenceConfig"u8);
        if (claude is { Thinks: true }) writer.WriteNumber("maxTokens"u8, claude.MaxTokens);
        else if (request.MaxTokens is { } most)
        {
            var limit = request.Origin == Target ? most : Math.Min(most, traits.MaxOutputTokens ?? most);
            if (limit != most && claude is null) losses.Add("max_tokens", $"the model gives at most {limit} tokens");
            writer.WriteNumber("maxTokens"u8, Math.Max(1, limit));   // 0 only warms Anthropic's cache
        }

        if (claude is { Thinks: true }) claude.LoseSampling(request, losses);
        else WriteSampling(writer, request, losses);
        if (request.StopSequences.Count > 0)
        {
            writer.WriteStartArray("stopSequences"u8);
            foreach (var stop in request.StopSequences) writer.WriteRaw(stop);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        if (request.OutputFor(Target, traits, losses) is not { } format) return;
        if (format.Schema.IsMissing)
        {
            losses.Add("response_format", "bedrock-converse has JSON output only with a schema");
            return;
        }

        writer.WriteStartObject("outputConfig"u8);
        writer.WriteStartObject("textFormat"u8);
        writer.WriteString("type"u8, "json_schema"u8);
        writer.WriteStartObject("structure"u8);
        writer.WriteStartObject("jsonSchema"u8);
        writer.WriteString("schema"u8, format.Schema.Utf8);
        writer.WriteString("name"u8, format.Name.AsString() is { Length: > 0 } name && StableName.IsFit(name, 64) ? name : "response");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteSampling(Utf8JsonWriter writer, ChatRequest request, LossReport losses)
    {
        if (request.Temperature.AsNumber() > 1)
        {
            losses.Add("temperature", "ends at 1");
            writer.WriteNumber("temperature"u8, 1);
        }
        else writer.WriteRaw("temperature"u8, request.Temperature);
        writer.WriteRaw("topP"u8, request.TopP);
    }

    private static void Lose(ChatRequest request, bool isClaude, LossReport losses)
    {
        foreach (var (name, value) in (ReadOnlySpan<(string, RawJson)>)[("top_k", isClaude ? default : request.TopK), ("seed", request.Seed), ("frequency_penalty", request.FrequencyPenalty), ("presence_penalty", request.PresencePenalty), ("user", request.User)])
        {
            if (!value.IsMissing) losses.Add(name, "bedrock-converse has no such setting");
        }

        if (!isClaude && request.Reasoning is { Mode: not ReasoningMode.Off }) losses.Add("thinking", "each model has a field of its own for it: additionalModelRequestFields");
        if (request.ParallelTools == false) losses.Add("parallel_tool_calls", "bedrock-converse cannot keep a model from calling several tools");
    }
}
