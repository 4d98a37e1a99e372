using Causeway.Core.Governance;

namespace Causeway.Core.Configuration;

/// <summary>
/// Reads a budget, in Bifrost's words (<c>max_limit</c>, <c>reset_duration</c>) or in ours:
/// <c>{"max_budget": 100, "budget_duration": "monthly", "zone": "Europe/Berlin", "alerts": [0.8]}</c>. Bifrost begins a window of 30 days when the last
/// one is over; here it is the last 30 days at every moment, so that no 30 days hold more than the budget.
/// </summary>
internal static class BudgetReader
{
    internal static readonly string[] Names =
        ["id", "max_budget", "max_limit", "max_tokens", "budget_duration", "reset_duration", "calendar_aligned", "zone", "hard", "alerts"];

    /// <summary>What Bifrost writes beside them.</summary>
    internal static readonly string[] LaterNames = ["name", "current_usage", "last_reset", "config_hash", "created_at", "updated_at"];

    private const decimal MostDollars = 1_000_000_000_000;

    /// <summary>The budget; null, and errors, if it cannot be read.</summary>
    public static Budget? Read(ConfigNode node, string id, Scope scope, bool aligned)
    {
        var dollars = node[node["max_budget"].IsMissing ? "max_limit" : "max_budget"].Dollars(MostDollars, "in the window");
        var tokens = node["max_tokens"].Integer(0);
        if (node["max_budget"].IsMissing && node["max_limit"].IsMissing && node["max_tokens"].IsMissing) node["max_budget"].Error("is required: US dollars; or max_tokens");
        var window = Window(node, node["calendar_aligned"].Flag() ?? aligned);
        if (window is not { } known || (dollars is null && tokens is null)) return null;
        return new Budget
        {
            Id = id, Scope = scope, Dollars = dollars, Tokens = tokens, Window = known, IsHard = node["hard"].Flag() ?? true,
            Thresholds = [.. node["alerts"].Items().Select(item => item.Number(0, 1)).OfType<double>().Order()],
        };
    }

    private static BudgetWindow? Window(ConfigNode node, bool aligned)
    {
        var zone = node["zone"].Text() is { } id ? TimeReader.FindZone(node["zone"], id) : null;
        var duration = node[node["budget_duration"].IsMissing ? "reset_duration" : "budget_duration"];
        if (duration.IsMissing) return BudgetWindow.Calendar(WindowUnit.Month, 1, zone);
        if (duration.Text() is not { } text) return null;
        var window = BudgetWindow.Parse(text, aligned, zone);
        if (window is null) duration.Error("must be hourly, daily, weekly, monthly, quarterly, yearly, or a length such as 30d, 12h or 1M, up to 100 years");
        if (window is { IsRolling: true } && zone is not null) node["zone"].Warn("has no effect: a length such as 30d is the last 30 days, whatever the calendar; with calendar_aligned it is of the calendar");
        return window;
    }
}
