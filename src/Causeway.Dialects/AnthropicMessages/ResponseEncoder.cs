using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Writes a whole answer.</summary>
internal static class ResponseEncoder
{
    public static void Encode(ChatResponse response, Utf8JsonWriter writer, LossReport losses)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, response.Id.Length > 0 ? response.Id : AnswerBlocks.NewId("msg_"));
        writer.WriteString("type"u8, "message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteString("model"u8, response.Model.Length > 0 ? response.Model : "unknown");
        writer.WriteStartArray("content"u8);
        var callIds = new HashSet<string>();
        foreach (var part in response.Parts) WritePart(writer, part, callIds, losses);
        writer.WriteEndArray();
        WriteStop(writer, response, callIds.Count > 0);
        UsageCodec.Write(writer, response.Usage);
        WriteExtras(writer, response.Extras, losses);
        writer.WriteEndObject();
    }

    private static void WriteStop(Utf8JsonWriter writer, ChatResponse response, bool callsTools)
    {
        var own = response.Extras is { Origin: DialectId.AnthropicMessages } extras ? extras["stop_reason"] : default;
        if (own.IsMissing) writer.WriteString("stop_reason"u8, StopReasons.Word(response.Stop, callsTools));
        else writer.WriteRaw("stop_reason"u8, own);
        if (response.StopSequence.IsString) writer.WriteRaw("stop_sequence"u8, response.StopSequence);
        else writer.WriteNull("stop_sequence"u8);
    }

    private static void WriteExtras(Utf8JsonWriter writer, Extras? extras, LossReport losses)
    {
        losses.AddForeign(extras, DialectId.AnthropicMessages, "");
        if (extras is not { Origin: DialectId.AnthropicMessages }) return;
        foreach (var (name, value) in extras.Fields)
        {
            if (name == "stop_reason") continue;   // written above
            writer.WritePropertyName(name);
            writer.WriteRaw(value);
        }
    }

    private static void WritePart(Utf8JsonWriter writer, Part part, HashSet<string> callIds, LossReport losses)
    {
        switch (part)
        {
            case TextPart text:
                if (text.Text.IsNullOrEmpty && text.Citations is null) break;
                WriteText(writer, text, losses);
                break;
            case RefusalPart refusal:
                if (refusal.Text.IsNullOrEmpty) break;
                WriteText(writer, new TextPart(refusal.Text) { Extras = refusal.Extras }, losses);
                break;
            case ReasoningPart reasoning:
                WriteReasoning(writer, reasoning, losses);
                break;
            case ToolCallPart call:
                WriteCall(writer, call, callIds, losses);
                break;
            case OpaquePart { Origin: DialectId.AnthropicMessages } opaque:
                writer.WriteRaw(opaque.Raw);
                break;
            case OpaquePart opaque:
                losses.Add($"content.{opaque.Kind}", "anthropic-messages has no such block");
                break;
            default:
                losses.Add("content.media", "an anthropic-messages answer holds no media");
                break;
        }
    }

    private static void WriteText(Utf8JsonWriter writer, TextPart text, LossReport losses)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "text"u8);
        writer.WriteRaw("text"u8, text.Text);
        var citable = text.Citations?.FindAll(AnswerBlocks.CanCite) ?? [];
        if (citable.Count < (text.Citations?.Count ?? 0)) losses.Add("annotations", "a citation needs a URL");
        if (citable.Count > 0)
        {
            writer.WriteStartArray("citations"u8);
            foreach (var citation in citable) AnswerBlocks.WriteCitation(writer, citation);
            writer.WriteEndArray();
        }

        Fields.Write(writer, text.Extras, losses, "content");
        writer.WriteEndObject();
    }

    private static void WriteReasoning(Utf8JsonWriter writer, ReasoningPart reasoning, LossReport losses)
    {
        var isOwn = reasoning.Origin == DialectId.AnthropicMessages;
        if (!isOwn && reasoning.Text.IsNullOrEmpty && reasoning.Signature.IsNullOrEmpty)
        {
            losses.Add("reasoning", "thinking without text cannot be shown");
            return;
        }

        writer.WriteStartObject();
        if (isOwn && !reasoning.Encrypted.IsMissing)
        {
            writer.WriteString("type"u8, "redacted_thinking"u8);
            writer.WriteRaw("data"u8, reasoning.Encrypted);
        }
        else
        {
            writer.WriteString("type"u8, "thinking"u8);
            writer.WriteRaw("thinking"u8, reasoning.Text.IsString ? reasoning.Text : RawJson.EmptyString);
            writer.WriteRaw("signature"u8, AnswerBlocks.Signature(reasoning));
        }

        Fields.Write(writer, reasoning.Extras, losses, "content");
        writer.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter writer, ToolCallPart call, HashSet<string> callIds, LossReport losses)
    {
        var id = call.Id;
        if (id.Length == 0 || !callIds.Add(id)) callIds.Add(id = AnswerBlocks.NewId("toolu_"));
        writer.WriteStartObject();
        writer.WriteString("type"u8, "tool_use"u8);
        writer.WriteString("id"u8, id);
        writer.WriteString("name"u8, call.Name);
        writer.WritePropertyName("input"u8);
        if (call.IsFreeText) ToolArguments.WriteFreeText(writer, call.Arguments);
        else AnswerBlocks.WriteInput(writer, call.Arguments);
        Fields.Write(writer, call.Extras, losses, "content");
        writer.WriteEndObject();
    }
}
