using System.Globalization;
using System.Text.Json;
using Causeway.Core.Routing.Rules;

namespace Causeway.Core.Configuration;

/// <summary>Reads the <c>when</c> of a rule: an object whose members must all hold.</summary>
internal static class ConditionReader
{
    // What is asked of the request's head and outermost fields costs nothing, what scans its bytes a little, what takes it apart most.
    private const int Scan = 1;
    private const int Decode = 3;

    private static readonly Dictionary<string, Func<RequestFacts, string?>> TextFacts = new(StringComparer.Ordinal)
    {
        ["model"] = facts => facts.Model,
        ["dialect"] = facts => facts.Dialect,
        ["user_agent"] = facts => facts.UserAgent,
        ["virtual_key"] = facts => facts.VirtualKey,
        ["team"] = facts => facts.Team,
        ["session"] = facts => facts.Session,
        ["effort"] = facts => facts.Effort,
    };

    private static readonly Dictionary<string, (Func<RequestFacts, bool> Fact, int Work)> Flags = new(StringComparer.Ordinal)
    {
        ["tools"] = (facts => facts.HasTools, Scan),
        ["images"] = (facts => facts.HasImages, Decode),
        ["thinking"] = (facts => facts.Thinks, Decode),
        ["sub_agent"] = (facts => facts.IsSubAgent, Scan),
        ["web_search"] = (facts => facts.SearchesWeb, Decode),
        ["stream"] = (facts => facts.Streams, 0),
    };

    private static readonly Dictionary<string, (Func<RequestFacts, double> Fact, int Work)> Numbers = new(StringComparer.Ordinal)
    {
        ["tokens"] = (facts => facts.Tokens, Scan),
        ["budget_used"] = (facts => facts.BudgetUsed, Scan),
    };

    /// <summary>The members of <c>when</c>.</summary>
    internal static readonly string[] Names = [.. TextFacts.Keys, .. Flags.Keys, .. Numbers.Keys, "headers", "tags", "time", "any", "all", "not"];

    internal static readonly string[] TimeNames = ["from", "to", "days", "zone"];
    internal static readonly string[] DayWords = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>The condition; without any, it always holds.</summary>
    public static Condition Read(ConfigNode node)
    {
        node.CheckNames(Names);
        return new AllOf(node.Members().SelectMany(member => One(member.Name, member.Node)));
    }

    private static IEnumerable<Condition> One(string name, ConfigNode node)
    {
        if (TextFacts.TryGetValue(name, out var text)) return [new TextIs(name, text, Texts(node))];
        if (Flags.TryGetValue(name, out var flag)) return node.Flag() is { } wanted ? [new Is(name, flag.Fact, wanted, flag.Work)] : [];
        if (Numbers.TryGetValue(name, out var number)) return [Limits(name, node, number.Fact, number.Work)];
        return name switch
        {
            "headers" => node.Members().Select(header => Header(header.Name, header.Node)),
            "tags" => [new HasTag(Texts(node))],
            "time" => Time(node) is { } time ? [time] : [],
            "any" => Parts(node) is { Count: > 0 } parts ? [new AnyOf(parts)] : [],
            "all" => Parts(node),
            "not" => [new Not(Read(node))],
            _ => [],   // the names were checked
        };
    }

    private static List<Condition> Parts(ConfigNode node) => [.. node.Items().Select(Read)];

    private static List<string> Texts(ConfigNode node) => [.. node.OneOrMore().Select(item => item.Text() ?? "")];

    /// <summary>A header has a value of a pattern, or, with true and false, is there or not.</summary>
    private static Condition Header(string name, ConfigNode node) => node.Value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? new Is($"header {name}", facts => facts.Header(name) is not null, node.Value.GetBoolean(), 0)
        : new TextIs($"header {name}", facts => facts.Header(name), Texts(node));

    private static Within Limits(string name, ConfigNode node, Func<RequestFacts, double> fact, int work)
    {
        node.CheckNames(["above", "below"]);
        var (above, below) = (node["above"].Number(0, 1e12), node["below"].Number(0, 1e12));
        if (above is null && below is null) node.Error("must have `above`, `below` or both");
        return new Within(name, fact, above, below, work);
    }

    private static TimeIs? Time(ConfigNode node)
    {
        node.CheckNames(TimeNames);
        var days = new List<DayOfWeek>();
        foreach (var item in node["days"].OneOrMore())
        {
            var day = Array.IndexOf(DayWords, item.Text());
            if (day >= 0) days.Add((DayOfWeek)day);
            else item.Error($"must be one of {string.Join(", ", DayWords)}");
        }

        var (from, to) = (Clock(node["from"]), Clock(node["to"]));
        var zone = node["zone"].Text() is { } id ? FindZone(node["zone"], id) : TimeZoneInfo.Utc;
        return zone is null ? null : new TimeIs(from, to, days, zone);
    }

    private static TimeOnly Clock(ConfigNode node)
    {
        if (node.Text() is not { } text || text == "24:00") return TimeOnly.MinValue;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        node.Error("must be a time such as 22:30");
        return TimeOnly.MinValue;
    }

    private static TimeZoneInfo? FindZone(ConfigNode node, string id)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)) return zone;
        node.Error("is no time zone that this system knows: write one such as Europe/Berlin, or leave it out for UTC");
        return null;
    }
}
