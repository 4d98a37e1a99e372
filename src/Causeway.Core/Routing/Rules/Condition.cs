namespace Causeway.Core.Routing.Rules;

/// <summary>A condition of a rule. Its text says what it asks, in the words of the configuration.</summary>
public abstract record Condition
{
    private protected Condition()
    {
    }

    /// <summary>How much work it is to find out: conditions that must all hold are asked in this order.</summary>
    public virtual int Work => 0;

    /// <summary>Does it hold?</summary>
    public abstract bool Holds(RequestFacts facts);
}

/// <summary>All of several conditions; of none, always.</summary>
public sealed record AllOf : Condition
{
    private readonly Condition[] _parts;

    /// <summary>Asks the cheap ones first.</summary>
    public AllOf(IEnumerable<Condition> parts) => _parts = [.. parts.OrderBy(part => part.Work)];

    /// <summary>Does it ask nothing?</summary>
    public bool IsAlways => _parts.Length == 0;

    /// <inheritdoc/>
    public override int Work => IsAlways ? 0 : _parts[^1].Work;

    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts) => Failing(facts) is null;

    /// <summary>The first part that does not hold; null if all do.</summary>
    public Condition? Failing(RequestFacts facts)
    {
        foreach (var part in _parts)
        {
            if (!part.Holds(facts)) return part;
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => IsAlways ? "always" : string.Join(", ", _parts.AsEnumerable());
}

/// <summary>One of several conditions.</summary>
public sealed record AnyOf : Condition
{
    private readonly Condition[] _parts;

    /// <summary>Asks the cheap ones first.</summary>
    public AnyOf(IEnumerable<Condition> parts) => _parts = [.. parts.OrderBy(part => part.Work)];

    /// <inheritdoc/>
    public override int Work => _parts[^1].Work;

    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts)
    {
        foreach (var part in _parts)
        {
            if (part.Holds(facts)) return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => $"any of ({string.Join("; ", _parts.AsEnumerable())})";
}

/// <summary>The opposite of a condition.</summary>
/// <param name="Part">The condition.</param>
public sealed record Not(Condition Part) : Condition
{
    /// <inheritdoc/>
    public override int Work => Part.Work;

    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts) => !Part.Holds(facts);

    /// <inheritdoc/>
    public override string ToString() => $"not ({Part})";
}
