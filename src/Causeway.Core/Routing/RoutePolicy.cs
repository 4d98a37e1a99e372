namespace Causeway.Core.Routing;

/// <summary>What holds for a request as a whole, whoever answers it. What is null is as the defaults have it.</summary>
public sealed record RoutePolicy
{
    /// <summary>Nothing is said.</summary>
    public static RoutePolicy Default { get; } = new();

    /// <summary>How long all attempts together may take until the answer is there, or the first content of a stream; null: no limit but those of the providers.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>After how long without content the next candidate is asked as well, and the faster one taken; null: never.</summary>
    public TimeSpan? HedgeAfter { get; init; }

    /// <summary>When an upstream dies in the middle of a text, does the next candidate go on with it?</summary>
    public bool Continues { get; init; }

    /// <summary>Is the request refused rather than sent with losses? null: as the configuration has it for the model.</summary>
    public bool? RejectsLosses { get; init; }

    /// <summary>May the answer come from a cache? null: as the configuration has it.</summary>
    public bool? Caches { get; init; }

    /// <summary>Candidates that may be given what another's content filter refused.</summary>
    public IReadOnlyList<Candidate> FilterFallbacks { get; init; } = [];

    /// <summary>Parameters that are set or limited; null: none.</summary>
    public RequestSettings? Settings { get; init; }
}
