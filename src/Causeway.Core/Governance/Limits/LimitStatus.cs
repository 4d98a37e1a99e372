namespace Causeway.Core.Governance.Limits;

/// <summary>How a limit stands, for people.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Uses">Each of its numbers that is a matter of time.</param>
/// <param name="Running">Requests under way.</param>
public sealed record LimitStatus(RateLimit Limit, IReadOnlyList<LimitUse> Uses, int Running);

/// <summary>How one number of a limit stands.</summary>
/// <param name="Kind">What is counted.</param>
/// <param name="Used">How much there was in the window; of tokens also what requests under way are expected to use.</param>
/// <param name="Gauge">How much is left.</param>
public readonly record struct LimitUse(LimitKind Kind, long Used, LimitGauge Gauge);
