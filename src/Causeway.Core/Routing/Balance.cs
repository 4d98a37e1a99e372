namespace Causeway.Core.Routing;

/// <summary>How one of several targets is chosen.</summary>
public enum Balance
{
    /// <summary>The first, the others in their order after it; by weight where there are weights, and then for a session always the same.</summary>
    Weighted,

    /// <summary>Of two that are drawn by weight (for a session the same two), the one with fewer requests under way.</summary>
    LeastBusy,

    /// <summary>Of two that are drawn by weight (for a session the same two), the one that lately answered sooner.</summary>
    Fastest,
}
