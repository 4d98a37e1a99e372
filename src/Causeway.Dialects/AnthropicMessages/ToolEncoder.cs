using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Writes <c>tools</c> and <c>tool_choice</c>.</summary>
internal static class ToolEncoder
{
    private const DialectId Target = DialectId.AnthropicMessages;
    private const int LongestName = 128;

    public static void Write(Utf8JsonWriter writer, ChatRequest request, Translation translation, LossReport losses)
    {
        var own = request.Origin == Target;
        var tools = new List<Tool>(request.Tools.Count);
        foreach (var tool in request.Tools)
        {
            if (tool is OpaqueTool { Origin: not Target } foreign) losses.Add($"tools.{foreign.Kind}", "a tool that only its own provider runs");
            else tools.Add(tool);
        }

        if (tools.Count == 0)
        {
            if (request.ToolChoice is { Mode: not (ToolChoiceMode.Auto or ToolChoiceMode.None) }) losses.Add("tool_choice", "there are no tools to choose from");
            return;
        }

        writer.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            if (tool is OpaqueTool opaque) writer.WriteRaw(opaque.Raw);
            else WriteFunction(writer, (FunctionTool)tool, own, translation, losses);
        }

        writer.WriteEndArray();
        WriteChoice(writer, request, own, translation, losses);
    }

    /// <summary>A tool's name within the API's rules; the change is noted so that the answer's calls get the client's name back.</summary>
    public static string NameOf(string name, bool own, Translation translation)
    {
        if (own || StableName.IsFit(name, LongestName)) return name;
        var sent = StableName.Fit(name, LongestName);
        translation.RenameTool(name, sent);
        return sent;
    }

    private static void WriteFunction(Utf8JsonWriter writer, FunctionTool tool, bool own, Translation translation, LossReport losses)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, NameOf(tool.Name, own, translation));
        writer.WriteRaw("description"u8, tool.Description);
        writer.WritePropertyName("input_schema"u8);
        if (own && !tool.Schema.IsMissing) writer.WriteRaw(tool.Schema);
        else ToolSchema.WriteObject(writer, tool.Schema);
        if (tool.Strict is { } strict) writer.WriteBoolean("strict"u8, strict);
        RequestEncoder.WriteOwn(writer, tool.Extras, losses, "tools");
        writer.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter writer, ChatRequest request, bool own, Translation translation, LossReport losses)
    {
        var choice = request.ToolChoice;
        if (choice is { Raw.IsMissing: false } && choice.RawOrigin != Target) losses.Add("tool_choice", "a choice among some of the tools cannot be expressed");
        if (choice is null && request.ParallelTools is not false) return;
        writer.WriteStartObject("tool_choice"u8);
        writer.WriteString("type"u8, choice?.Mode switch
        {
            ToolChoiceMode.None => "none"u8,
            ToolChoiceMode.Required => "any"u8,
            ToolChoiceMode.Named => "tool"u8,
            _ => "auto"u8,
        });
        if (choice is { Mode: ToolChoiceMode.Named, Name: { } name }) writer.WriteString("name"u8, NameOf(name, own, translation));
        if (request.ParallelTools is { } parallel && choice?.Mode != ToolChoiceMode.None && (own || !parallel)) writer.WriteBoolean("disable_parallel_tool_use"u8, !parallel);
        writer.WriteEndObject();
    }
}
