using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Writes the content blocks of a request.</summary>
internal sealed class PartEncoder(Utf8JsonWriter writer, DialectId origin, Translation translation, LossReport losses)
{
    private const DialectId Target = DialectId.AnthropicMessages;
    private const int LongestId = 64;
    private readonly bool _own = origin == Target;

    /// <summary>Can this part be written? <paramref name="own"/>: it came in this dialect, where even what looks wrong stays.</summary>
    public static bool IsWritable(Part part, bool own) => part switch
    {
        TextPart text => own || !IsBlank(text.Text),
        RefusalPart refusal => !IsBlank(refusal.Text),
        MediaPart media => own || MediaEncoder.CanWrite(media),
        OpaquePart opaque => opaque.Origin == Target,
        ReasoningPart => own,
        _ => true,
    };

    /// <summary>Notes why a part cannot be written; blank text is no loss.</summary>
    public static void NoteLoss(Part part, LossReport losses)
    {
        switch (part)
        {
            case MediaPart media: losses.Add($"messages.{media.Kind.ToString().ToLowerInvariant()}", MediaEncoder.WhyNot(media)); break;
            case OpaquePart opaque: losses.Add($"messages.{opaque.Kind}", "anthropic-messages has no such block"); break;
            case ReasoningPart: losses.Add("messages.thinking", "only thinking that Anthropic signed can be replayed"); break;
        }
    }

    /// <summary>Writes the value of <c>content</c>: a text if that is all there is, else a list of blocks.</summary>
    public void WriteContent(IReadOnlyList<Part> parts)
    {
        if (parts is [TextPart { Extras: null, Citations: null } only])
        {
            writer.WriteRaw(only.Text);
            return;
        }

        writer.WriteStartArray();
        foreach (var part in parts) Write(part);
        writer.WriteEndArray();
    }

    private void Write(Part part)
    {
        switch (part)
        {
            case TextPart text: WriteText(text); break;
            case RefusalPart refusal: WriteText(new TextPart(refusal.Text)); break;
            case MediaPart media: MediaEncoder.Write(writer, media, losses); break;
            case ReasoningPart thought: WriteReasoning(thought); break;
            case ToolCallPart call: WriteCall(call); break;
            case ToolResultPart result: WriteResult(result); break;
            case OpaquePart opaque: writer.WriteRaw(opaque.Raw); break;
        }
    }

    private void WriteText(TextPart text)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "text"u8);
        writer.WriteRaw("text"u8, text.Text);
        if (text.Citations is { } citations)
        {
            writer.WriteStartArray("citations"u8);
            foreach (var citation in citations)
            {
                if (citation.Origin == Target) writer.WriteRaw(citation.Raw);
                else losses.Add("messages.annotations", "citations of another API cannot be replayed");
            }

            writer.WriteEndArray();
        }

        RequestEncoder.WriteOwn(writer, text.Extras, losses, "messages");
        writer.WriteEndObject();
    }

    private void WriteReasoning(ReasoningPart thought)
    {
        writer.WriteStartObject();
        if (thought.Encrypted.IsMissing)
        {
            writer.WriteString("type"u8, "thinking"u8);
            writer.WriteRaw("thinking"u8, thought.Text);
            writer.WriteRaw("signature"u8, thought.Signature);
        }
        else
        {
            writer.WriteString("type"u8, "redacted_thinking"u8);
            writer.WriteRaw("data"u8, thought.Encrypted);
        }

        RequestEncoder.WriteOwn(writer, thought.Extras, losses, "messages");
        writer.WriteEndObject();
    }

    private void WriteCall(ToolCallPart call)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "tool_use"u8);
        writer.WriteString("id"u8, IdOf(call.Id));
        writer.WriteString("name"u8, ToolEncoder.NameOf(call.Name, _own, translation));
        writer.WritePropertyName("input"u8);
        if (call.IsFreeText) ToolArguments.WriteFreeText(writer, call.Arguments);
        else if (!ToolArguments.TryWriteObject(writer, call.Arguments)) losses.Add("messages.tool_calls", "arguments that are no JSON object were wrapped in one");
        RequestEncoder.WriteOwn(writer, call.Extras, losses, "messages.tool_calls");
        writer.WriteEndObject();
    }

    private void WriteResult(ToolResultPart result)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "tool_result"u8);
        writer.WriteString("tool_use_id"u8, IdOf(result.CallId));
        var content = result.Content.Where(part => IsContent(part)).ToList();
        if (content.Count > 0)
        {
            writer.WritePropertyName("content"u8);
            WriteContent(content);
        }

        if (result.IsError) writer.WriteBoolean("is_error"u8, true);
        RequestEncoder.WriteOwn(writer, result.Extras, losses, "messages.tool");
        writer.WriteEndObject();
    }

    private bool IsContent(Part part)
    {
        if (IsWritable(part, _own)) return true;
        NoteLoss(part, losses);
        return false;
    }

    /// <summary>Ids may hold letters, digits, <c>_</c> and <c>-</c>; the same id always becomes the same.</summary>
    private string IdOf(string id) => _own ? id : StableName.Fit(id, LongestId);

    private static bool IsBlank(RawJson text) => text.IsNullOrEmpty || string.IsNullOrWhiteSpace(Glance(text));

    /// <summary>Enough of a text to see whether it is blank, without decoding a long one.</summary>
    private static string? Glance(RawJson text) => text.Utf8.Length > 256 ? "long" : text.AsString();
}
