using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>
/// A conversation in the order that the API wants: the system prompt apart; user and assistant in turn; the results of tools
/// first in the user message after their calls. A client of this API gets its own order back.
/// </summary>
internal sealed class Conversation
{
    /// <summary>The texts of the system prompt.</summary>
    public List<Part> System { get; } = [];

    /// <summary>The messages.</summary>
    public List<Message> Messages { get; } = [];

    /// <summary>Orders the turns of a request.</summary>
    public static Conversation Of(ChatRequest request, LossReport losses)
    {
        var conversation = new Conversation();
        foreach (var turn in request.Turns)
        {
            if (request.Origin == DialectId.AnthropicMessages) conversation.AddOwn(turn);
            else conversation.AddForeign(turn, losses);
        }

        foreach (var message in conversation.Messages)
        {
            if (message.Role == Role.User && request.Origin != DialectId.AnthropicMessages) PutResultsFirst(message.Parts);
        }

        return conversation;
    }

    private void AddOwn(Turn turn)
    {
        var isSystemPrompt = turn.Role == Role.System && System.Count == 0 && Messages.Count == 0
            && turn.Extras is null && turn.Parts.TrueForAll(part => part is TextPart);
        if (isSystemPrompt) System.AddRange(turn.Parts);
        else Messages.Add(new Message(turn.Role, [.. turn.Parts], turn.Extras));
    }

    private void AddForeign(Turn turn, LossReport losses)
    {
        losses.AddForeign(turn.Extras, DialectId.AnthropicMessages, "messages");
        if (turn.Role is Role.System or Role.Developer)
        {
            if (Messages.Count > 0) losses.Add("messages.system", "moved to the top of the conversation");
            System.AddRange(turn.Parts);
            return;
        }

        if (Messages.Count > 0 && Messages[^1].Role == turn.Role) Messages[^1].Parts.AddRange(turn.Parts);
        else Messages.Add(new Message(turn.Role, [.. turn.Parts], null));
    }

    private static void PutResultsFirst(List<Part> parts)
    {
        var isOrdered = parts.FindLastIndex(part => part is ToolResultPart) < parts.FindIndex(part => part is not ToolResultPart)
            || !parts.Exists(part => part is not ToolResultPart);
        if (isOrdered) return;
        var results = parts.FindAll(part => part is ToolResultPart);
        parts.RemoveAll(part => part is ToolResultPart);
        parts.InsertRange(0, results);
    }
}

/// <summary>One message to be written.</summary>
/// <param name="Role">User, assistant, or system in mid-conversation.</param>
/// <param name="Parts">Its content.</param>
/// <param name="Extras">Fields of this dialect's own.</param>
internal sealed record Message(Role Role, List<Part> Parts, Extras? Extras);
