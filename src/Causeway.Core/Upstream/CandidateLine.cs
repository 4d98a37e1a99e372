using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream;

/// <summary>The candidates that have not been asked yet. What rests comes last, and what the failures so far rule out is left out.</summary>
internal sealed class CandidateLine
{
    private IReadOnlyList<Candidate> _candidates;
    private int _next;
    private long? _window;        // tokens that were too few for the conversation
    private bool _permittedOnly;  // a content filter refused the request

    /// <summary>Lines up <paramref name="candidates"/>; with one there is no choice.</summary>
    public CandidateLine(IReadOnlyList<Candidate> candidates) => _candidates = candidates.Count > 1 ? RestingLast(candidates) : candidates;

    /// <summary>All of them, in the order in which they are asked.</summary>
    public IReadOnlyList<Candidate> All => _candidates;

    /// <summary>Is there another one that does not rest?</summary>
    public bool HasOther
    {
        get
        {
            for (var i = _next; i < _candidates.Count; i++)
            {
                if (Fits(_candidates[i]) && !_candidates[i].IsResting) return true;
            }

            return false;
        }
    }

    /// <summary>The next one; null if there is none.</summary>
    public Candidate? Next()
    {
        while (_next < _candidates.Count)
        {
            var candidate = _candidates[_next++];
            if (Fits(candidate)) return candidate;
        }

        return null;
    }

    /// <summary>May another candidate be asked after <paramref name="error"/>? A request that is itself wrong would be refused by it too, and the client must see why.</summary>
    public bool MayGoOn(GatewayError error, Candidate failed, RoutePolicy policy)
    {
        if (error.Code == UpstreamFailure.Deadline) return false;
        if (error.IsContextOverflow)
        {
            _window = Math.Max(_window ?? 0, failed.ContextWindow ?? 0);
            return true;
        }

        if (error.IsContentFilter)
        {
            if (!_permittedOnly && policy.FilterFallbacks.Count > 0)
            {
                var asked = _candidates.Take(_next).ToList();
                (_candidates, _next, _permittedOnly) = (RestingLast([.. policy.FilterFallbacks.Where(one => !asked.Contains(one))]), 0, true);
            }

            return _permittedOnly;
        }

        return error.Kind is not (ErrorKind.InvalidRequest or ErrorKind.RequestTooLarge) || error.Code == LossPolicy.Code;
    }

    /// <summary>A model whose window is not known is no larger one.</summary>
    private bool Fits(Candidate candidate) => _window is null || candidate.ContextWindow > _window;

    private static IReadOnlyList<Candidate> RestingLast(IReadOnlyList<Candidate> candidates) =>
        !candidates.Any(candidate => candidate.IsResting) ? candidates
            : [.. candidates.Where(candidate => !candidate.IsResting), .. candidates.Where(candidate => candidate.IsResting)];
}
