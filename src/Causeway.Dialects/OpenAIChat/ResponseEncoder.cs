using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>Writes a whole completion. Thinking goes into <c>reasoning_content</c>, an extension that clients of this API read.</summary>
internal static class ResponseEncoder
{
    private const DialectId Target = DialectId.OpenAIChat;

    public static void Encode(ChatResponse response, IBufferWriter<byte> output, LossReport losses, TimeProvider time)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteString("id"u8, response.Id.Length > 0 ? response.Id : CompletionId.New());
        writer.WriteString("object"u8, "chat.completion"u8);
        writer.WriteNumber("created"u8, response.Created ?? time.GetUtcNow().ToUnixTimeSeconds());
        writer.WriteString("model"u8, response.Model.Length > 0 ? response.Model : "unknown");
        writer.WriteStartArray("choices"u8);
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, 0);
        WriteMessage(writer, response, losses);
        var own = response.Extras is { Origin: Target } extras ? extras : null;
        WriteExtras(writer, own, "choice.");
        writer.WriteString("finish_reason"u8, FinishReasons.Encode(response.Stop, response.Parts.Exists(part => part is ToolCallPart)));
        writer.WriteEndObject();
        writer.WriteEndArray();
        if (response.Usage is { } usage)
        {
            writer.WritePropertyName("usage"u8);
            UsageCodec.Encode(writer, usage);
        }

        losses.AddForeign(response.Extras, Target, "");
        WriteExtras(writer, own, "");
        writer.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter writer, ChatResponse response, LossReport losses)
    {
        var texts = new List<RawJson>();
        var thoughts = new List<RawJson>();
        var calls = new List<(ToolCallPart Call, string Id)>();
        var carrier = new SignatureCarrier(Target, losses);
        var citations = new List<Citation>();
        RawJson refusal = default;
        foreach (var part in response.Parts)
        {
            losses.AddForeign(part.Extras, Target, "content");
            switch (part)
            {
                case TextPart text:
                    texts.Add(text.Text);
                    if (text.Citations is not null) citations.AddRange(text.Citations);
                    break;
                case RefusalPart words: refusal = words.Text; break;
                case ReasoningPart thought:
                    if (!thought.Text.IsNullOrEmpty) thoughts.Add(thought.Text);
                    carrier.Take(thought);
                    break;
                case ToolCallPart call: calls.Add((call, carrier.IdOf(call))); break;
                case MediaPart: losses.Add("content.images", "openai-chat messages hold no pictures"); break;
                case OpaquePart opaque: losses.Add($"content.{opaque.Kind}", "openai-chat has no such block"); break;
            }
        }

        carrier.End();
        writer.WriteStartObject("message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        writer.WritePropertyName("content"u8);
        if (texts.Count == 0) writer.WriteNullValue();
        else writer.WriteRaw(RawTexts.Join(texts, ""u8));
        if (thoughts.Count > 0) writer.WriteRaw("reasoning_content"u8, RawTexts.Join(thoughts, ""u8));
        writer.WritePropertyName("refusal"u8);
        if (refusal.IsMissing) writer.WriteNullValue();
        else writer.WriteRaw(refusal);
        WriteCalls(writer, calls);
        AnnotationEncoder.Write(writer, citations, losses);
        writer.WriteEndObject();
    }

    private static void WriteCalls(Utf8JsonWriter writer, List<(ToolCallPart Call, string Id)> calls)
    {
        if (calls.Count == 0) return;
        writer.WriteStartArray("tool_calls"u8);
        foreach (var (call, id) in calls)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, id);
            writer.WriteString("type"u8, call.IsFreeText ? "custom"u8 : "function"u8);
            writer.WriteStartObject(call.IsFreeText ? "custom"u8 : "function"u8);
            writer.WriteString("name"u8, call.Name);
            if (call.IsFreeText) writer.WriteString("input"u8, call.Arguments.Utf8);
            else writer.WriteString("arguments"u8, ToolArguments.IsEmpty(call.Arguments) ? "{}"u8 : call.Arguments.Utf8);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteExtras(Utf8JsonWriter writer, Extras? extras, string prefix)
    {
        if (extras is null) return;
        foreach (var (name, value) in extras.Fields)
        {
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || (prefix.Length == 0 && name.StartsWith("choice.", StringComparison.Ordinal))) continue;
            writer.WritePropertyName(name[prefix.Length..]);
            writer.WriteRaw(value);
        }
    }
}
