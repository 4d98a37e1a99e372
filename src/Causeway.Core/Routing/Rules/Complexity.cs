using Causeway.Dialects.Canonical;

namespace Causeway.Core.Routing.Rules;

/// <summary>
/// How demanding a request looks, in one word, so that simple ones can go to a cheap model. It is told by what anyone can see of the request, and by
/// nothing else:
/// <list type="bullet">
/// <item><c>complex</c>: the model is to think (with an effort above <c>low</c>, or none said), or there are more than 20,000 tokens.</item>
/// <item><c>simple</c>: no thinking, tools, web search or pictures; at most 4,000 tokens; and the last message of the user is text of at most 800
/// bytes without a block of code.</item>
/// <item><c>medium</c>: everything else.</item>
/// </list>
/// Agents send their tools with every request, so theirs are never simple.
/// </summary>
internal static class Complexity
{
    private const int LongTokens = 20_000;
    private const int ShortTokens = 4_000;     // with the system prompt
    private const int ShortQuestion = 800;     // bytes of UTF-8

    /// <summary>The words.</summary>
    public static readonly string[] Words = ["simple", "medium", "complex"];

    /// <summary>The word for a request. What takes it apart is asked last, of small requests only.</summary>
    public static string Of(RequestFacts facts)
    {
        if ((facts.Thinks && facts.Effort is not ("minimal" or "low")) || facts.Tokens > LongTokens) return Words[2];
        if (facts.Thinks || facts.HasTools || facts.Tokens > ShortTokens || facts.SearchesWeb || facts.HasImages) return Words[1];
        return IsShort(facts.Request) ? Words[0] : Words[1];
    }

    private static bool IsShort(ChatRequest? request)
    {
        var last = request?.Turns.FindLast(turn => turn.Role == Role.User);
        if (last is null) return false;
        var bytes = 0;
        foreach (var part in last.Parts)
        {
            if (part is not TextPart text || text.Text.Utf8.IndexOf("```"u8) >= 0) return false;
            bytes += text.Text.Utf8.Length;
        }

        return bytes is > 0 and <= ShortQuestion;
    }
}
