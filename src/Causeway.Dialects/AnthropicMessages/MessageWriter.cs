using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Writes the system prompt and the messages.</summary>
internal static class MessageWriter
{
    private static readonly TextPart Opening = new(RawJson.FromString("Begin."));

    public static void Write(EncodingContext context, Conversation conversation)
    {
        WriteSystem(context, conversation.System);
        var messages = conversation.Messages;
        var last = messages.FindLastIndex(message => HasContent(context, message));
        context.Writer.WriteStartArray("messages"u8);
        var first = messages.Find(message => HasContent(context, message));
        if (!context.IsOwn && first?.Role != Role.User) WriteOpening(context);
        for (var i = 0; i < messages.Count; i++) WriteMessage(context, messages[i], i == last);
        context.Writer.WriteEndArray();
    }

    private static void WriteSystem(EncodingContext context, List<Part> system)
    {
        var texts = new List<TextPart>(system.Count);
        foreach (var part in system)
        {
            if (part is not TextPart text) context.Losses.Add("messages.system", "a system prompt holds text only");
            else if (!text.Text.IsNullOrEmpty) texts.Add(text);
        }

        if (texts.Count == 0) return;
        if (texts is [{ Extras: null, Citations: null } only])
        {
            context.Writer.WriteRaw("system"u8, only.Text);
            return;
        }

        context.Writer.WriteStartArray("system"u8);
        foreach (var text in texts) BlockWriter.WriteText(context, text, text.Text);
        context.Writer.WriteEndArray();
    }

    private static bool HasContent(EncodingContext context, Message message) =>
        message.Parts.Exists(part => BlockWriter.Carries(context, message.Role, part));

    /// <summary>The API wants a user's message first, and at least one.</summary>
    private static void WriteOpening(EncodingContext context)
    {
        context.Losses.Add("messages", "the user must speak first: a short opening was added");
        context.Writer.WriteStartObject();
        context.Writer.WriteString("role"u8, "user"u8);
        context.Writer.WriteRaw("content"u8, Opening.Text);
        context.Writer.WriteEndObject();
    }

    private static void WriteMessage(EncodingContext context, Message message, bool isLast)
    {
        var parts = message.Parts.FindAll(part => BlockWriter.Carries(context, message.Role, part));
        foreach (var part in message.Parts) BlockWriter.ReportLoss(context, message.Role, part);
        var isFinal = isLast && message.Role == Role.Assistant;
        var final = isFinal && parts is [.., TextPart end] ? TextRules.TrimEnd(end.Text) : default;
        if (parts.Count == 0) return;
        var writer = context.Writer;
        writer.WriteStartObject();
        writer.WriteString("role"u8, message.Role switch
        {
            Role.Assistant => "assistant"u8,
            Role.User => "user"u8,
            _ => "system"u8,
        });
        if (parts is [TextPart { Extras: null, Citations: null } only])
        {
            writer.WriteRaw("content"u8, final.IsMissing ? only.Text : final);
        }
        else
        {
            writer.WriteStartArray("content"u8);
            for (var i = 0; i < parts.Count; i++)
            {
                if (i == parts.Count - 1 && !final.IsMissing) BlockWriter.WriteText(context, (TextPart)parts[i], final);
                else BlockWriter.Write(context, parts[i]);
            }

            writer.WriteEndArray();
        }

        Fields.Write(writer, message.Extras, context.Losses, "messages");
        writer.WriteEndObject();
    }
}
