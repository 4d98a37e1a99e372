using System.Globalization;
using Causeway.Core.Configuration;

namespace Causeway.Core.Routing.Rules;

/// <summary>A text of the request fits one of several patterns.</summary>
/// <param name="Name">What is asked, as the configuration writes it.</param>
/// <param name="Fact">The text; null if the request has none.</param>
/// <param name="Patterns">Patterns with <c>*</c> as a wildcard.</param>
/// <param name="Cost">See <see cref="Condition.Work"/>.</param>
/// <param name="IsSecret">The patterns are not shown: what they ask of may be a credential.</param>
public sealed record TextIs(string Name, Func<RequestFacts, string?> Fact, IReadOnlyList<string> Patterns, int Cost = 0, bool IsSecret = false) : Condition
{
    private readonly WildcardPattern[] _patterns = WildcardPattern.All(Patterns);

    /// <inheritdoc/>
    public override int Work => Cost;

    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts)
    {
        if (Fact(facts) is not { } text) return false;
        foreach (var pattern in _patterns)
        {
            if (pattern.Matches(text)) return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => IsSecret ? $"{Name} as configured" : $"{Name} {string.Join(" or ", Patterns)}";
}

/// <summary>The request is marked with one of several words.</summary>
/// <param name="Patterns">The words, with <c>*</c> as a wildcard.</param>
public sealed record HasTag(IReadOnlyList<string> Patterns) : Condition
{
    private readonly WildcardPattern[] _patterns = WildcardPattern.All(Patterns);

    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts)
    {
        foreach (var tag in facts.Tags)
        {
            foreach (var pattern in _patterns)
            {
                if (pattern.Matches(tag)) return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => $"tags {string.Join(" or ", Patterns)}";
}

/// <summary>The request is, or is not, so.</summary>
/// <param name="Name">What is asked, as the configuration writes it.</param>
/// <param name="Fact">Is it so?</param>
/// <param name="Wanted">What it is to be.</param>
/// <param name="Cost">See <see cref="Condition.Work"/>.</param>
public sealed record Is(string Name, Func<RequestFacts, bool> Fact, bool Wanted, int Cost = 0) : Condition
{
    /// <inheritdoc/>
    public override int Work => Cost;

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
/// <param name="Cost">See <see cref="Condition.Work"/>.</param>
public sealed record Within(string Name, Func<RequestFacts, double> Fact, double? Above, double? Below, int Cost = 0) : Condition
{
    /// <inheritdoc/>
    public override int Work => Cost;

    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts) => Fact(facts) is var number && !(number <= Above) && !(number >= Below);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}{(Above is { } least ? $" above {least}" : "")}{(Below is { } most ? $" below {most}" : "")}");
}

/// <summary>It is between two times of the day, on certain days.</summary>
/// <param name="From">The first minute.</param>
/// <param name="To">The minute after the last; not after <paramref name="From"/>: on the next day.</param>
/// <param name="Days">The days on which it begins; empty: all.</param>
/// <param name="Zone">Whose time it is.</param>
public sealed record TimeIs(TimeOnly From, TimeOnly To, IReadOnlyList<DayOfWeek> Days, TimeZoneInfo Zone) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts)
    {
        var now = TimeZoneInfo.ConvertTime(facts.Now, Zone);
        var time = TimeOnly.FromTimeSpan(now.TimeOfDay);
        if (From != To && !time.IsBetween(From, To)) return false;
        var beganYesterday = To <= From && time < To;
        return Days.Count == 0 || Days.Contains(beganYesterday ? now.AddDays(-1).DayOfWeek : now.DayOfWeek);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"time {From:HH:mm}-{To:HH:mm} {Zone.Id}{(Days.Count > 0 ? " " + string.Join(" ", Days.Select(day => day.ToString()[..3])) : "")}");
}
