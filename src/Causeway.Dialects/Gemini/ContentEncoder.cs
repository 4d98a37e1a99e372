using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>
/// Writes <c>contents</c>. Turns of one speaker in a row become one content, since all results of a turn's calls must stand together,
/// one for each call and in the order of the calls.
/// </summary>
internal sealed class ContentEncoder(Utf8JsonWriter writer, ChatRequest request, Translation translation, LossReport losses)
{
    private const DialectId Target = DialectId.Gemini;

    private readonly bool _own = request.Origin == Target;
    private List<ToolCallPart> _calls = [];   // of the model's last turn

    public void Write()
    {
        var turns = request.Turns.Where(turn => turn.Role is Role.User or Role.Assistant).ToList();
        writer.WriteStartArray("contents"u8);
        for (var i = 0; i < turns.Count;)
        {
            var role = turns[i].Role;
            var parts = new List<Part>();
            for (; i < turns.Count && turns[i].Role == role; i++)
            {
                losses.AddForeign(turns[i].Extras, Target, "messages");
                parts.AddRange(turns[i].Parts);
            }

            if (role == Role.Assistant) Model(parts);
            else User(parts);
        }

        if (_calls.Count > 0) User([]);
        writer.WriteEndArray();
    }

    private void User(List<Part> parts)
    {
        var results = parts.OfType<ToolResultPart>().ToList();
        var rest = parts.Where(part => part is not ToolResultPart && CanWrite(part)).ToList();
        if (results.Count + rest.Count + _calls.Count == 0) return;
        Begin("user"u8);
        foreach (var call in _calls)
        {
            var at = results.FindIndex(result => result.CallId == call.Id);
            if (at < 0) Missing(call);
            else
            {
                Result(call.Name, results[at]);
                results.RemoveAt(at);
            }
        }

        _calls = [];
        foreach (var stray in results) Stray(stray);
        foreach (var part in rest) WritePart(part);
        End();
    }

    private void Model(List<Part> parts)
    {
        var written = parts.Where(part => part is ReasoningPart || CanWrite(part)).ToList();
        if (!written.Exists(part => part is not ReasoningPart { Origin: not Target })) return;
        if (_calls.Count > 0) User([]);
        Begin("model"u8);
        RawJson signature = default;
        foreach (var part in written)
        {
            switch (part)
            {
                case ReasoningPart { Origin: Target } thought when thought.Text.IsNullOrEmpty: signature = thought.Signature; break;
                case ReasoningPart { Origin: Target } thought:
                    Thought(thought, _own);
                    signature = thought.Signature;
                    break;
                case ReasoningPart foreign:
                    losses.Add(foreign.Encrypted.IsMissing ? "messages.thinking" : "messages.redacted_thinking", "thinking of another provider cannot be taken up again");
                    break;
                case ToolCallPart call:
                    Call(call, signature);
                    signature = default;
                    break;
                default: WritePart(part); break;
            }
        }

        End();
        _calls = [.. written.OfType<ToolCallPart>()];
    }

    private void Thought(ReasoningPart thought, bool shown)
    {
        if (!shown) return;   // thoughts of the model's own come back to it by their signature
        writer.WriteStartObject();
        writer.WriteRaw("text"u8, thought.Text);
        writer.WriteBoolean("thought"u8, true);
        writer.WriteRaw("thoughtSignature"u8, thought.Signature);
        writer.WriteEndObject();
    }

