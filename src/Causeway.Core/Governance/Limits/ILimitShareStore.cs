namespace Causeway.Core.Governance.Limits;

/// <summary>
/// What several gateways share of their rate limits: the shares of all nodes are together never more than a limit, so that no stretch of time over all of
/// them holds more. A node makes one call at a time, and a call ends within seconds, well or not.
/// </summary>
public interface ILimitShareStore
{
    /// <summary>Says what the node uses and wants of its limits; what it may have of each, in their order.</summary>
    /// <param name="holder">The process: the shares of a node's earlier ones count until nothing that they admitted can be in a window.</param>
    /// <param name="asks">The limits, each with its kind once.</param>
    /// <param name="cancel">Gives up.</param>
    Task<IReadOnlyList<ShareReply>> ShareAsync(Guid holder, IReadOnlyList<ShareAsk> asks, CancellationToken cancel);
}

/// <summary>How a node stands with a number of a rate limit.</summary>
/// <param name="Limit">The limit's id.</param>
/// <param name="Kind">Which of its numbers.</param>
/// <param name="Most">That number.</param>
/// <param name="Window">The stretch of time that it is for; zero for requests at a time.</param>
/// <param name="Used">What there is in the window now: so much it must have.</param>
/// <param name="Keep">What it keeps at most unless it is given more; it admits no more than that until it has an answer.</param>
/// <param name="Need">What it needs for requests that wait.</param>
/// <param name="Extra">What it would like to have beyond, for requests to come.</param>
public sealed record ShareAsk(string Limit, LimitKind Kind, long Most, TimeSpan Window, long Used, long Keep, long Need, long Extra);

/// <summary>What a node may have of a number of a rate limit.</summary>
/// <param name="Share">So much.</param>
/// <param name="Others">What the other nodes have used of it, as last known.</param>
public readonly record struct ShareReply(long Share, long Others);
