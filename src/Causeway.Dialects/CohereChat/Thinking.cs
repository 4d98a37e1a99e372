using System.Text.Json;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.CohereChat;

/// <summary>Writes <c>thinking</c>: on or off, with a budget of tokens. Source: Cohere's guide "Reasoning".</summary>
internal static class Thinking
{
    private const DialectId Target = DialectId.CohereChat;

    public static void Write(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, long? maxTokens, LossReport losses)
    {
        if (request.Reasoning is not { } wanted) return;
        var own = request.Origin == Target;
        if (wanted.EffortOnly && !own)
        {
            losses.Add("output_config.effort", "cohere-chat knows budgets, not efforts");
            return;
        }

        losses.AddForeign(wanted.Extras, Target, "thinking");
        var isOff = wanted.Mode == ReasoningMode.Off || wanted.Effort == "none";
        if (!own && traits.Reasons == false)
        {
            if (!isOff) losses.Add("thinking", "the model cannot be asked to think");
            return;
        }

        if (!own && isOff && traits.Reasons != true) return;   // models that do not think take no word about it
        writer.WriteStartObject("thinking"u8);
        writer.WriteString("type"u8, isOff ? "disabled"u8 : "enabled"u8);
        if (!isOff && Budget(wanted, maxTokens, own, losses) is { } budget) writer.WriteNumber("token_budget"u8, budget);
        if (own) Fields.Write(writer, wanted.Extras, losses, "thinking");
        writer.WriteEndObject();
    }

    /// <summary>Most tokens of thinking. They count as tokens of the answer, so a budget that came with another API's rule leaves room for it.</summary>
    private static long? Budget(ReasoningOptions wanted, long? maxTokens, bool own, LossReport losses)
    {
        if (own) return wanted.BudgetTokens;
        if (wanted.BudgetTokens is null && wanted.Effort is not null) losses.Add("reasoning_effort", "cohere-chat knows budgets, not efforts");
        var budget = wanted.BudgetTokens ?? wanted.Effort switch { "minimal" => 1024, "low" => 2048, "medium" => 8192, _ => (long?)null };
        return maxTokens is { } most && budget >= most ? Math.Max(1, most / 2) : budget;
    }
}
