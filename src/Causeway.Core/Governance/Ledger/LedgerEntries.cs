using Causeway.Core.Pipeline;

namespace Causeway.Core.Governance.Ledger;

/// <summary>What an exchange's attempts are in the ledger.</summary>
public static class LedgerEntries
{
    private const int LongestName = 512;   // clients may name a model with megabytes

    /// <summary>Did a provider work for an attempt, so that it is paid for?</summary>
    public static bool IsDue(Attempt attempt) => attempt.Usage is not null || attempt.Status is 200 or Attempt.Abandoned;

    /// <summary>The entries of those attempts that a provider worked for, in their order, rated by the prices that hold for the exchange.</summary>
    public static List<LedgerEntry> Of(Exchange exchange, IReadOnlyList<Attempt> attempts, TimeProvider time)
    {
        var entries = new List<LedgerEntry>(attempts.Count);
        var now = time.GetUtcNow();
        for (var i = 0; i < attempts.Count; i++)
        {
            if (IsDue(attempts[i])) entries.Add(Of(exchange, Bill.Estimated(exchange, attempts[i], time), now));
        }

        return entries;
    }

    private static LedgerEntry Of(Exchange exchange, Attempt attempt, DateTimeOffset now)
    {
        var (provider, model, caller, usage) = (attempt.Target.Provider.Name, attempt.Target.Model, exchange.Caller, attempt.Usage);
        var price = exchange.Gateway.Prices.PriceOf(caller, provider, attempt.Key, model);
        return new LedgerEntry
        {
            Id = Guid.CreateVersion7(now),
            Exchange = exchange.Id,
            Time = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()),
            VirtualKey = caller?.Id,
            Team = caller?.TeamId,
            Customer = caller?.CustomerId,
            User = caller?.UserId,
            Provider = provider,
            Key = attempt.Key,
            Model = Cut(model),
            Asked = Cut(exchange.RequestedModel),
            Status = attempt.Status,
            InputTokens = usage?.InputTokens,
            CacheReadTokens = usage?.CacheReadTokens,
            CacheWriteTokens = usage?.CacheWriteTokens,
            CacheWriteHourTokens = usage?.CacheWriteHourTokens,
            OutputTokens = usage?.OutputTokens,
            ReasoningTokens = usage?.ReasoningTokens,
            IsEstimate = usage?.IsEstimate == true,
            Dollars = Bill.CostOf(exchange, attempt),
            PriceVersion = price?.Version,
            Bookings = attempt.Funds?.BookingsAt(now) ?? [],
        };
    }

    private static string Cut(string name) => name.Length > LongestName ? name[..LongestName] : name;
}
