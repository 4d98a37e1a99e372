using System.Text.Json;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>
/// How the model is asked to think, and how many tokens it gets: <c>max_tokens</c> counts thinking, so that the two are
/// chosen together (guide "Extended thinking"; newer models are asked with "Adaptive thinking" and an effort).
/// </summary>
internal sealed class Thinking
{
    private const long LeastBudget = 1024;       // tokens
    private const long DefaultMaxTokens = 8192;
    private const long MostByDefault = 32000;

    /// <summary>Off, adaptive or with a budget; null: nothing is said.</summary>
    public ReasoningMode? Mode { get; private init; }

    /// <summary>Most tokens of thinking, for <see cref="ReasoningMode.Budget"/>.</summary>
    public long Budget { get; private init; }

    /// <summary><c>output_config.effort</c>; null: not said.</summary>
    public string? Effort { get; private init; }

    /// <summary>Most tokens of the answer, thinking included.</summary>
    public long MaxTokens { get; private init; }

    /// <summary>Does the model think?</summary>
    public bool IsOn => Mode is ReasoningMode.Adaptive or ReasoningMode.Budget;

    private Extras? Extras { get; init; }

    /// <summary>Decides for a request to a model with <paramref name="traits"/>.</summary>
    public static Thinking Choose(ChatRequest request, ModelTraits traits, LossReport losses)
    {
        var maxTokens = request.MaxTokens ?? Math.Min(traits.MaxOutputTokens ?? DefaultMaxTokens, MostByDefault);
        if (maxTokens > traits.MaxOutputTokens)
        {
            losses.Add("max_tokens", "more than the model can give");
            maxTokens = traits.MaxOutputTokens.Value;
        }

        var isOwn = request.Origin == DialectId.AnthropicMessages;
        var path = isOwn ? "thinking" : "reasoning_effort";
        var none = new Thinking { MaxTokens = maxTokens };
        if (request.Reasoning is not { } asked) return none;
        if (asked.Mode == ReasoningMode.Off || asked.Effort == "none")
            return isOwn ? Off(asked, maxTokens) : none;
        if (traits.Reasons == false)
        {
            losses.Add(path, "the model does not think");
            return none;
        }

        if (isOwn && asked.EffortOnly) return new Thinking { MaxTokens = maxTokens, Effort = asked.Effort };
        if (!isOwn && request.Tools.Count > 0 && request.ToolChoice?.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named)
        {
            losses.Add(path, "a model that must call a tool cannot think first");
            return none;
        }

        if (!isOwn) losses.AddForeign(asked.Extras, DialectId.AnthropicMessages, "reasoning");
        return IsAdaptive(asked, traits, isOwn)
            ? Adaptive(asked, maxTokens, isOwn, losses)
            : WithBudget(request, asked, traits, maxTokens, losses, path);
    }

    /// <summary>Writes the property <c>thinking</c>.</summary>
    public void Write(Utf8JsonWriter writer, LossReport losses)
    {
        if (Mode is not { } mode) return;
        writer.WriteStartObject("thinking"u8);
        writer.WriteString("type"u8, mode switch
        {
            ReasoningMode.Adaptive => "adaptive"u8,
            ReasoningMode.Budget => "enabled"u8,
            _ => "disabled"u8,
        });
        if (mode == ReasoningMode.Budget) writer.WriteNumber("budget_tokens"u8, Budget);
        Fields.Write(writer, Extras, losses, "thinking");
        writer.WriteEndObject();
    }

    private static bool IsAdaptive(ReasoningOptions asked, ModelTraits traits, bool isOwn) =>
        traits.AdaptiveThinking ?? (isOwn && asked.Mode == ReasoningMode.Adaptive);

    private static Thinking Off(ReasoningOptions asked, long maxTokens) =>
        new() { MaxTokens = maxTokens, Mode = ReasoningMode.Off, Effort = asked.Effort, Extras = asked.Extras };

    private static Thinking Adaptive(ReasoningOptions asked, long maxTokens, bool isOwn, LossReport losses)
    {
        if (asked.Mode == ReasoningMode.Budget && asked.Effort is null)
            losses.Add(isOwn ? "thinking.budget_tokens" : "reasoning.max_tokens", "the model thinks by effort, not by budget");
        return new Thinking
        {
            MaxTokens = maxTokens,
            Mode = ReasoningMode.Adaptive,
            Effort = asked.Effort == "minimal" ? "low" : asked.Effort ?? EffortOf(asked.BudgetTokens),
            Extras = isOwn ? asked.Extras : null,
        };
    }

    private static Thinking WithBudget(
        ChatRequest request, ReasoningOptions asked, ModelTraits traits, long maxTokens, LossReport losses, string path)
    {
        var isOwn = request.Origin == DialectId.AnthropicMessages;
        var converted = asked.Mode != ReasoningMode.Budget;
        var budget = Math.Max(LeastBudget, asked.BudgetTokens ?? BudgetOf(asked.Effort));
        if (budget >= maxTokens && (!isOwn || converted))
            maxTokens = Math.Min(maxTokens + budget, traits.MaxOutputTokens ?? long.MaxValue);   // thinking comes on top
        if (traits.MaxOutputTokens == maxTokens) budget = Math.Min(budget, maxTokens - 1);
        if (budget < LeastBudget)
        {
            losses.Add(path, "the model's token limit leaves no room to think");
            return new Thinking { MaxTokens = maxTokens };
        }

        return new Thinking
        {
            MaxTokens = maxTokens,
            Mode = ReasoningMode.Budget,
            Budget = budget,
            Effort = isOwn && !converted ? asked.Effort : null,
            Extras = isOwn ? asked.Extras : null,
        };
    }

    private static long BudgetOf(string? effort) => effort switch
    {
        "minimal" => LeastBudget,
        "low" => 2048,
        "high" => 16384,
        "xhigh" or "max" => 32000,
        _ => 8192,
    };

    private static string? EffortOf(long? budget) => budget switch
    {
        null => null,
        <= 4096 => "low",
        <= 12288 => "medium",
        _ => "high",
    };
}
