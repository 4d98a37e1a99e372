using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Writes the content blocks of answers, whole or, in streams, as they start.</summary>
internal static class BlockEncoder
{
    private const DialectId Target = DialectId.AnthropicMessages;

    /// <summary>Can a message hold this part at all? If not, that is a loss.</summary>
    public static bool CanWrite(Part part, LossReport losses)
    {
        switch (part)
        {
            case MediaPart: losses.Add("message.images", "an Anthropic message holds no pictures made by the model"); return false;
            case OpaquePart { Origin: not Target } foreign: losses.Add($"message.{foreign.Kind}", "anthropic-messages has no such block"); return false;
            default: return true;
        }
    }

    /// <summary>Writes a whole block, unless that is a loss or an empty text.</summary>
    public static void Write(Utf8JsonWriter writer, Part part, LossReport losses)
    {
        if (!CanWrite(part, losses) || part is TextPart { Text.IsNullOrEmpty: true, Extras: null }) return;
        if (part is OpaquePart opaque)
        {
            writer.WriteRaw(opaque.Raw);
            return;
        }

        writer.WriteStartObject();
        switch (part)
        {
            case TextPart text: WriteText(writer, text, losses); break;
            case RefusalPart refusal:
                writer.WriteString("type"u8, "text"u8);
                writer.WriteRaw("text"u8, refusal.Text);
                break;
            case ReasoningPart thought: WriteReasoning(writer, thought); break;
            case ToolCallPart call:
                writer.WriteString("type"u8, "tool_use"u8);
                writer.WriteString("id"u8, call.Id);
                writer.WriteString("name"u8, call.Name);
                writer.WritePropertyName("input"u8);
                if (call.IsFreeText) ToolArguments.WriteFreeText(writer, call.Arguments);
                else if (!ToolArguments.TryWriteObject(writer, call.Arguments)) losses.Add("message.tool_calls.arguments", "arguments that are no JSON object were wrapped in one");
                break;
        }

        RequestEncoder.WriteOwn(writer, part.Extras, losses, "message");
        writer.WriteEndObject();
    }

    /// <summary>Writes the block that a streamed part starts with: everything but its content.</summary>
    public static void WriteStart(Utf8JsonWriter writer, Part header)
    {
        if (header is OpaquePart opaque)
        {
            writer.WriteRaw(opaque.Raw);
            return;
        }

        writer.WriteStartObject();
        switch (header)
        {
            case ReasoningPart { Encrypted.IsMissing: false } hidden:
                writer.WriteString("type"u8, "redacted_thinking"u8);
                writer.WriteRaw("data"u8, hidden.Encrypted);
                break;
            case ReasoningPart:
                writer.WriteString("type"u8, "thinking"u8);
                writer.WriteString("thinking"u8, ""u8);
                writer.WriteString("signature"u8, ""u8);
                break;
            case ToolCallPart call:
                writer.WriteString("type"u8, "tool_use"u8);
                writer.WriteString("id"u8, call.Id);
                writer.WriteString("name"u8, call.Name);
                writer.WriteStartObject("input"u8);
                writer.WriteEndObject();
                break;
            default:
                writer.WriteString("type"u8, "text"u8);
                writer.WriteString("text"u8, ""u8);
                break;
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a citation: as it came, or one by address as a result of a web search.</summary>
    public static bool TryWriteCitation(Utf8JsonWriter writer, Citation citation, LossReport losses)
    {
        if (citation.Origin == Target)
        {
            writer.WriteRaw(citation.Raw);
            return true;
        }

        if (citation.Url.IsMissing)
        {
            losses.Add("message.annotations", "a citation without an address cannot be expressed");
            return false;
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, "web_search_result_location"u8);
        writer.WriteRaw("url"u8, citation.Url);
        writer.WriteRaw("title"u8, citation.Title.IsMissing ? citation.Url : citation.Title);
        writer.WriteRaw("cited_text"u8, citation.Quote.IsMissing ? RawJson.EmptyString : citation.Quote);
        writer.WriteRaw("encrypted_index"u8, RawJson.EmptyString);
        writer.WriteEndObject();
        return true;
    }

    private static void WriteText(Utf8JsonWriter writer, TextPart text, LossReport losses)
    {
        writer.WriteString("type"u8, "text"u8);
        writer.WriteRaw("text"u8, text.Text);
        if (text.Citations is not { Count: > 0 } citations) return;
        writer.WriteStartArray("citations"u8);
        foreach (var citation in citations) TryWriteCitation(writer, citation, losses);
        writer.WriteEndArray();
    }

    private static void WriteReasoning(Utf8JsonWriter writer, ReasoningPart thought)
    {
        if (!thought.Encrypted.IsMissing)
        {
            writer.WriteString("type"u8, "redacted_thinking"u8);
            writer.WriteRaw("data"u8, thought.Encrypted);
            return;
        }

        writer.WriteString("type"u8, "thinking"u8);
        writer.WriteRaw("thinking"u8, thought.Text.IsMissing ? RawJson.EmptyString : thought.Text);
        writer.WriteRaw("signature"u8, thought.Origin == Target && !thought.Signature.IsMissing ? thought.Signature : MintedSignature.Empty);
    }
}
