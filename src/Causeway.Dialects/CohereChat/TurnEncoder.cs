using System.Text.Json;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Writes <c>messages</c>. One canonical turn may become several messages: each tool result is one of its own.</summary>
internal sealed class TurnEncoder(Utf8JsonWriter writer, ChatRequest request, Translation translation, LossReport losses)
{
    private const DialectId Target = DialectId.CohereChat;
    private readonly bool _own = request.Origin == Target;
    private readonly GroundingDocuments _documents = new(request, losses);

    public void Write()
    {
        writer.WriteStartArray("messages"u8);
        foreach (var turn in request.Turns)
        {
            switch (turn.Role)
            {
                case Role.System or Role.Developer: System(turn); break;
                case Role.Assistant: Assistant(turn); break;
                default: User(turn); break;
            }
        }

        writer.WriteEndArray();
        _documents.Write(writer);
    }

    private void System(Turn turn)
    {
        var texts = turn.Parts.FindAll(part => _own || part is not TextPart text || !(text.Text.IsNullOrEmpty || BillingHeader.IsOne(text)));
        Message(turn, "system"u8, texts);
    }

    private void User(Turn turn)
    {
        var rest = new List<Part>();
        foreach (var part in turn.Parts)
        {
            if (part is ToolResultPart result) Result(result, rest);
        }

        rest.AddRange(turn.Parts.Where(part => part is not ToolResultPart && !_documents.Take(part)));
        if (rest.Count > 0) Message(turn, "user"u8, rest);
        else losses.AddForeign(turn.Extras, Target, "messages");
    }

    private void Message(Turn turn, ReadOnlySpan<byte> role, List<Part> parts)
    {
        var isUser = turn.Role == Role.User;
        var written = parts.FindAll(part => PartEncoder.CanWrite(part, isUser, losses));
        if (written.Count == 0 && !_own) return;
        writer.WriteStartObject();
        writer.WriteString("role"u8, role);
        writer.WritePropertyName("content"u8);
        PartEncoder.WriteContent(writer, written, losses);
        Fields.Write(writer, turn.Extras, losses, "messages");
        writer.WriteEndObject();
    }

    /// <summary>
    /// One result. A tool message holds texts and documents of text, so pictures in it move to the user message that follows, behind a
    /// line that says where they belong.
    /// </summary>
    private void Result(ToolResultPart result, List<Part> moved)
    {
        if (result.IsError) losses.Add("messages.tool_result.is_error", "a tool message has no error flag");
        var content = new List<Part>();
        foreach (var part in result.Content)
        {
            if (part is MediaPart { Kind: MediaKind.Image } image && PartEncoder.CanWrite(image, isUser: true, losses))
            {
                moved.Add(new TextPart(RawJson.FromString($"[Image from the result of tool call {result.CallId}]")));
                moved.Add(image);
            }
            else if (part is not MediaPart { Kind: MediaKind.Image } && PartEncoder.CanWrite(part, isUser: false, losses)) content.Add(part);
        }

        writer.WriteStartObject();
        writer.WriteString("role"u8, "tool"u8);
        writer.WriteString("tool_call_id"u8, result.CallId);
        writer.WritePropertyName("content"u8);
        PartEncoder.WriteContent(writer, content, losses);
        Fields.Write(writer, result.Extras, losses, "messages.tool_result");
        writer.WriteEndObject();
    }

    private void Assistant(Turn turn)
    {
        if (!_own && !MessageWriter.SaysAnything(turn.Parts))
        {
            foreach (var part in turn.Parts) MessageWriter.Note(part, losses, "messages");
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("role"u8, "assistant"u8);
        MessageWriter.WriteSaid(writer, turn.Parts, losses, "messages", name => ToolEncoder.NameOf(name, _own, translation));
        Fields.Write(writer, turn.Extras, losses, "messages");
        writer.WriteEndObject();
    }
}
