namespace Causeway.Dialects.Canonical;

/// <summary>The words for how much a model is to think, as OpenAI's APIs and their copies have them.</summary>
internal static class Effort
{
    /// <summary>The least first.</summary>
    private static readonly string[] Ladder = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

    /// <summary>The words of OpenAI's APIs where nothing is known of a model: all but Anthropic's max.</summary>
    private static readonly string[] Usual = Ladder[..^1];

    /// <summary>The word that comes nearest to what a client of another dialect wants, of those that the model takes.</summary>
    public static string For(ReasoningOptions wanted, ModelTraits traits, DialectId target, LossReport losses)
    {
        var word = wanted.Effort ?? wanted.BudgetTokens switch { null => "high", < 4096 => "low", < 16_384 => "medium", _ => "high" };
        var rung = Array.IndexOf(Ladder, word);
        var taken = traits.Efforts ?? Usual;
        if (rung < 0 || taken.Contains(word)) return word;
        var nearest = taken.Where(other => other != "none" && Array.IndexOf(Ladder, other) >= 0).OrderBy(other => Distance(rung, other)).FirstOrDefault();
        if (nearest is null) return word;
        if (nearest == "xhigh" && traits.Efforts is null) nearest = "high";   // few models have it
        losses.Add(wanted.Effort is null ? "thinking.budget_tokens" : "output_config.effort",
            traits.Efforts is null ? $"{target.Name()} has no effort '{word}'" : $"the model has no effort '{word}', '{nearest}' comes nearest");
        return nearest;
    }

    /// <summary>What is just below counts as nearer than what is just above.</summary>
    private static int Distance(int rung, string other)
    {
        var apart = Array.IndexOf(Ladder, other) - rung;
        return apart < 0 ? -2 * apart : (2 * apart) + 1;
    }
}
