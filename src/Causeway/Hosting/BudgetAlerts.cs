using Causeway.Core.Governance;

namespace Causeway.Hosting;

/// <summary>Tells the operator when a budget passes a threshold.</summary>
internal static class BudgetAlerts
{
    /// <summary>A line of the log for each.</summary>
    public static Action<BudgetAlert> To(ILogger log) => alert =>
    {
        var status = alert.Status;
        log.LogWarning("the budget '{Budget}' of {Scope} has passed {Threshold:0%}: {Dollars} dollars and {Tokens} tokens are spent in the {Window}, which resets at {ResetsAt:u}; at this pace all of it is spent {ReachedAt}",
            status.Budget.Id, status.Budget.Scope, alert.Threshold, status.Dollars, status.Tokens, status.Budget.Window, status.ResetsAt, status.ReachedAt is { } day ? $"on {day:u}" : "not before that");
    };
}
