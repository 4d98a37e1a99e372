using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>
/// <c>tool_plan</c>, the words before tool calls, is ordinary text in every other dialect. So that it becomes a plan again where Cohere
/// reads it, its part has extras of this dialect that are empty: nothing there for another dialect to lose.
/// </summary>
internal static class ToolPlan
{
    public static TextPart Of(RawJson text) => new(text) { Extras = new Extras(DialectId.CohereChat) };

    public static bool IsOne(Part part) => part is TextPart { Extras: { Origin: DialectId.CohereChat, Fields.Count: 0 } };
}
