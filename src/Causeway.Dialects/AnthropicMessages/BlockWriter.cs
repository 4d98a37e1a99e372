using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Writes the blocks of a request's messages.</summary>
internal static class BlockWriter
{
    /// <summary>Can the API take the part in a message of <paramref name="role"/>?</summary>
    public static bool Carries(EncodingContext context, Role role, Part part) =>
        !IsNothing(part) && Problem(context, role, part) is null;

    /// <summary>Notes the loss of a part that the API cannot take.</summary>
    public static void ReportLoss(EncodingContext context, Role role, Part part)
    {
        if (!IsNothing(part) && Problem(context, role, part) is { } loss) context.Losses.Add(loss.Path, loss.Reason);
    }

    public static void Write(EncodingContext context, Part part)
    {
        switch (part)
        {
            case TextPart text:
                WriteText(context, text, text.Text);
                break;
            case RefusalPart refusal:
                WriteText(context, new TextPart(refusal.Text) { Extras = refusal.Extras }, refusal.Text);
                break;
            case ReasoningPart reasoning:
                WriteReasoning(context, reasoning);
                break;
            case ToolCallPart call:
                WriteCall(context, call);
                break;
            case ToolResultPart result:
                WriteResult(context, result);
                break;
            case MediaPart media:
                MediaWriter.Write(context, media);
                break;
            case OpaquePart opaque:
                context.Writer.WriteRaw(opaque.Raw);
                break;
        }
    }

    /// <summary>Writes a text block with <paramref name="text"/> in place of the part's own.</summary>
    public static void WriteText(EncodingContext context, TextPart part, RawJson text)
    {
        var writer = context.Writer;
        writer.WriteStartObject();
        writer.WriteString("type"u8, "text"u8);
        writer.WriteRaw("text"u8, text);
        WriteCitations(context, part.Citations);
        Fields.Write(writer, part.Extras, context.Losses, "messages.content");
        writer.WriteEndObject();
    }

    /// <summary>Citations can be replayed only to the API that gave them: they hold its encrypted references.</summary>
    private static void WriteCitations(EncodingContext context, List<Citation>? citations)
    {
        if (citations is null) return;
        if (citations.Exists(citation => citation.Origin != DialectId.AnthropicMessages))
        {
            context.Losses.Add("messages.annotations", "citations of another API cannot be replayed");
            return;
        }

        context.Writer.WriteStartArray("citations"u8);
        foreach (var citation in citations) context.Writer.WriteRaw(citation.Raw);
        context.Writer.WriteEndArray();
    }

    private static void WriteReasoning(EncodingContext context, ReasoningPart reasoning)
    {
        var writer = context.Writer;
        writer.WriteStartObject();
        if (!reasoning.Encrypted.IsMissing)
        {
            writer.WriteString("type"u8, "redacted_thinking"u8);
            writer.WriteRaw("data"u8, reasoning.Encrypted);
        }
        else
        {
            writer.WriteString("type"u8, "thinking"u8);
            writer.WriteRaw("thinking"u8, reasoning.Text.IsString ? reasoning.Text : RawJson.EmptyString);
            writer.WriteRaw("signature"u8, reasoning.Signature);
        }

        Fields.Write(writer, reasoning.Extras, context.Losses, "messages.content");
        writer.WriteEndObject();
    }

    private static void WriteCall(EncodingContext context, ToolCallPart call)
    {
        var writer = context.Writer;
        writer.WriteStartObject();
        writer.WriteString("type"u8, "tool_use"u8);
        writer.WriteString("id"u8, context.Names.Call(call.Id));
        writer.WriteString("name"u8, context.ToolName(call.Name));
        writer.WritePropertyName("input"u8);
        if (call.IsFreeText)
        {
            ToolArguments.WriteFreeText(writer, call.Arguments);
        }
        else if (context.IsOwn || ToolArguments.IsJsonObject(call.Arguments))
        {
            writer.WriteRaw(call.Arguments);
        }
        else
        {
            writer.WriteStartObject();
            if (!ToolArguments.IsEmpty(call.Arguments))
            {
                context.Losses.Add("messages.tool_calls.arguments", "no JSON object: wrapped in one");
                writer.WriteString("input"u8, call.Arguments.Utf8);
            }

            writer.WriteEndObject();
        }

        Fields.Write(writer, call.Extras, context.Losses, "messages.content");
        writer.WriteEndObject();
    }

    private static void WriteResult(EncodingContext context, ToolResultPart result)
    {
        var writer = context.Writer;
        writer.WriteStartObject();
        writer.WriteString("type"u8, "tool_result"u8);
        writer.WriteString("tool_use_id"u8, context.Names.Result(result.CallId));
        if (result.Content is [TextPart { Extras: null, Citations: null } only])
        {
            writer.WriteRaw("content"u8, only.Text);
        }
        else if (result.Content.Count > 0)
        {
            writer.WriteStartArray("content"u8);
            foreach (var part in result.Content)
            {
                if (part is TextPart { Text.IsNullOrEmpty: true }) continue;
                if (Problem(context, Role.User, part) is { } loss) context.Losses.Add(loss.Path, loss.Reason);
                else Write(context, part);
            }

            writer.WriteEndArray();
        }

        if (result.IsError) writer.WriteBoolean("is_error"u8, true);
        Fields.Write(writer, result.Extras, context.Losses, "messages.content");
        writer.WriteEndObject();
    }

    /// <summary>The API refuses blank texts, and they say nothing.</summary>
    private static bool IsNothing(Part part) => part switch
    {
        TextPart text => TextRules.IsBlank(text.Text),
        RefusalPart refusal => TextRules.IsBlank(refusal.Text),
        _ => false,
    };

    private static Loss? Problem(EncodingContext context, Role role, Part part) => part switch
    {
        ReasoningPart reasoning when !CanReplay(reasoning) =>
            new("messages.thinking", "thinking can be replayed only with Anthropic's own signature"),
        OpaquePart opaque when opaque.Origin != DialectId.AnthropicMessages =>
            new($"messages.content.{opaque.Kind}", "anthropic-messages has no such block"),
        MediaPart when role == Role.Assistant && !context.IsOwn => new("messages.content", "an assistant message holds no media"),
        MediaPart media => MediaWriter.Problem(context, media),
        _ => null,
    };

    private static bool CanReplay(ReasoningPart reasoning) =>
        reasoning.Origin == DialectId.AnthropicMessages
        && (!reasoning.Encrypted.IsNullOrEmpty
            || (!reasoning.Signature.IsNullOrEmpty && !MintedSignature.IsOne(reasoning.Signature)));
}
