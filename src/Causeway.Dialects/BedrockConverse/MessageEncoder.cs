using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Writes <c>messages</c>: user and assistant by turns, the user first, no empty texts, each call with its result in the next turn.</summary>
internal sealed class MessageEncoder(Utf8JsonWriter writer, ChatRequest request, Translation translation, LossReport losses)
{
    private const DialectId Target = DialectId.BedrockConverse;
    private const int LongestId = 64;

    private readonly bool _own = request.Origin == Target;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private List<ToolCallPart> _calls = [];

    /// <summary>Writes them; the names of the tools that were used in them.</summary>
    public IReadOnlyCollection<string> Write()
    {
        var turns = request.Turns.Where(turn => turn.Role is Role.User or Role.Assistant).ToList();
        var last = Role.Assistant;
        writer.WriteStartArray("messages"u8);
        for (var i = 0; i < turns.Count;)
        {
            var role = turns[i].Role;
            var parts = new List<Part>();
            for (; i < turns.Count && turns[i].Role == role; i++)
            {
                losses.AddForeign(turns[i].Extras, Target, "messages");
                parts.AddRange(turns[i].Parts.Where(CanWrite));
            }

            if (role == Role.User) parts = Answered(parts);
            if (parts.Count == 0) continue;
            if (role == last) Filler(role == Role.User ? Role.Assistant : Role.User);
            Message(role, parts);
            last = role;
            _calls = role == Role.Assistant ? [.. parts.OfType<ToolCallPart>()] : [];
        }

        if (_calls.Count > 0) Message(Role.User, Answered([]));
        writer.WriteEndArray();
        return _used;
    }

    /// <summary>The results first, one for each call; a call without one gets one, since the API refuses it otherwise.</summary>
    private List<Part> Answered(List<Part> parts)
    {
        var ordered = new List<Part>(parts.Where(part => part is ToolResultPart result && (_own || _calls.Exists(call => call.Id == result.CallId))));
        foreach (var call in _calls.Where(call => !ordered.Exists(part => ((ToolResultPart)part).CallId == call.Id)).ToList())
        {
            losses.Add("messages.tool_use", "a call without a result: one was added");
            ordered.Add(new ToolResultPart { CallId = call.Id, Content = [new TextPart(RawJson.FromText("no result"u8))], IsError = true });
        }

        foreach (var stray in parts.OfType<ToolResultPart>().Where(result => !ordered.Contains(result)))
        {
            losses.Add("messages.tool_result", "its call is not in the turn before: sent as text");
            ordered.AddRange(stray.Content.Where(CanWrite));
        }

        ordered.AddRange(parts.Where(part => part is not ToolResultPart));
        if (ordered.Exists(part => part is MediaPart { Kind: MediaKind.Document }) && !ordered.Exists(part => part is TextPart)) ordered.Add(new TextPart(RawJson.FromText("See the document."u8)));
        return ordered;
    }

    private bool CanWrite(Part part)
    {
        switch (part)
        {
            case TextPart text: return !text.Text.IsNullOrEmpty;
            case OpaquePart { Origin: Target } or ToolCallPart or ToolResultPart or RefusalPart: return true;
            case ReasoningPart { Origin: Target } thought: return _own || !thought.Signature.IsNullOrEmpty || !thought.Encrypted.IsNullOrEmpty;
            case ReasoningPart thought:
                losses.Add(thought.Encrypted.IsMissing ? "messages.thinking" : "messages.redacted_thinking", "thinking of another provider cannot be taken up again");
                return false;
            case MediaPart media:
                var problem = media.Form is MediaForm.Url or MediaForm.FileId ? "media go in as bytes" : media.Form == MediaForm.Text || Formats.Of(media) is not null ? "" : "a format that bedrock-converse does not take";
                if (problem.Length > 0) losses.Add($"messages.{media.Kind.ToString().ToLowerInvariant()}", problem);
                return problem.Length == 0;
            default:
                losses.Add($"messages.{(part as OpaquePart)?.Kind}", "bedrock-converse has no such block");
                return false;
        }
    }

    private void Filler(Role role)
    {
        losses.Add("messages", "the speakers must take turns: a short text was added");
        Message(role, [new TextPart(RawJson.FromText("..."u8))]);
    }

    private void Message(Role role, List<Part> parts)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, role == Role.User ? "user"u8 : "assistant"u8);
        writer.WriteStartArray("content"u8);
        foreach (var part in parts)
        {
            Block(part);
            CachePoint.Write(writer, part.Extras, losses, "messages");
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void Block(Part part)
    {
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
            case MediaPart { Form: MediaForm.Text } document: Media(document.ToFile()); break;
            case MediaPart media: Media(media); break;
            case ToolCallPart call:
                _used.Add(call.Name);
                BlockWriter.Call(writer, IdOf(call.Id), ToolEncoder.NameOf(call.Name, _own, translation), call, losses);
                break;
            case ToolResultPart result: Result(result); break;
            case ReasoningPart thought: BlockWriter.Reasoning(writer, thought.Text, thought.Signature, thought.Encrypted); break;
        }

        writer.WriteEndObject();
    }

    private void Result(ToolResultPart result)
    {
        writer.WriteStartObject("toolResult"u8);
        writer.WriteString("toolUseId"u8, IdOf(result.CallId));
        writer.WriteStartArray("content"u8);
        foreach (var part in result.Content.Where(CanWrite)) Block(part is MediaPart { Form: MediaForm.Text } text ? new TextPart(text.Data) : part);
        writer.WriteEndArray();
        if (result.IsError) writer.WriteString("status"u8, "error"u8);
        writer.WriteEndObject();
    }

    private void Media(MediaPart media)
    {
        writer.WriteStartObject(media.Kind switch { MediaKind.Image => "image"u8, MediaKind.Video => "video"u8, _ => "document"u8 });
        writer.WriteString("format"u8, Formats.Of(media));
        if (media.Kind == MediaKind.Document) writer.WriteString("name"u8, DocumentName(media.Name.AsString()));
        writer.WriteStartObject("source"u8);
        writer.WriteRaw("bytes"u8, media.Data);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Names may hold letters, digits, single spaces and some marks.</summary>
    private static string DocumentName(string? name)
    {
        var fit = string.Join(' ', new string([.. (name ?? "").Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '(' or ')' or '[' or ']' ? c : ' ')])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return fit.Length == 0 ? "document" : fit;
    }

    private string IdOf(string id) => _own ? id : StableName.Fit(id, LongestId);
}
