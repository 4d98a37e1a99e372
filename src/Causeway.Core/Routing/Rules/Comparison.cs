using System.Globalization;

namespace Causeway.Core.Routing.Rules;

/// <summary>How a text is looked at.</summary>
public enum TextOperator
{
    /// <summary>It is the other.</summary>
    Equals,

    /// <summary>It begins with the other.</summary>
    StartsWith,

    /// <summary>It ends with the other.</summary>
    EndsWith,

    /// <summary>The other is in it.</summary>
    Contains,
}

/// <summary>A text of the request, looked at letter by letter. Of a request that has no such text it never holds, whatever is wanted.</summary>
/// <param name="Name">What is asked, as the configuration writes it.</param>
/// <param name="Fact">The text; null if the request has none.</param>
/// <param name="Operator">How it is looked at.</param>
/// <param name="Value">The other text.</param>
/// <param name="Wanted">false: it must not be so.</param>
public sealed record TextTest(string Name, Func<RequestFacts, string?> Fact, TextOperator Operator, string Value, bool Wanted) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts) => Fact(facts) is { } text && Operator switch
    {
        TextOperator.StartsWith => text.StartsWith(Value, StringComparison.Ordinal),
        TextOperator.EndsWith => text.EndsWith(Value, StringComparison.Ordinal),
        TextOperator.Contains => text.Contains(Value, StringComparison.Ordinal),
        _ => text == Value,
    } == Wanted;

    /// <inheritdoc/>
    public override string ToString() => Operator switch
    {
        TextOperator.Equals => $"{Name} {(Wanted ? "==" : "!=")} {Shown(Name, Value)}",
        var other => $"{(Wanted ? "" : "not ")}{Name} {other} {Shown(Name, Value)}",
    };

    /// <summary>The value, but for that of a header that may hold a credential.</summary>
    internal static string Shown(string name, string value) => name.StartsWith("headers[", StringComparison.Ordinal) && SecretHeader.Is(name) ? "what is configured" : value;
}

/// <summary>A text of the request in which a regular expression is found. Of a request that has no such text it never holds.</summary>
/// <param name="Name">What is asked, as the configuration writes it.</param>
/// <param name="Fact">The text; null if the request has none.</param>
/// <param name="Pattern">The expression, for people.</param>
/// <param name="IsFound">Is it found? In linear time.</param>
/// <param name="Wanted">false: it must not be found.</param>
public sealed record TextMatch(string Name, Func<RequestFacts, string?> Fact, string Pattern, Predicate<string> IsFound, bool Wanted) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts) => Fact(facts) is { } text && IsFound(text) == Wanted;

    /// <inheritdoc/>
    public override string ToString() => $"{(Wanted ? "" : "not ")}{Name} matches {TextTest.Shown(Name, Pattern)}";
}

/// <summary>A number of the request, compared.</summary>
/// <param name="Name">What is asked, as the configuration writes it.</param>
/// <param name="Fact">The number.</param>
/// <param name="Operator">One of <c>== != &lt; &lt;= &gt; &gt;=</c>.</param>
/// <param name="Value">What it is compared with.</param>
public sealed record NumberTest(string Name, Func<RequestFacts, double> Fact, string Operator, double Value) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(RequestFacts facts) => Fact(facts) is var number && Operator switch
    {
        "<" => number < Value,
        "<=" => number <= Value,
        ">" => number > Value,
        ">=" => number >= Value,
        "==" => number.Equals(Value),
        _ => !number.Equals(Value),
    };

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Operator} {Value}");
}
