using Causeway.Core.Governance.Ledger;

namespace Causeway.Storage;

/// <summary>What both databases say alike in writing the ledger.</summary>
internal static class LedgerSql
{
    /// <summary>The columns before the cost, in the order in which entries are written and read.</summary>
    public const string Columns = """
        id, exchange, time, virtual_key, team, customer, user_id, provider, provider_key, model, asked, status,
        input_tokens, cache_read_tokens, cache_write_tokens, cache_write_hour_tokens, output_tokens, reasoning_tokens, is_estimate, price_version
        """;

    /// <summary>The last rating of each entry, in the order of ids: whoever locks rows in one order never waits for one who waits for him.</summary>
    public static List<LedgerRating> Last(IReadOnlyList<LedgerRating> ratings)
    {
        var last = new SortedDictionary<Guid, LedgerRating>();
        foreach (var rating in ratings) last[rating.Id] = rating;
        return [.. last.Values];
    }
}
