using System.Text.Json;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>Writes <c>instructions</c> and <c>input</c>. A turn becomes messages, calls, results and reasoning, each an item of its own.</summary>
internal sealed class ItemEncoder(Utf8JsonWriter writer, ChatRequest request, Translation translation, LossReport losses)
{
    private const DialectId Target = DialectId.OpenAIResponses;
    private const int LongestCallId = 64;

    private readonly bool _own = request.Origin == Target;
    private readonly HashSet<string> _freeTextCalls = new(StringComparer.Ordinal);

    public void Write()
    {
        var first = 0;
        if (request.Turns is [{ Role: Role.System, Extras: null } opening, ..])
        {
            first = 1;
            var texts = Instructions(opening);
            if (texts.Count > 0) writer.WriteRaw("instructions"u8, RawTexts.Join(texts, "\\n\\n"u8));
        }

        writer.WriteStartArray("input"u8);
        foreach (var turn in request.Turns.Skip(first))
        {
            switch (turn.Role)
            {
                case Role.System: WriteInstructions(turn, "system"u8); break;
                case Role.Developer: WriteInstructions(turn, "developer"u8); break;
                case Role.Assistant: Assistant(turn); break;
                default: User(turn); break;
            }
        }

        writer.WriteEndArray();
    }

    private void WriteInstructions(Turn turn, ReadOnlySpan<byte> role)
    {
        var texts = Instructions(turn);
        if (texts.Count == 0) return;
        writer.WriteStartObject();
        writer.WriteString("role"u8, role);
        writer.WriteRaw("content"u8, RawTexts.Join(texts, "\\n\\n"u8));
        Own.Write(writer, turn.Extras, losses, "messages");
        writer.WriteEndObject();
    }

    private List<RawJson> Instructions(Turn turn)
    {
        var texts = new List<RawJson>();
        foreach (var part in turn.Parts)
        {
            if (part is TextPart text)
            {
                if (BillingHeader.IsOne(text)) continue;
                losses.AddForeign(text.Extras, Target, "system");
                if (!text.Text.IsNullOrEmpty) texts.Add(text.Text);
            }
            else losses.Add("messages.system", "instructions hold text only");
        }

        return texts;
    }

    private void User(Turn turn)
    {
        var content = new List<Part>();
        foreach (var part in turn.Parts)
        {
            switch (part)
            {
                case ToolResultPart result:
                    Message(turn, "user"u8, content);
                    Result(result);
                    break;
                case OpaquePart { Origin: Target } item when !item.Kind.StartsWith("input_", StringComparison.Ordinal):
                    Message(turn, "user"u8, content);
                    writer.WriteRaw(item.Raw);
                    break;
                default:
                    if (ContentEncoder.CanWrite(part, _own, losses)) content.Add(part);
                    break;
            }
        }

        Message(turn, "user"u8, content);
    }

    private void Assistant(Turn turn)
    {
        var content = new List<Part>();
        foreach (var part in turn.Parts)
        {
            switch (part)
            {
                case TextPart { Text.IsNullOrEmpty: true } when !_own: break;
                case TextPart or RefusalPart: content.Add(part); break;
                case ToolCallPart call:
                    Message(turn, "assistant"u8, content);
                    Call(call);
                    break;
                case ReasoningPart { Origin: Target } thought when _own || !thought.Signature.IsNullOrEmpty:
                    Message(turn, "assistant"u8, content);
                    ReasoningItem.Write(writer, thought.Text, thought.Signature, id: null);
                    break;
                case ReasoningPart foreign:
                    losses.Add(foreign.Encrypted.IsMissing ? "messages.thinking" : "messages.redacted_thinking", "thinking of another provider cannot be taken up again");
                    break;
                case OpaquePart { Origin: Target } item:
                    Message(turn, "assistant"u8, content);
                    writer.WriteRaw(item.Raw);
                    break;
                case OpaquePart opaque: losses.Add($"messages.{opaque.Kind}", "openai-responses has no such item"); break;
                case MediaPart: losses.Add("messages.image", "an assistant message holds no pictures"); break;
            }
        }

        Message(turn, "assistant"u8, content);
    }

    /// <summary>Writes what was collected as one message, and empties the list.</summary>
    private void Message(Turn turn, ReadOnlySpan<byte> role, List<Part> content)
    {
        if (content.Count == 0) return;
        writer.WriteStartObject();
        writer.WriteString("role"u8, role);
        writer.WriteStartArray("content"u8);
        foreach (var part in content) ContentEncoder.Write(writer, part, isAnswer: role.SequenceEqual("assistant"u8), losses);
        writer.WriteEndArray();
        Own.Write(writer, turn.Extras, losses, "messages");
        writer.WriteEndObject();
        content.Clear();
    }

    private void Call(ToolCallPart call)
    {
        var isFreeText = call.IsFreeText && _own;   // the tools of others are functions here
        if (isFreeText) _freeTextCalls.Add(call.Id);
        writer.WriteStartObject();
        writer.WriteString("type"u8, isFreeText ? "custom_tool_call"u8 : "function_call"u8);
        writer.WriteString("call_id"u8, IdOf(call.Id));
        NamespacedName.Write(writer, ToolEncoder.NameOf(call.Name, _own, translation));
        if (isFreeText) writer.WriteString("input"u8, call.Arguments.Utf8);
        else if (call.IsFreeText) writer.WriteRaw("arguments"u8, ToolArguments.WrapFreeText(call.Arguments));
        else writer.WriteString("arguments"u8, _own || !ToolArguments.IsEmpty(call.Arguments) ? call.Arguments.Utf8 : "{}"u8);
        Own.Write(writer, call.Extras, losses, "messages.tool_use");
        writer.WriteEndObject();
    }

    private void Result(ToolResultPart result)
    {
        if (result.IsError) losses.Add("messages.tool_result.is_error", "a function_call_output has no error flag");
        var parts = result.Content.Where(part => part is TextPart || ContentEncoder.CanWrite(part, _own, losses))
            .Select(part => part is MediaPart { Form: MediaForm.Text } text ? new TextPart(text.Data) : part).ToList();
        foreach (var part in parts) losses.AddForeign(part.Extras, Target, "messages.tool_result");
        writer.WriteStartObject();
        writer.WriteString("type"u8, _freeTextCalls.Contains(result.CallId) ? "custom_tool_call_output"u8 : "function_call_output"u8);
        writer.WriteString("call_id"u8, IdOf(result.CallId));
        if (parts.TrueForAll(part => part is TextPart { Extras: null or { Origin: not Target } }))
        {
            writer.WriteRaw("output"u8, RawTexts.Join([.. parts.OfType<TextPart>().Select(text => text.Text)], "\\n"u8));
        }
        else
        {
            writer.WriteStartArray("output"u8);
            foreach (var part in parts) ContentEncoder.Write(writer, part, isAnswer: false, losses);
            writer.WriteEndArray();
        }

        Own.Write(writer, result.Extras, losses, "messages.tool_result");
        writer.WriteEndObject();
    }

    private string IdOf(string id) => _own ? id : StableName.Shorten(id, LongestCallId);
}
