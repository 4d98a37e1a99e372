using Causeway.Core.Governance.Ledger;

namespace Causeway.Core.Governance.Reports;

/// <summary>What somebody wants to know of the ledger.</summary>
/// <param name="Filter">Of which entries.</param>
/// <param name="By">What they are told apart by.</param>
public sealed record LedgerQuestion(LedgerFilter Filter, IReadOnlyList<LedgerDimension> By);

/// <summary>A word of a question that makes no sense.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Value">What it was; empty if there was nothing.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record LedgerProblem(string Name, string Value, string Fix);
