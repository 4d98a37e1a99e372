using System.Text.Json;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>Writes <c>messages</c>. One canonical turn may become several messages: each tool result is one of its own.</summary>
internal sealed class TurnEncoder(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, Translation translation, LossReport losses)
{
    private const DialectId Target = DialectId.OpenAIChat;
    private const int LongestCallId = 40;
    private readonly bool _own = request.Origin == Target;

    public void Write()
    {
        writer.WriteStartArray("messages"u8);
        foreach (var turn in request.Turns)
        {
            switch (turn.Role)
            {
                case Role.System: Plain(turn, "system"u8); break;
                case Role.Developer: Plain(turn, "developer"u8); break;
                case Role.Assistant: Assistant(turn); break;
                default: User(turn); break;
            }
        }

        writer.WriteEndArray();
    }

    /// <summary>Instructions. Those of other dialects go out as one text: not every copy of the API takes lists there.</summary>
    private void Plain(Turn turn, ReadOnlySpan<byte> role)
    {
        if (_own)
        {
            Message(turn, role, turn.Parts);
            return;
        }

        var texts = new List<RawJson>();
        foreach (var part in turn.Parts)
        {
            if (part is TextPart text)
            {
                if (BillingHeader.IsOne(text)) continue;
                losses.AddForeign(text.Extras, Target, "system");
                if (!text.Text.IsNullOrEmpty) texts.Add(text.Text);
            }
            else if (part is OpaquePart opaque) losses.Add($"system.{opaque.Kind}", "openai-chat has no such block");
        }

        if (texts.Count == 0) return;
        writer.WriteStartObject();
        writer.WriteString("role"u8, role);
        writer.WriteRaw("content"u8, RawTexts.Join(texts, "\\n\\n"u8));
        RequestEncoder.WriteOwn(writer, turn.Extras, losses, "messages");
        writer.WriteEndObject();
    }

    private void User(Turn turn)
    {
        var rest = new List<Part>();
        var moved = new List<Part>();
        foreach (var part in turn.Parts)
        {
            if (part is ToolResultPart result) ToolMessage(result, moved);
            else rest.Add(part);
        }

        moved.AddRange(rest);
        if (moved.Count > 0 || turn.Parts.Count == 0) Message(turn, "user"u8, moved);
    }

    private void Message(Turn turn, ReadOnlySpan<byte> role, List<Part> parts)
    {
        var written = parts.Where(part => PartEncoder.CanWrite(part, _own, losses)).ToList();
        if (written.Count == 0 && !_own) return;
        writer.WriteStartObject();
        writer.WriteString("role"u8, role);
        writer.WritePropertyName("content"u8);
        PartEncoder.WriteContent(writer, written, losses);
        RequestEncoder.WriteOwn(writer, turn.Extras, losses, "messages");
        writer.WriteEndObject();
    }

    /// <summary>
    /// One result. A tool message holds text only, so pictures and files in it move to the user message that follows, behind a
    /// line that says where they belong.
    /// </summary>
    private void ToolMessage(ToolResultPart result, List<Part> moved)
    {
        if (result.IsError) losses.Add("messages.tool_result.is_error", "a tool message has no error flag");
        var texts = new List<Part>();
        foreach (var part in result.Content)
        {
            switch (part)
            {
                case TextPart: texts.Add(part); break;
                case MediaPart { Form: MediaForm.Text } document: texts.Add(new TextPart(document.Data) { Extras = document.Extras }); break;
                case MediaPart media when PartEncoder.CanWrite(media, _own, losses):
                    moved.Add(new TextPart(RawJson.FromString($"[{(media.Kind == MediaKind.Image ? "Image" : "File")} from the result of tool call {result.CallId}]")));
                    moved.Add(media);
                    break;
                case OpaquePart opaque when ToolReference(opaque) is { } text: texts.Add(text); break;
                case OpaquePart opaque when opaque.Origin == Target: texts.Add(opaque); break;
                case OpaquePart opaque: losses.Add($"messages.tool_result.{opaque.Kind}", "openai-chat has no such block"); break;
            }
        }

        writer.WriteStartObject();
        writer.WriteString("role"u8, "tool"u8);
        writer.WriteString("tool_call_id"u8, IdOf(result.CallId));
        if (_own)
        {
            writer.WritePropertyName("content"u8);
            PartEncoder.WriteContent(writer, texts, losses);
        }
        else writer.WriteRaw("content"u8, RawTexts.Join([.. texts.OfType<TextPart>().Select(t => t.Text)], "\\n"u8));
        foreach (var part in texts) losses.AddForeign(part.Extras, Target, "messages.tool_result");
        RequestEncoder.WriteOwn(writer, result.Extras, losses, "messages.tool_result");
        writer.WriteEndObject();
    }

