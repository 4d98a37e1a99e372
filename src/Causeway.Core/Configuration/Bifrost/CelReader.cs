using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Causeway.Core.Routing.Rules;

namespace Causeway.Core.Configuration.Bifrost;

/// <summary>
/// Reads the part of the Common Expression Language that Bifrost's routing rules are written in (its documentation, "Routing Rules"): variables,
/// comparisons, <c>&amp;&amp; || ! in</c>, <c>startsWith endsWith contains matches</c>. A negation is carried down to the comparisons, since there a
/// missing header makes a comparison neither true nor false: the rule does not apply.
/// </summary>
/// <param name="text">The expression.</param>
internal sealed class CelReader(string text)
{
    private const int Deepest = 100;   // brackets and negations
    private static readonly string[] Operators = ["==", "!=", "<=", ">=", "<", ">"];
    private static readonly Dictionary<string, string> Opposites = new(StringComparer.Ordinal)
    {
        ["=="] = "!=", ["!="] = "==", ["<"] = ">=", [">="] = "<", [">"] = "<=", ["<="] = ">",
    };

    private int _at;
    private int _depth;

    /// <summary>The condition of an expression; an empty one always holds.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says where and why.</exception>
    public static Condition Read(string text)
    {
        var reader = new CelReader(text);
        if (reader.IsAtEnd) return new AllOf([]);
        var condition = reader.Either(wanted: true);
        return reader.IsAtEnd ? condition : throw reader.Wrong("has something after its end");
    }

    private bool IsAtEnd
    {
        get
        {
            SkipSpace();
            return _at == text.Length;
        }
    }

    private Condition Either(bool wanted)
    {
        var parts = new List<Condition> { Both(wanted) };
        while (Take("||")) parts.Add(Both(wanted));
        return parts is [var only] ? only : wanted ? new AnyOf(parts) : new AllOf(parts);
    }

    private Condition Both(bool wanted)
    {
        var parts = new List<Condition> { One(wanted) };
        while (Take("&&")) parts.Add(One(wanted));
        return parts is [var only] ? only : wanted ? new AllOf(parts) : new AnyOf(parts);
    }

    private Condition One(bool wanted)
    {
        if (++_depth > Deepest) throw Wrong("is nested too deeply");
        var condition = Take("!") ? One(!wanted) : Take("(") ? Bracket(wanted) : Comparison(wanted);
        _depth--;
        return condition;
    }

    private Condition Bracket(bool wanted)
    {
        var inner = Either(wanted);
        Expect(")");
        return inner;
    }

    private Condition Comparison(bool wanted)
    {
        var name = Word();
        if (name is "true" or "false") return new Is(name, static _ => true, (name == "true") == wanted, 0);
        if (CelVariables.Number(name) is { } number) return new NumberTest(name, number, Operator(wanted), Number());
        if (CelVariables.Text(name) is { } plain) return Text(name, plain, wanted);
        if (CelVariables.Indexed(name) is not { } indexed) throw Wrong($"asks for '{name}', which is not known");
        Expect("[");
        var key = Quoted();
        Expect("]");
        return Text($"{name}[{key}]", facts => indexed(facts, key), wanted);
    }

    private Condition Text(string name, Func<RequestFacts, string?> fact, bool wanted)
    {
        if (Take(".")) return Method(name, fact, wanted);
        if (!Take("in")) return new TextTest(name, fact, TextOperator.Equals, Quoted(Operator(wanted), out var isWanted), isWanted);
        var parts = new List<Condition>();
        Expect("[");
        do parts.Add(new TextTest(name, fact, TextOperator.Equals, Quoted(), wanted)); while (Take(","));
        Expect("]");
        return wanted ? new AnyOf(parts) : new AllOf(parts);
    }

    private Condition Method(string name, Func<RequestFacts, string?> fact, bool wanted)
    {
        var method = Word();
        Expect("(");
        var value = Quoted();
        Expect(")");
        return method switch
        {
            "startsWith" => new TextTest(name, fact, TextOperator.StartsWith, value, wanted),
            "endsWith" => new TextTest(name, fact, TextOperator.EndsWith, value, wanted),
            "contains" => new TextTest(name, fact, TextOperator.Contains, value, wanted),
            "matches" => new TextMatch(name, fact, value, Expression(value), wanted),
            _ => throw Wrong($"asks for '{method}', which is not known"),
        };
    }

    private Predicate<string> Expression(string pattern)
    {
        try
        {
#pragma warning disable RS0030 // CEL's own expressions are of the linear kind (RE2), and so are these
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant).IsMatch;
#pragma warning restore RS0030
        }
        catch (Exception bad) when (bad is ArgumentException or NotSupportedException)
        {
            throw Wrong($"has a regular expression that cannot be used ({pattern})");
        }
    }

    private string Quoted(string comparison, out bool isEqual)
    {
        if (comparison is not ("==" or "!=")) throw Wrong("compares texts with something else than == or !=");
        isEqual = comparison == "==";
        return Quoted();
    }

    private string Quoted()
    {
        SkipSpace();
        if (_at == text.Length || text[_at] is not ('"' or '\'')) throw Wrong("should have a text in quotes");
        var quote = text[_at++];
        var value = new StringBuilder();
        while (_at < text.Length && text[_at] != quote)
        {
            var letter = text[_at++];
            if (letter == '\\' && _at < text.Length) letter = text[_at++] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other };
            value.Append(letter);
        }

        if (_at == text.Length) throw Wrong("has a text without its closing quote");
        _at++;
        return value.ToString();
    }

    private string Operator(bool wanted) =>
        Array.Find(Operators, Take) is { } found ? wanted ? found : Opposites[found] : throw Wrong("should have a comparison");

    private double Number()
    {
        SkipSpace();
        var begin = _at;
        while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] is '.' or '-')) _at++;
        return double.TryParse(text.AsSpan(begin, _at - begin), CultureInfo.InvariantCulture, out var number) ? number : throw Wrong("should have a number");
    }

    private string Word()
    {
        SkipSpace();
        var begin = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_')) _at++;
        return _at > begin ? text[begin.._at] : throw Wrong("should have a variable");
    }

    private bool Take(string token)
    {
        SkipSpace();
        if (string.CompareOrdinal(text, _at, token, 0, token.Length) != 0) return false;
        var end = _at + token.Length;
        if (char.IsAsciiLetter(token[0]) && end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) return false;
        _at = end;
        return true;
    }

    private void Expect(string token)
    {
        if (!Take(token)) throw Wrong($"should have '{token}'");
    }

    private void SkipSpace()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
    }

    private FormatException Wrong(string problem) => new($"{problem}, at character {_at + 1}");
}
