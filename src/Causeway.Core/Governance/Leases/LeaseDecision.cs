namespace Causeway.Core.Governance.Leases;

/// <summary>How the database has a budget while nobody else changes it.</summary>
/// <param name="Used">What is used in the window.</param>
/// <param name="Others">What the other nodes hold.</param>
/// <param name="Granted">What the node was granted since the beginning of its life.</param>
/// <param name="Reported">What of it is in the ledger.</param>
public readonly record struct LeaseState(Amount Used, Amount Others, Amount Granted, Amount Reported);

/// <summary>
/// Decides what a node is granted: what its waiting calls may cost, and for calls to come at most what it says and a sixteenth of what is free. A call
/// gets what it needs of all its budgets or of none, in the order of arrival: halves that wait for each other on several nodes would never end.
/// </summary>
public static class LeaseDecision
{
    /// <summary>For each ask what the node may have spent since the beginning of its life.</summary>
    public static Amount[] Grant(IReadOnlyList<LeaseAsk> asks, IReadOnlyList<LeaseState> states, IReadOnlyList<LeaseCall> calls)
    {
        var lines = new Line[asks.Count];
        for (var i = 0; i < lines.Length; i++) lines[i] = new Line(asks[i], states[i]);
        foreach (var call in calls) Serve(call, lines);
        return Array.ConvertAll(lines, line => line.Granted());
    }

    private static void Serve(LeaseCall call, Line[] lines)
    {
        var isServed = true;
        foreach (var need in call.Needs) isServed &= lines[need.Ask].Has(need);
        foreach (var need in call.Needs)
        {
            if (isServed) lines[need.Ask].Take(need);
            else lines[need.Ask].IsBlocked = true;   // who comes later does not overtake
        }
    }

    /// <summary>One budget.</summary>
    private sealed class Line
    {
        private readonly LeaseAsk _ask;
        private readonly Amount _reach;    // what will be left if nobody else holds anything
        private readonly Amount _kept;
        private readonly Amount _free;
        private Amount _left;              // beyond what the node has spent and reserved
        private Amount _taken;

        public Line(LeaseAsk ask, LeaseState state)
        {
            _ask = ask;
            _kept = Amount.Max(Amount.Min(state.Granted, ask.Floor), state.Reported);   // who spent more than he was granted holds nothing
            _free = ask.Cap - state.Used - state.Others - (_kept - state.Reported);
            _reach = ask.Cap - state.Used;
            _left = _free + _kept - ask.Held;
        }

        public bool IsBlocked { get; set; }

        /// <summary>Is there all that a call needs, or, where that is out of reach, as much as it can do with?</summary>
        public bool Has(LeaseNeed need) => !IsBlocked && (need.Full.FitsIn(_left) || (!need.Full.FitsIn(_reach) && need.Least.FitsIn(_left)));

        public void Take(LeaseNeed need)
        {
            var taken = Amount.Min(need.Full, _left);
            (_left, _taken) = (_left - taken, _taken + taken);
        }

        public Amount Granted()
        {
            var extra = IsBlocked ? default : Amount.Min(_ask.Extra, Amount.Max(_left, default).Sixteenth());
            var wanted = (_ask.Held + _taken + extra).RoundUp();
            return Amount.Max(_kept, Amount.Min(wanted, _kept + _free));
        }
    }
}