    private void Call(ToolCallPart call, RawJson signature)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("functionCall"u8);
        writer.WriteString("name"u8, ToolCodec.NameOf(call.Name, _own, translation));
        writer.WritePropertyName("args"u8);
        if (call.IsFreeText) ToolArguments.WriteFreeText(writer, call.Arguments);
        else if (ToolArguments.IsJsonObject(call.Arguments)) writer.WriteRaw(call.Arguments);
        else
        {
            writer.WriteStartObject();
            if (!ToolArguments.IsEmpty(call.Arguments))
            {
                losses.Add("messages.tool_calls.arguments", "no JSON object: wrapped in one");
                writer.WriteString("arguments"u8, call.Arguments.Utf8);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        if (!signature.IsNullOrEmpty) writer.WriteRaw("thoughtSignature"u8, signature);
        else if (!_own) writer.WriteString("thoughtSignature"u8, ThoughtSignature.Placeholder);
        losses.AddForeign(call.Extras, Target, "messages.tool_use");
        writer.WriteEndObject();
    }

    /// <summary>One result. A response is an object, so a text is wrapped in one; media follow as parts of the same content.</summary>
    private void Result(string name, ToolResultPart result)
    {
        losses.AddForeign(result.Extras, Target, "messages.tool_result");
        var media = result.Content.Where(part => part is MediaPart && CanWrite(part)).ToList();
        var text = RawTexts.Join([.. result.Content.OfType<TextPart>().Select(part => part.Text), .. result.Content.OfType<OpaquePart>().Select(Words).Where(words => !words.IsMissing)], "\\n"u8);
        writer.WriteStartObject();
        writer.WriteStartObject("functionResponse"u8);
        writer.WriteString("name"u8, ToolCodec.NameOf(name, _own, translation));
        writer.WritePropertyName("response"u8);
        var decoded = JsonText.Decode(text.Utf8);
        if (!result.IsError && ToolArguments.IsJsonObject(decoded)) writer.WriteRawValue(decoded, skipInputValidation: true);
        else
        {
            writer.WriteStartObject();
            writer.WriteRaw(result.IsError ? "error"u8 : "result"u8, text);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        foreach (var part in media) WritePart(part);
    }

    private RawJson Words(OpaquePart part)
    {
        losses.Add($"messages.tool_result.{part.Kind}", "gemini has no such part");
        return default;
    }

    private void Missing(ToolCallPart call)
    {
        losses.Add("messages.tool_use", "a call without a result: one was added");
        Result(call.Name, new ToolResultPart { CallId = call.Id, Content = [new TextPart(RawJson.FromText("no result"u8))], IsError = true });
    }

    /// <summary>A result whose call is not in the turn before: only its words can be kept.</summary>
    private void Stray(ToolResultPart result)
    {
        losses.Add("messages.tool_result", "its call is not in the turn before: sent as text");
        foreach (var part in result.Content.Where(CanWrite)) WritePart(part);
    }

    private bool CanWrite(Part part)
    {
        var problem = part switch
        {
            TextPart text => text.Text.IsNullOrEmpty && !_own ? "" : null,
            OpaquePart { Origin: Target } or RefusalPart or ToolCallPart => null,
            OpaquePart opaque => $"messages.{opaque.Kind}",
            MediaPart { Form: MediaForm.FileId } media => $"messages.{media.Kind.ToString().ToLowerInvariant()}",
            MediaPart => null,
            _ => "",
        };
        if (problem is { Length: > 0 }) losses.Add(problem, part is MediaPart ? "a file stored at another provider" : "gemini has no such part");
        return problem is null;
    }

    private void WritePart(Part part)
    {
        losses.AddForeign(part.Extras, Target, "messages");
        if (part is OpaquePart opaque)
        {
            writer.WriteRaw(opaque.Raw);
            return;
        }

        writer.WriteStartObject();
        switch (part)
        {
            case TextPart text: writer.WriteRaw("text"u8, text.Text); break;
            case RefusalPart refusal: writer.WriteRaw("text"u8, refusal.Text); break;
            case MediaPart { Form: MediaForm.Text } document: WriteMedia(document.ToFile()); break;
            case MediaPart media: WriteMedia(media); break;
        }

        if (part.Extras is { Origin: Target }) Fields.WriteOwn(writer, part.Extras, losses, "messages");
        writer.WriteEndObject();
    }

    private void WriteMedia(MediaPart media)
    {
        var type = media.MediaType.Length > 0 ? media.MediaType : media.Kind switch { MediaKind.Image => "image/png", MediaKind.Audio => "audio/wav", MediaKind.Video => "video/mp4", _ => "application/pdf" };
        writer.WriteStartObject(media.Form == MediaForm.Url ? "fileData"u8 : "inlineData"u8);
        writer.WriteString("mimeType"u8, type);
        writer.WriteRaw(media.Form == MediaForm.Url ? "fileUri"u8 : "data"u8, media.Data);
        writer.WriteEndObject();
    }

    private void Begin(ReadOnlySpan<byte> role)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, role);
        writer.WriteStartArray("parts"u8);
    }

    private void End()
    {
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
