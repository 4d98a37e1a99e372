using Causeway.Core.Pipeline;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Governance.Ledger;

/// <summary>Brings what the attempts of an exchange used into the ledger, each of them once.</summary>
public static class Settlement
{
    /// <summary>The code of the error when the ledger cannot be written: no answer goes out that is not in it.</summary>
    public const string Unavailable = "ledger_unavailable";

    /// <summary>Is it the gateway's own trouble with its ledger, not the upstream's?</summary>
    public static bool IsOurs(GatewayError? error) => error?.Code == Unavailable;

    /// <summary>Before a provider is asked: the error if the answer could not be given out.</summary>
    public static GatewayError? Check(Exchange exchange) => exchange.Ledger is { HasRoom: false } ? Refusal() : null;

    /// <summary>
    /// Writes down the attempts that have ended and are not in the ledger yet, and <paramref name="answer"/>, the one whose answer is about to
    /// leave as a whole. The error if that cannot be: the answer must not leave.
    /// </summary>
    public static GatewayError? Settle(Exchange exchange, Attempt answer, TimeProvider time)
    {
        if (exchange.Ledger is not { } ledger) return null;
        var due = Due(exchange);
        due.Add(answer);
        try
        {
            ledger.Append(LedgerEntries.Of(exchange, due, time));
        }
        catch (IOException)
        {
            return Refusal();   // why is in the log, once
        }

        MarkSettled(exchange);
        return null;
    }

    /// <summary>Writes down what broke off, was abandoned or failed at its price, once the exchange is over: if not now, then later.</summary>
    public static void Finish(Exchange exchange, TimeProvider time)
    {
        if (exchange.Ledger is not { } ledger || Due(exchange) is not { Count: > 0 } due) return;
        ledger.AppendLate(LedgerEntries.Of(exchange, due, time));
        MarkSettled(exchange);
    }

    private static List<Attempt> Due(Exchange exchange)
    {
        var due = new List<Attempt>(1);
        foreach (var attempt in exchange.Trail)
        {
            if (!attempt.IsSettled && LedgerEntries.IsDue(attempt)) due.Add(attempt);
        }

        return due;
    }

    private static void MarkSettled(Exchange exchange)
    {
        for (var i = 0; i < exchange.Trail.Count; i++) exchange.Trail[i] = exchange.Trail[i] with { IsSettled = true };
    }

    private static GatewayError Refusal() =>
        new(ErrorKind.Internal, "the gateway cannot write its ledger, and gives out no answer that is not in it: its log has more") { Status = 503, Code = Unavailable };
}
