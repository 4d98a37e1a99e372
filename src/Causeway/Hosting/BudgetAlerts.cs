using Causeway.Core.Governance;
using Causeway.Core.Governance.Alerts;

namespace Causeway.Hosting;

/// <summary>Tells the operator when a budget passes a threshold.</summary>
internal static class BudgetAlerts
{
    /// <summary>A line of the log for each, and a message to all who are to be told.</summary>
    public static Action<BudgetAlert> To(ILogger log, AlertSender sender, TimeProvider time) => alert =>
    {
        var status = alert.Status;
        if (alert.IsRefusal)
        {
            log.LogWarning("the budget '{Budget}' of {Scope} refuses requests: {Dollars} dollars and {Tokens} tokens are spent in the {Window}, which resets at {ResetsAt:u}",
                status.Budget.Id, status.Budget.Scope, status.Dollars, status.Tokens, status.Budget.Window, status.ResetsAt);
        }
        else
        {
            log.LogWarning("the budget '{Budget}' of {Scope} has passed {Threshold:0%}: {Dollars} dollars and {Tokens} tokens are spent in the {Window}, which resets at {ResetsAt:u}; at this pace all of it is spent {ReachedAt}",
                status.Budget.Id, status.Budget.Scope, alert.Threshold, status.Dollars, status.Tokens, status.Budget.Window, status.ResetsAt, status.ReachedAt is { } day ? $"on {day:u}" : "not before that");
        }

        sender.Post(new BudgetThreshold(alert, time.GetUtcNow()));
    };
}
