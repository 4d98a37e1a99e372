namespace Causeway.Core.Governance.Leases;

/// <summary>What a node says to the database about its leases.</summary>
/// <param name="Epoch">Which of the node's lives it is.</param>
/// <param name="Terms">How long they are good for.</param>
/// <param name="Since">From when on changes are wanted, by the database's clock; null: all there is.</param>
/// <param name="Asks">The hard budgets of which it holds or wants something, each once.</param>
/// <param name="Calls">The calls that wait, in order.</param>
public sealed record LeaseRequest(Guid Epoch, LeaseTerms Terms, DateTimeOffset? Since, IReadOnlyList<LeaseAsk> Asks, IReadOnlyList<LeaseCall> Calls);

/// <summary>
/// How a node stands with a budget. Amounts count from the beginning of its life, so that it does not matter which of its entries are in the ledger
/// already.
/// </summary>
/// <param name="Budget">The budget's id.</param>
/// <param name="Cap">What the budget allows.</param>
/// <param name="Held">What it has spent, and what its calls in progress may still cost.</param>
/// <param name="Floor">What it keeps at most unless it is given more; it uses no more than that until it has an answer.</param>
/// <param name="Extra">What it would like to have beyond, for calls to come.</param>
public sealed record LeaseAsk(string Budget, Amount Cap, Amount Held, Amount Floor, Amount Extra);

/// <summary>A call that waits.</summary>
/// <param name="Needs">What it needs of each budget that covers it: of all of them, or nothing is of use.</param>
public sealed record LeaseCall(IReadOnlyList<LeaseNeed> Needs);

/// <summary>What a call needs of a budget.</summary>
/// <param name="Ask">The place of the budget among <see cref="LeaseRequest.Asks"/>.</param>
/// <param name="Full">The most that it may cost.</param>
/// <param name="Least">The same with as little output as it can do with.</param>
public readonly record struct LeaseNeed(int Ask, Amount Full, Amount Least);

/// <summary>What the database answers.</summary>
/// <param name="Now">Its time.</param>
/// <param name="Granted">For each ask, what the node may have spent since the beginning of its life; null: the budget is not counted at present.</param>
/// <param name="Standings">Of each budget that was asked for or has changed.</param>
public sealed record LeaseReply(DateTimeOffset Now, IReadOnlyList<Amount?> Granted, IReadOnlyList<LeaseStanding> Standings);

/// <summary>How a budget stands over all nodes, as of one moment.</summary>
/// <param name="Budget">Its id.</param>
/// <param name="Reported">What of the node's own spending, since the beginning of its life, is in the ledger.</param>
/// <param name="Others">What the other nodes hold.</param>
/// <param name="Uses">What has changed of what is used.</param>
public sealed record LeaseStanding(string Budget, Amount Reported, Amount Others, IReadOnlyList<BudgetUse> Uses);

/// <summary>What was used of a budget in a slot of time.</summary>
/// <param name="Slot">Where the slot begins.</param>
/// <param name="Ends">When it counts no longer.</param>
/// <param name="Used">How much.</param>
public readonly record struct BudgetUse(DateTimeOffset Slot, DateTimeOffset Ends, Amount Used);
