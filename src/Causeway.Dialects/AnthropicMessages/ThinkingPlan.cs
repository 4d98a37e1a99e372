using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>
/// How the model is asked to think, and the token limit that goes with it. Rules (Anthropic's guide "Extended thinking"): a budget is at
/// least 1,024 tokens and below <c>max_tokens</c>; a forced tool choice excludes thinking; newer models take an effort in place of a budget.
/// </summary>
internal sealed class ThinkingPlan
{
    private const long LeastBudget = 1024;
    private const long DefaultMaxTokens = 8192;
    private const long MostDefaultTokens = 32_000;

    private ReasoningMode? _mode;
    private long? _budget;
    private Extras? _extras;

    /// <summary>Most tokens of the answer, thinking included. The API requires it.</summary>
    public long MaxTokens { get; private set; }

    /// <summary>The word for <c>output_config.effort</c>; null for none.</summary>
    public string? Effort { get; private set; }

    /// <summary>The model will think.</summary>
    public bool Thinks => _mode is ReasoningMode.Adaptive or ReasoningMode.Budget;

    public static ThinkingPlan For(ChatRequest request, ModelTraits traits, LossReport losses)
    {
        var plan = new ThinkingPlan { MaxTokens = request.MaxTokens ?? Math.Min(traits.MaxOutputTokens ?? DefaultMaxTokens, MostDefaultTokens) };
        if (request.Origin == DialectId.AnthropicMessages) plan.Keep(request.Reasoning);
        else plan.Choose(request, traits, losses);
        if (traits.MaxOutputTokens < plan.MaxTokens)
        {
            losses.Add("max_tokens", $"the model gives at most {traits.MaxOutputTokens} tokens");
            plan.MaxTokens = traits.MaxOutputTokens.Value;
        }

        if (plan._budget >= plan.MaxTokens && plan.MaxTokens > LeastBudget) plan._budget = Math.Max(LeastBudget, plan.MaxTokens / 2);
        return plan;
    }

    public void Write(Utf8JsonWriter writer)
    {
        if (_mode is null or ReasoningMode.Unspecified) return;
        writer.WriteStartObject("thinking"u8);
        writer.WriteString("type"u8, _mode switch { ReasoningMode.Off => "disabled"u8, ReasoningMode.Adaptive => "adaptive"u8, _ => "enabled"u8 });
        if (_mode == ReasoningMode.Budget && _budget is { } budget) writer.WriteNumber("budget_tokens"u8, budget);
        if (_extras is not null)
        {
            foreach (var (name, value) in _extras.Fields)
            {
                writer.WritePropertyName(name);
                writer.WriteRaw(value);
            }
        }

        writer.WriteEndObject();
    }

    private void Keep(ReasoningOptions? options)
    {
        _mode = options?.Mode;
        _budget = options?.BudgetTokens;
        _extras = options?.Extras;
        Effort = options?.Effort;
    }

    private void Choose(ChatRequest request, ModelTraits traits, LossReport losses)
    {
        if (request.Reasoning is not { Mode: not ReasoningMode.Off } wanted) return;
        if (traits.Reasons == false)
        {
            losses.Add("reasoning_effort", "the model cannot think");
            return;
        }

        if (request.ToolChoice is { Mode: ToolChoiceMode.Required or ToolChoiceMode.Named } && request.Tools.Count > 0)
        {
            losses.Add("reasoning_effort", "a forced tool choice excludes thinking");
            return;
        }

        if (traits.AdaptiveThinking == true && wanted.BudgetTokens is null)
        {
            _mode = ReasoningMode.Adaptive;
            Effort = wanted.Effort is "minimal" ? "low" : wanted.Effort;
            return;
        }

        _mode = ReasoningMode.Budget;
        _budget = Math.Max(LeastBudget, wanted.BudgetTokens ?? BudgetOf(wanted.Effort));
        if (MaxTokens <= LeastBudget) MaxTokens += _budget.Value;   // thinking comes on top where there is no room for it
    }

    /// <summary>Tokens for the efforts of OpenAI's API, in steps that double.</summary>
    private static long BudgetOf(string? effort) => effort switch
    {
        "minimal" => LeastBudget,
        "low" => 2048,
        "high" => 16_384,
        "xhigh" or "max" => 32_000,
        _ => 8192,
    };
}
