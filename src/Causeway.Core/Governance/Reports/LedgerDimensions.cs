using Causeway.Core.Governance.Ledger;

namespace Causeway.Core.Governance.Reports;

/// <summary>What people call the dimensions of spending.</summary>
public static class LedgerDimensions
{
    private static readonly string[] Words = ["virtual_key", "team", "customer", "user", "provider", "key", "model", "asked", "day"];   // in the order of LedgerDimension

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names => Words;

    /// <summary>The dimension of a name; null if there is none.</summary>
    public static LedgerDimension? Find(string name) => Array.IndexOf(Words, name) is >= 0 and var at ? (LedgerDimension)at : null;

    /// <summary>The name of a dimension.</summary>
    public static string Name(this LedgerDimension dimension) => Words[(int)dimension];
}
