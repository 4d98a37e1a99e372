using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.Schemas;

namespace Causeway.Dialects.CohereChat;

/// <summary>Writes <c>tools</c>, <c>strict_tools</c> and <c>tool_choice</c>.</summary>
internal static class ToolEncoder
{
    private const DialectId Target = DialectId.CohereChat;
    private const int LongestName = 64;

    public static void Write(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, Translation translation, LossReport losses)
    {
        var own = request.Origin == Target;
        var tools = request.ToolsFor(Target, traits, translation, losses);

        if (tools.Count == 0)
        {
            if (request.ToolChoice is { Mode: ToolChoiceMode.Required or ToolChoiceMode.Named }) losses.Add("tool_choice", "there are no tools to choose from");
            return;
        }

        writer.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            if (tool is OpaqueTool opaque) writer.WriteRaw(opaque.Raw);
            else WriteFunction(writer, (FunctionTool)tool, own, translation, losses);
        }

        writer.WriteEndArray();
        WriteStrict(writer, tools, losses);
        WriteChoice(writer, request.ToolChoice, losses);
        if (request.ParallelTools == false) losses.Add("parallel_tool_calls", "cohere-chat cannot switch parallel calls off");
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
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteString("name"u8, NameOf(tool.Name, own, translation));
        writer.WriteRaw("description"u8, tool.Description);
        if (own) writer.WriteRaw("parameters"u8, tool.Schema);
        else
        {
            writer.WritePropertyName("parameters"u8);
            ToolSchema.WriteObject(writer, tool.Schema);
        }

        Fields.Write(writer, tool.Extras, losses, "tools", "function.");
        writer.WriteEndObject();
        if (tool.Extras is { Origin: Target }) Fields.Write(writer, tool.Extras, losses, "tools");
        writer.WriteEndObject();
    }

    /// <summary>One switch for all tools: on if every tool wants it.</summary>
    private static void WriteStrict(Utf8JsonWriter writer, List<Tool> tools, LossReport losses)
    {
        var functions = tools.OfType<FunctionTool>().ToList();
        if (functions.Count > 0 && functions.TrueForAll(tool => tool.Strict == true)) writer.WriteBoolean("strict_tools"u8, true);
        else if (functions.Count > 0 && functions.TrueForAll(tool => tool.Strict == false)) writer.WriteBoolean("strict_tools"u8, false);
        else if (functions.Exists(tool => tool.Strict == true)) losses.Add("tools.strict", "cohere-chat is strict with all tools or with none");
    }

    /// <summary>To let the model decide is said by saying nothing.</summary>
    private static void WriteChoice(Utf8JsonWriter writer, ToolChoice? choice, LossReport losses)
    {
        if (choice is null) return;
        if (!choice.Raw.IsMissing) losses.Add("tool_choice", "a choice among some of the tools cannot be expressed");
        else if (choice.Mode == ToolChoiceMode.Named) losses.Add("tool_choice", "cohere-chat can ask for some call, not for one tool's");
        if (choice.Mode == ToolChoiceMode.None) writer.WriteString("tool_choice"u8, "NONE"u8);
        else if (choice.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named) writer.WriteString("tool_choice"u8, "REQUIRED"u8);
    }
}
