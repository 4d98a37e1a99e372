using System.Text.Json;

namespace Causeway.Core.Governance;

/// <summary>How things stand with a budget, as JSON.</summary>
public static class BudgetJson
{
    /// <summary>Writes the members of an object that the caller has begun.</summary>
    public static void Write(Utf8JsonWriter writer, BudgetStatus status)
    {
        writer.WriteString("id"u8, status.Budget.Id);
        writer.WriteString("scope"u8, status.Budget.Scope.ToString());
        writer.WriteString("window"u8, status.Budget.Window.ToString());
        writer.WriteBoolean("hard"u8, status.Budget.IsHard);
        if (status.Budget.Dollars is { } dollars) writer.WriteNumber("max_dollars"u8, dollars);
        if (status.Budget.Tokens is { } tokens) writer.WriteNumber("max_tokens"u8, tokens);
        writer.WriteNumber("dollars"u8, status.Dollars);
        writer.WriteNumber("tokens"u8, status.Tokens);
        writer.WriteNumber("reserved_dollars"u8, status.ReservedDollars);
        writer.WriteNumber("reserved_tokens"u8, status.ReservedTokens);
        if (status.DollarsLeft is { } dollarsLeft) writer.WriteNumber("dollars_left"u8, dollarsLeft);
        if (status.TokensLeft is { } tokensLeft) writer.WriteNumber("tokens_left"u8, tokensLeft);
        writer.WriteNumber("share"u8, Math.Round(status.Share, 4));
        writer.WriteNumber("unrated"u8, status.Unrated);
        writer.WriteString("resets_at"u8, TimeText.Of(status.ResetsAt));
        if (status.ReachedAt is { } reached) writer.WriteString("spent_at"u8, TimeText.Of(reached));
    }
}
