using Causeway.Core.Governance;
using Causeway.Core.Governance.Leases;
using Causeway.Core.Tests.Routing;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Governance.Leases;

/// <summary>The database of some nodes, in memory and in one thread: what is used and held of each budget.</summary>
internal sealed class Pool
{
    private readonly Dictionary<string, List<BudgetUse>> _uses = [];
    private readonly List<Node> _nodes = [];

    public FakeTimeProvider Time { get; } = new(Routed.Noon);

    /// <summary>How far its clock is ahead of the nodes'.</summary>
    public TimeSpan Ahead { get; set; }

    public DateTimeOffset Now => Time.GetUtcNow() + Ahead;

    public Node Add(params Budget[] budgets)
    {
        var node = new Node(this, new Books(budgets));
        _nodes.Add(node);
        node.Trip();   // it is known
        return node;
    }

    public Amount Used(string budget) => Sum(_uses.GetValueOrDefault(budget, []).Where(use => use.Ends > Now).Select(use => use.Used));

    public Amount Held(string budget, Node? but = null) => Sum(_nodes.Where(node => node != but).Select(node => node.Holds(budget)));

    /// <summary>An entry reaches the ledger.</summary>
    public void Report(Node node, Booking booking, Amount spent)
    {
        if (!_uses.TryGetValue(booking.Budget, out var uses)) _uses[booking.Budget] = uses = [];
        var known = uses.FirstOrDefault(use => use.Slot == booking.Slot);
        uses.Remove(known);
        uses.Add(new BudgetUse(booking.Slot, booking.Ends, known.Used + spent));
        node.Reported[booking.Budget] = node.Reported.GetValueOrDefault(booking.Budget) + spent;
    }

    public LeaseReply Answer(Node node, LeaseRequest request)
    {
        var states = request.Asks.Select(ask => new LeaseState(Used(ask.Budget), Held(ask.Budget, node), node.Granted.GetValueOrDefault(ask.Budget), node.Reported.GetValueOrDefault(ask.Budget))).ToList();
        var granted = LeaseDecision.Grant(request.Asks, states, request.Calls);
        for (var i = 0; i < granted.Length; i++) node.Granted[request.Asks[i].Budget] = granted[i];
        foreach (var ask in request.Asks) Assert.True((Used(ask.Budget) + Held(ask.Budget)).FitsIn(ask.Cap), $"{ask.Budget}: {Used(ask.Budget)} used and {Held(ask.Budget)} held of {ask.Cap}");
        var known = _uses.Keys.Union(request.Asks.Select(ask => ask.Budget));
        return new LeaseReply(Now, [.. granted.Select(amount => (Amount?)amount)],
            [.. known.Select(budget => new LeaseStanding(budget, node.Reported.GetValueOrDefault(budget), Held(budget, node), [.. _uses.GetValueOrDefault(budget, []).Where(use => use.Ends > Now)]))]);
    }

    private static Amount Sum(IEnumerable<Amount> amounts) => amounts.Aggregate(default(Amount), static (sum, one) => sum + one);
}

/// <summary>One of them.</summary>
internal sealed class Node
{
    private readonly Pool _pool;
    private readonly LeaseBook _leases;
    private readonly List<(Booking Booking, Amount Spent)> _journal = [];

    public Node(Pool pool, Books books)
    {
        (_pool, Books) = (pool, books);
        _leases = books.Share(new LeaseTerms(TimeSpan.FromSeconds(60)), pool.Time);
        books.Alert = Alerts.Add;
    }

    public Books Books { get; }

    public List<BudgetAlert> Alerts { get; } = [];

    public Dictionary<string, Amount> Granted { get; } = [];

    public Dictionary<string, Amount> Reported { get; } = [];

    public Amount Holds(string budget) => Amount.Max(Granted.GetValueOrDefault(budget) - Reported.GetValueOrDefault(budget), default);

    public Task<ReserveOutcome> ReserveAsync(decimal dollars, long tokens = 0, string model = "gpt-4o") => ReserveAsync(Worst.Of(dollars, tokens), model);

    public Task<ReserveOutcome> ReserveAsync(Worst worst, string model = "gpt-4o") =>
        Books.ReserveAsync(null, "openai", model, worst, TimeSpan.FromSeconds(30), _pool.Time, CancellationToken.None).AsTask();

    /// <summary>A call costs so much; its entry waits in the journal.</summary>
    public void Settle(ReserveOutcome outcome, decimal dollars, long tokens = 0)
    {
        foreach (var booking in outcome.Reservation!.BookingsAt(_pool.Time.GetUtcNow())) _journal.Add((booking, new Amount(dollars, tokens)));
        Assert.True(Books.Settle(outcome.Reservation, dollars, tokens, _pool.Time.GetUtcNow()));
    }

    /// <summary>The journal reaches the ledger.</summary>
    public void Report()
    {
        foreach (var (booking, spent) in _journal) _pool.Report(this, booking, spent);
        _journal.Clear();
    }

    /// <summary>Talks to the database; what it is told comes after <paramref name="between"/>.</summary>
    public void Trip(Action? between = null, bool isLast = false)
    {
        var sent = _pool.Time.GetTimestamp();
        var request = Books.WithLeases(leases => leases.Ask(default, Routed.Noon, isLast));
        between?.Invoke();
        var reply = _pool.Answer(this, request);
        Books.Tell(Books.WithLeases(leases => leases.Take(Books, request, reply, sent)));
    }

    /// <summary>The database does not answer.</summary>
    public bool Fail() => Books.WithLeases(leases => leases.LetGo());

    public BudgetStatus Status(string budget) => Books.Status(budget, _pool.Time.GetUtcNow())!;
}
