using System.Text;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Writes <c>system</c> and <c>messages</c>.</summary>
internal static class MessagesEncoder
{
    private const DialectId Target = DialectId.AnthropicMessages;

    public static void Write(Utf8JsonWriter writer, ChatRequest request, Translation translation, LossReport losses)
    {
        var system = new List<Part>();
        var messages = new List<Turn>();
        Arrange(request, system, messages, losses);
        var parts = new PartEncoder(writer, request.Origin, translation, losses);
        if (system.Count > 0)
        {
            writer.WritePropertyName("system"u8);
            parts.WriteContent(system);
        }

        writer.WriteStartArray("messages"u8);
        foreach (var turn in messages)
        {
            writer.WriteStartObject();
            writer.WriteString("role"u8, turn.Role switch { Role.Assistant => "assistant"u8, Role.User => "user"u8, _ => "system"u8 });
            writer.WritePropertyName("content"u8);
            parts.WriteContent(turn.Parts);
            RequestEncoder.WriteOwn(writer, turn.Extras, losses, "messages");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>
    /// Puts the turns in the order and grouping that the API asks for. A request that came in this dialect keeps its own, less what
    /// may not be replayed.
    /// </summary>
    private static void Arrange(ChatRequest request, List<Part> system, List<Turn> messages, LossReport losses)
    {
        var own = request.Origin == Target;
        var begun = false;
        foreach (var turn in request.Turns)
        {
            if (turn.Role is Role.System or Role.Developer && (!begun || !own))
            {
                if (begun) losses.Add("messages.role", "a system message in mid-conversation moves to the top");
                system.AddRange(turn.Parts.Where(part => own || PartEncoder.IsWritable(part, own)));
                losses.AddForeign(turn.Extras, Target, "messages");
                begun |= own;   // the top-level prompt is one turn
                continue;
            }

            begun = true;
            var kept = Keep(turn, own, losses);
            if (kept.Count == 0 && turn.Parts.Count > 0) continue;
            if (own || messages is not [.., var last] || last.Role != turn.Role) messages.Add(last = new Turn(turn.Role) { Extras = turn.Extras });
            else losses.AddForeign(turn.Extras, Target, "messages");
            last.Parts.AddRange(kept);
        }

        if (own) return;
        foreach (var turn in messages) OrderResults(turn);
        messages.RemoveAll(turn => turn.Parts.Count == 0);
        if (messages is [.., { Role: Role.Assistant } final] && final.Parts is [.., TextPart text]) TrimEnd(final, text);
    }

    private static List<Part> Keep(Turn turn, bool own, LossReport losses)
    {
        var kept = new List<Part>(turn.Parts.Count);
        foreach (var part in turn.Parts)
        {
            if (part is ReasoningPart thought && (thought.Origin != Target || (thought.Encrypted.IsMissing && MintedSignature.IsOneOrNone(thought.Signature))))
                losses.Add("messages.thinking", "only thinking that Anthropic signed can be replayed");
            else if (PartEncoder.IsWritable(part, own)) kept.Add(part);
            else PartEncoder.NoteLoss(part, losses);
        }

        return kept;
    }

    /// <summary>Results come before anything else of their message, directly after the calls they answer.</summary>
    private static void OrderResults(Turn turn)
    {
        if (turn.Role != Role.User || !turn.Parts.Exists(part => part is ToolResultPart)) return;
        var ordered = turn.Parts.OrderBy(part => part is ToolResultPart ? 0 : 1).ToList();   // a stable sort
        turn.Parts.Clear();
        turn.Parts.AddRange(ordered);
    }

    /// <summary>The API refuses a final assistant message that ends in white space.</summary>
    private static void TrimEnd(Turn turn, TextPart text)
    {
        var trimmed = Encoding.UTF8.GetString(JsonText.Decode(text.Text.Utf8)).TrimEnd();
        turn.Parts.RemoveAt(turn.Parts.Count - 1);
        if (trimmed.Length > 0) turn.Parts.Add(new TextPart(RawJson.FromString(trimmed)) { Citations = text.Citations, Extras = text.Extras });
    }
}
