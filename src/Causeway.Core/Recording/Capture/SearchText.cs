using System.Text;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Recording.Capture;

/// <summary>The words by which an exchange is found: what is new in it, not the conversation that each request repeats.</summary>
internal static class SearchText
{
    private const int Most = 16 << 10;   // characters of either side

    /// <summary>The words of an exchange.</summary>
    public static string Of(Said said)
    {
        var text = new StringBuilder();
        if (said.Request is { } request)
        {
            var from = request.Turns.FindLastIndex(static turn => turn.Role == Role.Assistant) + 1;
            foreach (var turn in request.Turns.Skip(from))
            {
                if (turn.Role is Role.System or Role.Developer) continue;
                foreach (var part in turn.Parts) Add(text, part, Most);
            }
        }

        var most = text.Length + Most;
        foreach (var part in said.Answers.SelectMany(answer => answer.Parts)) Add(text, part, most);
        return text.ToString();
    }

    private static void Add(StringBuilder text, Part part, int most)
    {
        switch (part)
        {
            case TextPart { Text: var raw }: Add(text, raw.AsString(), most); break;
            case RefusalPart { Text: var raw }: Add(text, raw.AsString(), most); break;
            case ToolCallPart call:
                Add(text, call.Name, most);
                Add(text, Encoding.UTF8.GetString(call.Arguments.Utf8), most);
                break;
            case ToolResultPart result:
                foreach (var inner in result.Content) Add(text, inner, most);
                break;
        }
    }

    private static void Add(StringBuilder text, string? more, int most)
    {
        if (more is null || text.Length >= most) return;
        text.Append(more.AsSpan(0, Math.Min(more.Length, most - text.Length))).Append('\n');
    }
}
