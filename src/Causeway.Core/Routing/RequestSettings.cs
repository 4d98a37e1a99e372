using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Routing;

/// <summary>Parameters of a request that a rule sets or limits, in the canonical model's words. What is null stays as the client has it.</summary>
public sealed record RequestSettings
{
    /// <summary>The words for how much a model is to think, the least first.</summary>
    internal static readonly string[] Efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

    /// <summary>Most tokens of the answer.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>The upper limit for that: what the client asks beyond is cut, and what it does not ask is limited.</summary>
    public long? MaxTokensLimit { get; init; }

    /// <summary>Sampling temperature.</summary>
    public double? Temperature { get; init; }

    /// <summary>The upper limit for that, where the client sets one.</summary>
    public double? TemperatureLimit { get; init; }

    /// <summary>Nucleus sampling.</summary>
    public double? TopP { get; init; }

    /// <summary>How much the model is to think: an effort's word, or <c>none</c> for not at all.</summary>
    public string? Effort { get; init; }

    /// <summary>The upper limit for that, where the client asks for thinking or says an effort.</summary>
    public string? EffortLimit { get; init; }

    /// <summary>These, with those of <paramref name="earlier"/> where these say nothing.</summary>
    public RequestSettings Over(RequestSettings? earlier) => earlier is null ? this : new()
    {
        MaxTokens = MaxTokens ?? earlier.MaxTokens,
        MaxTokensLimit = MaxTokensLimit ?? earlier.MaxTokensLimit,
        Temperature = Temperature ?? earlier.Temperature,
        TemperatureLimit = TemperatureLimit ?? earlier.TemperatureLimit,
        TopP = TopP ?? earlier.TopP,
        Effort = Effort ?? earlier.Effort,
        EffortLimit = EffortLimit ?? earlier.EffortLimit,
    };

    /// <summary>Changes <paramref name="request"/>.</summary>
    public void ApplyTo(ChatRequest request)
    {
        if (MaxTokens is not null) request.MaxTokens = MaxTokens;
        if (MaxTokensLimit is { } most && !(request.MaxTokens <= most)) request.MaxTokens = most;
        if (Temperature is { } temperature) request.Temperature = RawJson.FromNumber(temperature);
        if (TemperatureLimit is { } hottest && request.Temperature.AsNumber() > hottest) request.Temperature = RawJson.FromNumber(hottest);
        if (TopP is { } share) request.TopP = RawJson.FromNumber(share);
        if (Effort is { } effort) request.Reasoning = Thinking(effort);
        if (EffortLimit is { } hardest && request.Reasoning is { Mode: not ReasoningMode.Off } wanted && Rung(wanted) > Array.IndexOf(Efforts, hardest))
            request.Reasoning = Thinking(hardest) with { EffortOnly = wanted.EffortOnly };
    }

    private static ReasoningOptions Thinking(string effort) =>
        effort == "none" ? new ReasoningOptions(ReasoningMode.Off) : new ReasoningOptions(ReasoningMode.Adaptive) { Effort = effort };

    /// <summary>How hard it is to think: by the word, else by the budget, else high, as Anthropic's models do.</summary>
    private static int Rung(ReasoningOptions wanted) =>
        Array.IndexOf(Efforts, wanted.Effort ?? wanted.BudgetTokens switch { null => "high", < 4096 => "low", < 16_384 => "medium", _ => "high" });
}
