using Causeway.Core.Governance.Alerts;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Upstream;

namespace Causeway.Core.Recording.Metrics;

/// <summary>How things stand at the moment when they are asked for: providers, budgets, the ledger, the request log, alerts.</summary>
public static class StandingMetrics
{
    /// <summary>Adds them to <paramref name="registry"/>.</summary>
    /// <param name="registry">Takes them.</param>
    /// <param name="runtime">The configuration in force.</param>
    /// <param name="ledger">How the ledger gets on; null: none is kept.</param>
    /// <param name="alerts">How the alerts get on.</param>
    /// <param name="log">How the request log gets on; null: none is kept.</param>
    /// <param name="time">The clock.</param>
    public static void AddTo(MetricRegistry registry, Func<GatewayRuntime> runtime, Func<LedgerStatus?> ledger, Func<AlertStatus> alerts, Func<LogStatus?> log, TimeProvider time)
    {
        AddProviders(registry, runtime);
        AddBudgets(registry, runtime, time);
        Add("causeway_ledger_pending", MetricKind.Gauge, "Rows of the ledger that are in the journal and not known to be in the database.", () => ledger()?.Pending);
        Add("causeway_ledger_unwritten", MetricKind.Gauge, "Rows of the ledger that are in memory only, since the journal cannot be written.", () => ledger()?.Unwritten);
        Add("causeway_ledger_failures", MetricKind.Counter, "How often the database did not take rows of the ledger.", () => ledger()?.Failed);
        Add("causeway_log_queued", MetricKind.Gauge, "Requests that wait to be written to the request log.", () => log()?.Queued);
        Add("causeway_log_written", MetricKind.Counter, "Requests that were written to the request log.", () => log()?.Written);
        Add("causeway_log_dropped", MetricKind.Counter, "Requests that the request log has no row of: too many waited, or its database did not take them.", () => log()?.Dropped);
        Add("causeway_log_contents_dropped", MetricKind.Counter, "Requests of which the request log has the row alone, though more was to be kept: too much waited.", () => log()?.ContentsDropped);
        Add("causeway_log_failures", MetricKind.Counter, "How often the database did not take rows of the request log.", () => log()?.Failed);
        Add("causeway_alerts_pending", MetricKind.Gauge, "Alerts that are being sent.", () => alerts().Pending);
        Add("causeway_alerts_sent", MetricKind.Counter, "Alerts that were taken by those who are told.", () => alerts().Sent);
        Add("causeway_alerts_failed", MetricKind.Counter, "Alerts that were given up.", () => alerts().Failed);
        Add("causeway_alerts_dropped", MetricKind.Counter, "Alerts that were not sent since too many were pending.", () => alerts().Dropped);

        void Add(string name, MetricKind kind, string help, Func<long?> read) => registry.AddRead(new(name, kind, "", help), samples =>
        {
            if (read() is { } value) samples.Add(value);
        });
    }

    private static void AddProviders(MetricRegistry registry, Func<GatewayRuntime> runtime)
    {
        var label = new MetricLabel("provider", IsOpen: true);
        registry.AddRead(new("causeway_provider_up", MetricKind.Gauge, "", "1: the provider can be reached, as far as is known; 0: it could not, and is asked last.", label), samples =>
        {
            foreach (var provider in runtime().Providers) samples.Add(provider.Health.Resting().Any(target => target is { Model: null, Key: null }) ? 0 : 1, provider.Name);
        });
        registry.AddRead(new("causeway_provider_resting", MetricKind.Gauge, "", "Models and keys of the provider that failed lately, and are asked last.", label), samples =>
        {
            foreach (var provider in runtime().Providers) samples.Add(provider.Health.Resting().Count(target => target.Model is not null || target.Key is not null), provider.Name);
        });
    }

    private static void AddBudgets(MetricRegistry registry, Func<GatewayRuntime> runtime, TimeProvider time)
    {
        var label = new MetricLabel("budget", IsOpen: true);
        Add("causeway_budget_spent_dollars", "dollars", "US dollars that are spent in the budget's window.", budget => budget.Budget.Dollars is null ? null : budget.Dollars);
        Add("causeway_budget_limit_dollars", "dollars", "US dollars that may be spent in the budget's window.", budget => budget.Budget.Dollars);
        Add("causeway_budget_used_tokens", "tokens", "Tokens that are used in the budget's window.", budget => budget.Budget.Tokens is null ? null : budget.Tokens);
        Add("causeway_budget_limit_tokens", "tokens", "Tokens that may be used in the budget's window.", budget => budget.Budget.Tokens);

        void Add(string name, string unit, string help, Func<Governance.BudgetStatus, decimal?> read) => registry.AddRead(new(name, MetricKind.Gauge, unit, help, label), samples =>
        {
            var (gateway, now) = (runtime(), time.GetUtcNow());
            foreach (var budget in gateway.Config.Budgets)
            {
                if (samples.IsFull) return;
                if (gateway.Books.Status(budget.Id, now) is { } status && read(status) is { } value) samples.Add(value, budget.Id);
            }
        });
    }
}
