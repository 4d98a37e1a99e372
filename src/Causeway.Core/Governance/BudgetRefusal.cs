using System.Globalization;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Governance;

/// <summary>Why a budget lets a call not pass.</summary>
public enum RefusalKind
{
    /// <summary>It could pass the budget even if all calls in progress came to nothing: final, until the window begins anew.</summary>
    Over,

    /// <summary>Only what calls in progress may still cost stands in the way: it may wait for them.</summary>
    Crowded,

    /// <summary>Several nodes share the budget, and the database from which this one gets its part has not been heard of for too long.</summary>
    CutOff,

    /// <summary>Nobody knows what the call costs, so it cannot be said that the budget has it.</summary>
    PriceUnknown,
}

/// <summary>A budget that does not let a call pass.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Budget">The budget.</param>
/// <param name="Worst">What the call may use.</param>
/// <param name="Dollars">US dollars spent in the window.</param>
/// <param name="Tokens">Tokens used in the window.</param>
/// <param name="FreeAt">When there will be room for the call, if nothing more is spent; null if the budget is too small for it.</param>
/// <param name="Model">The model that the call was for, with its provider.</param>
public sealed record BudgetRefusal(RefusalKind Kind, Budget Budget, Worst Worst, decimal Dollars, long Tokens, DateTimeOffset? FreeAt, string Model)
{
    /// <summary>The code of errors that say that a budget is spent; Bifrost has the same.</summary>
    public const string Exceeded = "budget_exceeded";

    /// <summary>The code of errors that say that calls in progress may use all that is left.</summary>
    public const string Reserved = "budget_reserved";

    /// <summary>The code of errors that say that nobody knows what a call costs.</summary>
    public const string PriceUnknown = "price_unknown";

    /// <summary>The code of errors that say that the database of the budgets is away.</summary>
    public const string Unavailable = "budget_store_unavailable";

    /// <summary>
    /// What the client is told. 402 is none of the statuses that SDKs try again (408, 409, 429 and from 500 on), and Claude Code 2.1.197 stops at it
    /// after one request; for who would come again, the error says that it is final. Only who has waited in vain for others may come again.
    /// </summary>
    public GatewayError ToError() => Kind switch
    {
        RefusalKind.Over => new(ErrorKind.Billing, Over()) { Code = Exceeded, IsFinal = true },
        RefusalKind.PriceUnknown => new(ErrorKind.Billing,
            $"the price of {Model} is not known, and {Name} has a limit of {Usd(Budget.Dollars ?? 0)}: give the model a price in governance.pricing_overrides, or the budget \"hard\": false") { Code = PriceUnknown, IsFinal = true },
        RefusalKind.CutOff => new(ErrorKind.Internal, $"{Name} is shared by several nodes, and this one has not reached their database for a while: it spends nothing until it does")
            { Status = 503, Code = Unavailable, RetryAfterSeconds = 5 },
        _ => new(ErrorKind.RateLimited, $"what is left of {Name} is reserved for requests in progress: {Spent()} is spent of {Limit()}") { Code = Reserved, RetryAfterSeconds = 5 },
    };

    private string Name => $"the budget '{Budget.Id}' of {Budget.Scope}";

    private bool IsOfDollars => Budget.Dollars is { } most && (Budget.Tokens is null || Dollars + (Worst.DollarsOf(Worst.LeastOutput) ?? 0) > most);

    private string Over() => FreeAt is { } free
        ? $"{Name} is spent: {Spent()} of {Limit()}, and this request may cost {Need()}. It has room again at {free.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC"
        : $"{Name} is too small for this request: it may cost {Need()}, and the budget is {Limit()}. Ask for fewer tokens";

    private string Spent() => IsOfDollars ? Usd(Dollars) : Count(Tokens);

    private string Limit() => (IsOfDollars ? Usd(Budget.Dollars ?? 0) : Count(Budget.Tokens ?? 0)) + $" in the {Budget.Window}";

    private string Need() => IsOfDollars ? Usd(Worst.DollarsOf(Worst.LeastOutput) ?? 0) : Count(Worst.InputTokens + Worst.LeastOutput);

    private static string Usd(decimal dollars) => "$" + dollars.ToString("0.00####", CultureInfo.InvariantCulture);

    private static string Count(long tokens) => tokens.ToString("#,0", CultureInfo.InvariantCulture) + " tokens";
}
