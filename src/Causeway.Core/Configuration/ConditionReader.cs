using System.Text.Json;
using Causeway.Core.Routing;
using Causeway.Core.Routing.Rules;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Configuration;

/// <summary>Reads the <c>when</c> of a rule: an object whose members must all hold.</summary>
internal static class ConditionReader
{
    // What is asked of the request's head and outermost fields costs nothing, what looks at parts of its bytes a little, what goes through all of them
    // more, and most what may take it apart.
    private const int Scan = 1;
    private const int Search = 2;
    private const int Decode = 3;

    private static readonly Dictionary<string, (Func<RequestFacts, string?> Fact, int Work)> TextFacts = new(StringComparer.Ordinal)
    {
        ["model"] = (facts => facts.Model, 0),
        ["dialect"] = (facts => facts.Dialect, 0),
        ["user_agent"] = (facts => facts.UserAgent, 0),
        ["virtual_key"] = (facts => facts.VirtualKey, 0),
        ["team"] = (facts => facts.Team, 0),
        ["session"] = (facts => facts.Session, Scan),
        ["effort"] = (facts => facts.Effort, Scan),
        ["complexity"] = (facts => facts.Complexity, Decode),
    };

    /// <summary>Facts that are one of a few words: a pattern that fits none of them would never hold.</summary>
    private static readonly Dictionary<string, string[]> Words = new(StringComparer.Ordinal)
    {
        ["dialect"] = [.. Enum.GetValues<DialectId>().Select(dialect => dialect.Name())],
        ["effort"] = RequestSettings.Efforts,
        ["complexity"] = Complexity.Words,
    };

    private static readonly Dictionary<string, (Func<RequestFacts, bool> Fact, int Work)> Flags = new(StringComparer.Ordinal)
    {
        ["tools"] = (facts => facts.HasTools, Scan),
        ["images"] = (facts => facts.HasImages, Search),
        ["thinking"] = (facts => facts.Thinks, Scan),
        ["sub_agent"] = (facts => facts.IsSubAgent, Scan),
        ["web_search"] = (facts => facts.SearchesWeb, Search),
        ["stream"] = (facts => facts.Streams, 0),
    };

    private static readonly Dictionary<string, (Func<RequestFacts, double> Fact, int Work)> Numbers = new(StringComparer.Ordinal)
    {
        ["tokens"] = (facts => facts.Tokens, Scan),
        ["budget_used"] = (facts => facts.BudgetUsed, 0),
    };

    /// <summary>The members of <c>when</c>.</summary>
    internal static readonly string[] Names = [.. TextFacts.Keys, .. Flags.Keys, .. Numbers.Keys, "headers", "tags", "time", "any", "all", "not"];

    /// <summary>The condition; without any, it always holds.</summary>
    public static AllOf Read(ConfigNode node)
    {
        node.CheckNames(Names);
        return new AllOf(node.Members().Where(member => !member.Node.IsMissing).SelectMany(member => One(member.Name, member.Node)));
    }

    private static IEnumerable<Condition> One(string name, ConfigNode node)
    {
        if (TextFacts.TryGetValue(name, out var text)) return [new TextIs(name, text.Fact, Texts(node, Words.GetValueOrDefault(name)), text.Work)];
        if (Flags.TryGetValue(name, out var flag)) return node.Flag() is { } wanted ? [new Is(name, flag.Fact, wanted, flag.Work)] : [];
        if (Numbers.TryGetValue(name, out var number)) return [Limits(name, node, number.Fact, number.Work)];
        return name switch
        {
            "headers" => node.Members().Where(header => !header.Node.IsMissing).Select(header => Header(header.Name, header.Node)),
            "tags" => [new HasTag(Texts(node))],
            "time" => TimeReader.Read(node) is { } time ? [time] : [],
            "any" => Parts(node) is { Count: > 0 } parts ? [new AnyOf(parts)] : [],
            "all" => Parts(node),
            "not" => [new Not(Part(node))],
            _ => [],   // the names were checked
        };
    }

    private static List<AllOf> Parts(ConfigNode node)
    {
        var parts = node.Items().Select(Part).ToList();
        if (parts.Count == 0 && node.Value.ValueKind == JsonValueKind.Array) node.Error("must not be empty");
        return parts;
    }

    /// <summary>A condition within another: one that asks nothing is a slip.</summary>
    private static AllOf Part(ConfigNode node)
    {
        var part = Read(node);
        if (part.IsAlways && node.Value.ValueKind == JsonValueKind.Object) node.Error("must hold a condition");
        return part;
    }

    private static List<string> Texts(ConfigNode node, string[]? words = null)
    {
        var texts = new List<string>();
        foreach (var item in node.OneOrMore())
        {
            if (item.Text() is not { Length: > 0 } text)
            {
                if (item.IsMissing || item.Value.ValueKind == JsonValueKind.String) item.Error("must not be empty");
                continue;
            }

            if (words is not null && !words.Any(word => new WildcardPattern(text).Matches(word))) item.Error($"must be one of {string.Join(", ", words)}");
            texts.Add(text);
        }

        if (node.Value is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0) node.Error("must not be empty");
        return texts;
    }

    /// <summary>A header has a value of a pattern, or, with true and false, is there or not.</summary>
    private static Condition Header(string name, ConfigNode node) => node.Value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? new Is($"header {name}", facts => facts.Header(name) is not null, node.Value.GetBoolean())
        : new TextIs($"header {name}", facts => facts.Header(name), Texts(node), IsSecret: SecretHeader.Is(name));

    private static Within Limits(string name, ConfigNode node, Func<RequestFacts, double> fact, int work)
    {
        node.CheckNames(["above", "below"]);
        var (above, below) = (node["above"].Number(0, 1e12), node["below"].Number(0, 1e12));
        if (above is null && below is null) node.Error("must have `above`, `below` or both");
        if (above >= below) node.Error("holds for no number: `above` must be less than `below`");
        return new Within(name, fact, above, below, work);
    }
}
