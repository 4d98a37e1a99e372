using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream;

/// <summary>The candidates that have not been asked yet. What rests comes last, and what the failures so far rule out is left out.</summary>
internal sealed class CandidateLine
{
    private IReadOnlyList<Candidate> _candidates;
    private int _next;
    private long? _window;   // tokens that were too few for the conversation

    /// <summary>Lines up <paramref name="candidates"/>; with one there is no choice.</summary>
    public CandidateLine(IReadOnlyList<Candidate> candidates) => _candidates = candidates.Count > 1 ? RestingLast(candidates) : candidates;

    /// <summary>All of them, in the order in which they are asked.</summary>
    public IReadOnlyList<Candidate> All => _candidates;

    /// <summary>The next one; null if there is none.</summary>
    public Candidate? Next()
    {
        while (_next < _candidates.Count)
        {
            var candidate = _candidates[_next++];
            if (_window is null || candidate.ContextWindow > _window) return candidate;
        }

        return null;
    }

    /// <summary>May another candidate be asked after <paramref name="error"/>? A request that is itself wrong would be refused by it too, and the client must see why.</summary>
    public bool MayGoOn(GatewayError error, Candidate failed, RoutePolicy policy)
    {
        if (error.IsContextOverflow && failed.ContextWindow is { } full)
        {
            _window = full;
            return true;
        }

        if (error.IsContentFilter && policy.FilterFallbacks.Count > 0)
        {
            if (ReferenceEquals(_candidates, policy.FilterFallbacks)) return true;   // these are all permitted
            (_candidates, _next) = (policy.FilterFallbacks, 0);
            return true;
        }

        return error.Kind is not (ErrorKind.InvalidRequest or ErrorKind.RequestTooLarge) || error.Code == LossPolicy.Code;
    }

    private static IReadOnlyList<Candidate> RestingLast(IReadOnlyList<Candidate> candidates) =>
        !candidates.Any(candidate => candidate.IsResting) ? candidates
            : [.. candidates.Where(candidate => !candidate.IsResting), .. candidates.Where(candidate => candidate.IsResting)];
}
