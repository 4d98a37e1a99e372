namespace Causeway.Core.Recording.Log.Reports;

/// <summary>What Bifrost calls the parameters of questions: taken for the same, so that scripts go on working.</summary>
internal static class BifrostNames
{
    private const string Metadata = "metadata_";

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["providers"] = "provider", ["models"] = "model", ["aliases"] = "asked", ["stop_reasons"] = "stop", ["selected_key_ids"] = "key",
        ["virtual_key_ids"] = "virtual_key", ["routing_rule_ids"] = "rule", ["team_ids"] = "team", ["customer_ids"] = "customer", ["user_ids"] = "user",
        ["start_time"] = "from", ["end_time"] = "to", ["content_search"] = "text", ["sort_by"] = "sort",
        ["min_latency"] = "min_duration", ["max_latency"] = "max_duration", ["min_cost"] = "min_dollars", ["max_cost"] = "max_dollars",
    };

    private static readonly Dictionary<string, string> Sorts = new(StringComparer.Ordinal) { ["timestamp"] = "time", ["latency"] = "duration", ["cost"] = "dollars" };

    /// <summary>Our name of a parameter.</summary>
    public static string Ours(string name) => name.StartsWith(Metadata, StringComparison.Ordinal) ? "dim." + name[Metadata.Length..] : Names.GetValueOrDefault(name, name);

    /// <summary>Our name of what a list is sorted by.</summary>
    public static string Sort(string name) => Sorts.GetValueOrDefault(name, name);
}
