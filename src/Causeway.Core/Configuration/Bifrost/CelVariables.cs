using Causeway.Core.Routing.Rules;

namespace Causeway.Core.Configuration.Bifrost;

/// <summary>The variables of Bifrost's rules.</summary>
internal static class CelVariables
{
    private static readonly Dictionary<string, Func<RequestFacts, string?>> Texts = new(StringComparer.Ordinal)
    {
        ["model"] = facts => facts.Model[(facts.Model.IndexOf('/') + 1)..],
        ["provider"] = facts => facts.Provider ?? "",
        ["request_type"] = facts => facts.Dialect switch { "openai-completions" => "text_completion", "openai-responses" => "responses", _ => "chat_completion" },
        ["complexity_tier"] = facts => facts.Complexity.ToUpperInvariant(),
        ["virtual_key_id"] = facts => facts.VirtualKeyId ?? "",
        ["virtual_key_name"] = facts => facts.VirtualKey ?? "",
        ["team_id"] = facts => facts.TeamId ?? "",
        ["team_name"] = facts => facts.Team ?? "",
        ["customer_id"] = _ => "",
        ["customer_name"] = _ => "",
    };

    /// <summary>A text; null if it is none. What a request does not have is empty, not missing.</summary>
    public static Func<RequestFacts, string?>? Text(string name) => Texts.GetValueOrDefault(name);

    /// <summary>A number from 0 to 100, in percent; null if it is none. There are no rate limits yet, and without a limit nothing of it is used.</summary>
    public static Func<RequestFacts, double>? Number(string name) => name switch
    {
        "budget_used" => facts => facts.BudgetUsed,
        "tokens_used" or "request" => _ => 0,
        _ => null,
    };

    /// <summary>A group of texts that have a name each; null if it is none. Those that a request does not have are missing.</summary>
    public static Func<RequestFacts, string, string?>? Indexed(string name) => name switch
    {
        "headers" => (facts, key) => facts.Header(key),
        "params" => (facts, key) => facts.Query(key),
        _ => null,
    };
}
