using System.Text.Json;
using Causeway.Admin;
using Causeway.Core.Governance;

namespace Causeway.Endpoints;

/// <summary>How things stand with the budgets.</summary>
internal sealed class BudgetsEndpoint(GatewayState state, TimeProvider time)
{
    /// <summary>GET /api/budgets: of each what is spent, reserved and left, when it resets, and when it will be spent at this pace.</summary>
    public ValueTask WriteAsync(ApiCall call) => GatewayState.WriteAsync(call.Http, Write);

    private void Write(Utf8JsonWriter writer)
    {
        var (runtime, now) = (state.Runtime, time.GetUtcNow());
        writer.WriteStartArray("budgets"u8);
        foreach (var budget in runtime.Config.Budgets)
        {
            if (runtime.Books.Status(budget.Id, now) is { } status) Write(writer, status);
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, BudgetStatus status)
    {
        writer.WriteStartObject();
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
        writer.WriteString("resets_at"u8, ApiText.Of(status.ResetsAt));
        if (status.ReachedAt is { } reached) writer.WriteString("spent_at"u8, ApiText.Of(reached));
        writer.WriteEndObject();
    }
}
