using Causeway.Core.Routing;

namespace Causeway.Core.Pipeline;

/// <summary>One upstream call of an exchange.</summary>
/// <param name="Target">Who was asked.</param>
/// <param name="Key">The name of the key; null if the provider takes none.</param>
/// <param name="Status">How it ended: the HTTP status, or what stands for it if there was none.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record Attempt(Candidate Target, string? Key, int Status, TimeSpan Elapsed)
{
    /// <summary>For headers and logs: who, and how it ended.</summary>
    public override string ToString() => $"{Target} {Status}";
}
