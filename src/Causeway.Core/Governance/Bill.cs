using Causeway.Core.Catalog;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Core.Routing.Rules;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Governance;

/// <summary>What an exchange cost, and what its rule saved. Every attempt that a provider worked for is on it, also those that nobody waited for.</summary>
/// <param name="Costs">What each attempt cost, in US dollars: null where that is not known, or nothing is due.</param>
/// <param name="Unrated">How many attempts that a provider worked for have a cost that is not known.</param>
/// <param name="SavedDollars">
/// What the model that was asked for would have cost more for the same tokens, in US dollars; less than nothing if it would have cost less. Null
/// if no rule chose another model, or if it is not known.
/// </param>
public sealed record Bill(IReadOnlyList<decimal?> Costs, int Unrated, decimal? SavedDollars)
{
    private const decimal Dearest = 9_000_000m;   // of one call; a provider's number may be anything, and databases keep no more
    private const int Decimals = 12;

    /// <summary>What it cost altogether, in US dollars; null if that is not known of all of it.</summary>
    public decimal? Dollars => Unrated == 0 ? Known : null;

    /// <summary>Something is due, and of none of it the cost is known.</summary>
    public bool IsUnknown => Unrated > 0 && Costs.All(static cost => cost is null);

    /// <summary>What is known of it, in US dollars.</summary>
    public decimal Known
    {
        get
        {
            var sum = 0m;
            for (var i = 0; i < Costs.Count; i++) sum += Costs[i] ?? 0;
            return sum;
        }
    }

    /// <summary>The bill of an exchange that is over, after <see cref="Estimate"/>.</summary>
    public static Bill Of(Exchange exchange)
    {
        var costs = new decimal?[exchange.Trail.Count];
        var unrated = 0;
        for (var i = 0; i < costs.Length; i++)
        {
            if (!LedgerEntries.IsDue(exchange.Trail[i])) continue;
            costs[i] = CostOf(exchange, exchange.Trail[i]);
            if (costs[i] is null) unrated++;   // an answer that nobody counted has no known cost
        }

        return new Bill(costs, unrated, Saved(exchange));
    }

    /// <summary>What an attempt cost in US dollars, as the ledger keeps it and budgets book it; null if that is not known.</summary>
    public static decimal? CostOf(Exchange exchange, Attempt attempt) =>
        attempt.Dollars is { } known ? Kept(known) : attempt.Usage is { } usage && PriceOf(exchange, attempt.Target, attempt.Key)?.CostOf(usage) is { } cost ? Kept(cost) : null;

    /// <summary>
    /// Fills in what providers did not say. Of attempts that ended before their input was counted: the prompt was sent, so it is paid for, and the number
    /// is the estimate that rules see. Of an answer that nobody counted: all that budgets had set aside for it.
    /// </summary>
    public static void Estimate(Exchange exchange, TimeProvider time)
    {
        for (var i = 0; i < exchange.Trail.Count; i++) exchange.Trail[i] = Estimated(exchange, exchange.Trail[i], time);
    }

    /// <summary>The same for one attempt.</summary>
    public static Attempt Estimated(Exchange exchange, Attempt attempt, TimeProvider time)
    {
        if (attempt.Usage?.InputTokens is not null) return attempt;
        if (attempt.Usage is null && attempt.Status != Attempt.Abandoned)
        {
            return attempt is { Status: 200, Funds: { } funds }
                ? attempt with { Usage = new Usage { InputTokens = funds.InputTokens, OutputTokens = funds.OutputTokens, IsEstimate = true }, Dollars = funds.Dollars }
                : attempt;
        }

        var input = (long)new RequestFacts(exchange, time).Tokens;
        return attempt with { Usage = (attempt.Usage ?? new Usage { OutputTokens = 0 }) with { InputTokens = input, IsEstimate = true } };
    }

    /// <summary>Budgets and the ledger add up the same numbers, so a cost is rounded, and bounded, once.</summary>
    private static decimal Kept(decimal dollars) => decimal.Round(Math.Clamp(dollars, 0, Dearest), Decimals, MidpointRounding.AwayFromZero);

    private static decimal? Saved(Exchange exchange)
    {
        if (exchange.Usage is not { } usage || exchange.Answering is not { } answering || !exchange.Rules.Exists(rule => rule.Targets.Count > 0)) return null;
        return AskedPrice(exchange)?.CostOf(usage) - PriceOf(exchange, answering, exchange.Key?.Name)?.CostOf(usage);
    }

    /// <summary>The price of the model that was asked for: where it would have gone without rules, else at its maker.</summary>
    private static Price? AskedPrice(Exchange exchange)
    {
        if (ModelResolver.Resolve(exchange.RequestedModel, exchange.Gateway) is { IsOk: true, Value: [var asked, ..] }) return PriceOf(exchange, asked, null);
        var model = ModelResolver.WithoutPickerPrefix(exchange.RequestedModel);
        foreach (var vendor in ProviderCatalog.Default.All)
        {
            if (exchange.Gateway.Catalog.Knows(vendor.Name, model) && exchange.Gateway.Prices.PriceOf(exchange.Caller, vendor.Name, null, model) is { } price) return price;
        }

        return null;
    }

    private static Price? PriceOf(Exchange exchange, Candidate target, string? key) =>
        exchange.Gateway.Prices.PriceOf(exchange.Caller, target.Provider.Name, key, target.Model);
}
