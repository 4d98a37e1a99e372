namespace Causeway.Core.Governance;

/// <summary>A call that waits until those before it have settled.</summary>
internal sealed class Waiter(Books books, Account[] accounts, Worst worst, string model)
{
    private readonly TaskCompletionSource<ReserveOutcome> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);   // who settles does not run others' calls

    /// <summary>Whose reservation it will be.</summary>
    public Books Books => books;

    /// <summary>All that cover it.</summary>
    public Account[] Accounts => accounts;

    /// <summary>What it may use.</summary>
    public Worst Worst => worst;

    /// <summary>The model it is for.</summary>
    public string Model => model;

    /// <summary>The account it waits for now.</summary>
    public required Account At { get; set; }

    /// <summary>When it came, a timestamp; 0 where this node is the only one.</summary>
    public long Arrived { get; init; }

    /// <summary>Its place among all who wait for leases; null: it does not.</summary>
    public LinkedListNode<Waiter>? Wanting { get; set; }

    /// <summary>What comes of it.</summary>
    public Task<ReserveOutcome> Task => _done.Task;

    /// <summary>Ends its waiting.</summary>
    public void End(ReserveOutcome outcome)
    {
        books.Leases?.Leave(this);
        _done.SetResult(outcome);
    }
}