    /// <summary>Anthropic's tool search answers with references to the tools found; elsewhere their names say the same.</summary>
    private static TextPart? ToolReference(OpaquePart part) =>
        part is { Origin: DialectId.AnthropicMessages, Kind: "tool_reference" } && ((RawJson)RequestReader.Get(part.Raw.AsElement(), "tool_name"u8)).AsString() is { } name
            ? new TextPart(RawJson.FromString($"Tool found: {name}")) : null;

    private void Assistant(Turn turn)
    {
        var texts = new List<Part>();
        var calls = new List<Part>();
        RawJson refusal = default, thought = default;
        foreach (var part in turn.Parts)
        {
            switch (part)
            {
                case TextPart: texts.Add(part); break;
                case RefusalPart words: refusal = words.Text; break;
                case ToolCallPart or OpaquePart { Origin: Target, Kind: "tool_calls" }: calls.Add(part); break;
                case ReasoningPart own when own.Origin == Target && _own: thought = own.Text; break;
                case ReasoningPart told when IsReplayed(told): thought = told.Text; break;
                case ReasoningPart foreign:
                    losses.Add(foreign.Encrypted.IsMissing ? "messages.thinking" : "messages.redacted_thinking", "openai-chat has no place for earlier thinking");
                    break;
                case OpaquePart { Origin: Target }: texts.Add(part); break;
                case OpaquePart opaque: losses.Add($"messages.{opaque.Kind}", "openai-chat has no such block"); break;
                case MediaPart: losses.Add("messages.image", "an assistant message holds no pictures"); break;
            }
        }

        if (!_own && calls.Count == 0 && refusal.IsMissing && texts.TrueForAll(t => t is TextPart { Text.IsNullOrEmpty: true })) return;
        var legacy = texts.Find(part => part is OpaquePart { Kind: "function_call" }) as OpaquePart;
        if (legacy is not null) texts.Remove(legacy);
        writer.WriteStartObject();
        writer.WriteString("role"u8, "assistant"u8);
        writer.WritePropertyName("content"u8);
        if (texts.Count == 0) writer.WriteNullValue();
        else if (_own) PartEncoder.WriteContent(writer, texts, losses);
        else writer.WriteRaw(Joined(texts));
        writer.WriteRaw("reasoning_content"u8, thought);
        writer.WriteRaw("refusal"u8, refusal);
        if (legacy is not null) writer.WriteRaw("function_call"u8, legacy.Raw);
        if (calls.Count > 0) Calls(calls);
        RequestEncoder.WriteOwn(writer, turn.Extras, losses, "messages");
        writer.WriteEndObject();
    }

    /// <summary>Thinking that no provider signed came from a model of this API, whatever the client's: it goes back to one that wants it.</summary>
    private bool IsReplayed(ReasoningPart thought) => traits.ReplaysReasoning == true && !thought.Text.IsNullOrEmpty
        && (thought.Origin == Target || thought.Signature.IsNullOrEmpty || MintedSignature.IsOne(thought.Signature));

    private RawJson Joined(List<Part> texts)
    {
        foreach (var part in texts)
        {
            losses.AddForeign(part.Extras, Target, "messages");
            if (part is TextPart { Citations.Count: > 0 }) losses.Add("messages.citations", "openai-chat has no citations in earlier messages");
        }

        return RawTexts.Join([.. texts.OfType<TextPart>().Select(t => t.Text)], ""u8);
    }

    private void Calls(List<Part> calls)
    {
        writer.WriteStartArray("tool_calls"u8);
        foreach (var part in calls)
        {
            if (part is OpaquePart opaque)
            {
                writer.WriteRaw(opaque.Raw);
                continue;
            }

            var call = (ToolCallPart)part;
            var isFreeText = call.IsFreeText && _own;   // the tools of others are functions here
            writer.WriteStartObject();
            writer.WriteString("id"u8, IdOf(call.Id));
            writer.WriteString("type"u8, isFreeText ? "custom"u8 : "function"u8);
            writer.WriteStartObject(isFreeText ? "custom"u8 : "function"u8);
            writer.WriteString("name"u8, ToolEncoder.NameOf(call.Name, _own, translation));
            if (isFreeText) writer.WriteString("input"u8, call.Arguments.Utf8);
            else if (call.IsFreeText) writer.WriteRaw("arguments"u8, ToolArguments.WrapFreeText(call.Arguments));
            else writer.WriteString("arguments"u8, _own || !ToolArguments.IsEmpty(call.Arguments) ? call.Arguments.Utf8 : "{}"u8);
            writer.WriteEndObject();
            RequestEncoder.WriteOwn(writer, call.Extras, losses, "messages.tool_use");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private string IdOf(string id) => _own ? id : StableName.Shorten(id, LongestCallId);
}
