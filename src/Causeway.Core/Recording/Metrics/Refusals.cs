using Causeway.Core.Governance;
using Causeway.Core.Governance.Limits;
using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;

namespace Causeway.Core.Recording.Metrics;

/// <summary>Which of the gateway's own bounds refused a request. A provider may use the same words, so its errors are told apart by where they came from.</summary>
internal static class Refusals
{
    public const string Requests = "requests";
    public const string Tokens = "tokens";
    public const string Concurrency = "concurrency";
    public const string Provider = "provider";

    public const string Exceeded = "exceeded";
    public const string Reserved = "reserved";
    public const string PriceUnknown = "price_unknown";
    public const string Unavailable = "unavailable";

    /// <summary>The kind of rate limit; null: none refused it.</summary>
    public static string? LimitOf(Exchange exchange) => exchange.Error!.Code switch
    {
        LimitRefusal.Requests when IsOurs(exchange) => Requests,
        LimitRefusal.Tokens when IsOurs(exchange) => Tokens,
        LimitRefusal.TooMany when IsOurs(exchange) => Concurrency,
        Admission.Refused => Provider,
        _ => null,
    };

    /// <summary>Why budgets refused it; null: they did not.</summary>
    public static string? BudgetOf(Exchange exchange) => exchange.Error!.Code switch
    {
        _ when !IsOurs(exchange) => null,
        BudgetRefusal.Exceeded => Exceeded,
        BudgetRefusal.Reserved => Reserved,
        BudgetRefusal.PriceUnknown => PriceUnknown,
        BudgetRefusal.Unavailable => Unavailable,
        _ => null,
    };

    private static bool IsOurs(Exchange exchange) => exchange.Trail is not [.., { Why: { } why }] || why != exchange.Error!.Message;
}
