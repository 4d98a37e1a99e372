namespace Causeway.Core.Governance.Leases;

/// <summary>
/// What several gateways share of their budgets. What is used of a budget, and what its nodes hold of it, is together never more than a hard budget
/// has; all of it is decided by the clock and the locks of the database. A node makes one call at a time, and a call ends within seconds, well or not.
/// </summary>
public interface ILeaseStore
{
    /// <summary>
    /// Begins the life of a node: what an earlier process of it held goes back. All of that process's entries must be in the ledger. Earlier calls of
    /// the same node with another <paramref name="epoch"/> have no more effect.
    /// </summary>
    Task BeginAsync(Guid epoch, LeaseTerms terms, CancellationToken cancel);

    /// <summary>
    /// Sees to it that these budgets are counted: what was spent of those that nobody counted until now, or whose window or scope was another one, is
    /// taken from the ledger. The others of the database are counted no longer, because this node does not.
    /// </summary>
    Task CountAsync(IReadOnlyList<Budget> budgets, CancellationToken cancel);

    /// <summary>Renews what the node holds, gives back and asks for more, and tells what has changed.</summary>
    /// <exception cref="LeaseLostException">Another process has begun under the node's id.</exception>
    Task<LeaseReply> AdjustAsync(LeaseRequest request, CancellationToken cancel);

    /// <summary>Takes back what nodes hold that have not been heard of for the length of a lease.</summary>
    Task SweepAsync(LeaseTerms terms, CancellationToken cancel);
}

/// <summary>How long leases are good for.</summary>
/// <param name="Life">From the last renewal until it is taken back.</param>
public sealed record LeaseTerms(TimeSpan Life)
{
    /// <summary>How long a node uses its leases after it sent the last renewal that succeeded.</summary>
    public TimeSpan Use => Life * 3 / 4;

    /// <summary>
    /// How long a lease that has not been renewed stays with its node after another node has noticed: where the database was away for all, they all
    /// come back to what they had.
    /// </summary>
    public TimeSpan Grace => Life / 4;

    /// <summary>How often a node without work renews.</summary>
    public TimeSpan Beat => Life / 12;
}

/// <summary>Another process has begun under the same node id.</summary>
public sealed class LeaseLostException : Exception
{
    /// <summary>With nothing said.</summary>
    public LeaseLostException()
    {
    }

    /// <summary>With what is wrong.</summary>
    public LeaseLostException(string message) : base(message)
    {
    }

    /// <summary>With what is wrong, and why.</summary>
    public LeaseLostException(string message, Exception? inner) : base(message, inner)
    {
    }
}
