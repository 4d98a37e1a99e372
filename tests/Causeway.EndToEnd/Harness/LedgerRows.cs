using Causeway.Core.Configuration;
using Causeway.Core.Governance.Ledger;
using Causeway.Storage;

namespace Causeway.EndToEnd.Harness;

/// <summary>The ledger of a gateway's folder, as its database has it.</summary>
internal static class LedgerRows
{
    public static async Task<List<LedgerEntry>> OfAsync(string appDir)
    {
        await using var store = (await Stores.OpenAsync(new SqliteStoreConfig(), appDir, TestContext.Current.CancellationToken)).Ledger;
        var rows = new List<LedgerEntry>();
        await foreach (var row in store.ReadAsync(new LedgerFilter(), TestContext.Current.CancellationToken)) rows.Add(row);
        return rows;
    }

    /// <summary>What was spent, by one dimension.</summary>
    public static async Task<IReadOnlyList<SpendRow>> SpentByAsync(string appDir, LedgerDimension by)
    {
        await using var store = (await Stores.OpenAsync(new SqliteStoreConfig(), appDir, TestContext.Current.CancellationToken)).Ledger;
        return await store.SpendAsync(new LedgerFilter(), [by], TestContext.Current.CancellationToken);
    }
}
