using System.Globalization;
using Causeway.Core.Configuration;

namespace Causeway.Core.Routing.Rules;

/// <summary>A condition of a rule. Its text says what it asks, in the words of the configuration.</summary>
public abstract record Condition
{
    private protected Condition()
    {
    }

    /// <summary>How much work it is to find out: conditions that must all hold are asked in this order.</summary>
    public virtual int Effort => 0;

    /// <summary>Does it hold?</summary>
    public abstract bool Holds(RequestFacts facts);
}

/// <summary>All of several conditions; of none, always.</summary>
public sealed record AllOf : Condition
{
    private readonly Condition[] _parts;

    /// <summary>Asks the cheap ones first.</summary>
    public AllOf(IEnumerable<Condition> parts) => _parts = [.. parts.OrderBy(part => part.Effort)];

    /// <inheritdoc/>
    public override int Effort => _parts.Length == 0 ? 0 : _parts[^1].Effort;

    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts)
    {
        foreach (var part in _parts)
        {
            if (!part.Holds(facts)) return false;
        }

        return true;
    }

    /// <summary>The first part that does not hold; null if all do.</summary>
    public Condition? Failing(RequestFacts facts) => Array.Find(_parts, part => !part.Holds(facts));

    /// <inheritdoc/>
    public override string ToString() => _parts.Length == 0 ? "always" : string.Join(", ", _parts.AsEnumerable());
}

/// <summary>One of several conditions.</summary>
/// <param name="Parts">The conditions.</param>
public sealed record AnyOf(IReadOnlyList<Condition> Parts) : Condition
{
    /// <inheritdoc/>
    public override int Effort => Parts.Max(part => part.Effort);

    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts) => Parts.Any(part => part.Holds(facts));

    /// <inheritdoc/>
    public override string ToString() => $"any of ({string.Join("; ", Parts)})";
}

/// <summary>The opposite of a condition.</summary>
/// <param name="Part">The condition.</param>
public sealed record Not(Condition Part) : Condition
{
    /// <inheritdoc/>
    public override int Effort => Part.Effort;

    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts) => !Part.Holds(facts);

    /// <inheritdoc/>
    public override string ToString() => $"not ({Part})";
}

/// <summary>A text of the request fits one of several patterns.</summary>
/// <param name="Name">What is asked, as the configuration writes it.</param>
/// <param name="Fact">The text; null if the request has none.</param>
/// <param name="Patterns">Patterns with <c>*</c> as a wildcard.</param>
public sealed record TextIs(string Name, Func<RequestFacts, string?> Fact, IReadOnlyList<string> Patterns) : Condition
{
    /// <inheritdoc/>
    public override int Effort => Name is "effort" ? 3 : 0;

    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts)
    {
        if (Fact(facts) is not { } text) return false;
        for (var i = 0; i < Patterns.Count; i++)
        {
            if (new WildcardPattern(Patterns[i]).Matches(text)) return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {string.Join(" or ", Patterns)}";
}

/// <summary>The request is marked with one of several words.</summary>
/// <param name="Patterns">The words, with <c>*</c> as a wildcard.</param>
public sealed record HasTag(IReadOnlyList<string> Patterns) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts) => facts.Tags.Any(tag => Patterns.Any(pattern => new WildcardPattern(pattern).Matches(tag)));

    /// <inheritdoc/>
    public override string ToString() => $"tags {string.Join(" or ", Patterns)}";
}

/// <summary>The request is, or is not, so.</summary>
/// <param name="Name">What is asked, as the configuration writes it.</param>
/// <param name="Fact">Is it so?</param>
/// <param name="Wanted">What it is to be.</param>
/// <param name="Work">See <see cref="Condition.Effort"/>.</param>
public sealed record Is(string Name, Func<RequestFacts, bool> Fact, bool Wanted, int Work) : Condition
{
    /// <inheritdoc/>
    public override int Effort => Work;

    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts) => Fact(facts) == Wanted;

    /// <inheritdoc/>
    public override string ToString() => Wanted ? Name : $"no {Name}";
}

/// <summary>A number of the request is within limits.</summary>
/// <param name="Name">What is asked, as the configuration writes it.</param>
/// <param name="Fact">The number.</param>
/// <param name="Above">It is more than this; null: there is no such limit.</param>
/// <param name="Below">It is less than this; null: there is no such limit.</param>
/// <param name="Work">See <see cref="Condition.Effort"/>.</param>
public sealed record Within(string Name, Func<RequestFacts, double> Fact, double? Above, double? Below, int Work) : Condition
{
    /// <inheritdoc/>
    public override int Effort => Work;

    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts) => Fact(facts) is var number && !(number <= Above) && !(number >= Below);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}{(Above is { } least ? $" above {least}" : "")}{(Below is { } most ? $" below {most}" : "")}");
}

/// <summary>It is between two times of the day, on certain days.</summary>
/// <param name="From">The first minute.</param>
/// <param name="To">The minute after the last; before <paramref name="From"/>: on the next day.</param>
/// <param name="Days">The days on which it begins; empty: all.</param>
/// <param name="Zone">Whose time it is.</param>
public sealed record TimeIs(TimeOnly From, TimeOnly To, IReadOnlyList<DayOfWeek> Days, TimeZoneInfo Zone) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts)
    {
        var now = TimeZoneInfo.ConvertTime(facts.Now, Zone);
        var time = TimeOnly.FromTimeSpan(now.TimeOfDay);
        var isAfterMidnight = To <= From && time < To;
        if (From != To && !time.IsBetween(From, To)) return false;
        return Days.Count == 0 || Days.Contains(isAfterMidnight && From != To ? now.AddDays(-1).DayOfWeek : now.DayOfWeek);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"time {From:HH:mm}-{To:HH:mm} {Zone.Id}{(Days.Count > 0 ? " " + string.Join(" ", Days.Select(day => day.ToString()[..3])) : "")}");
}
