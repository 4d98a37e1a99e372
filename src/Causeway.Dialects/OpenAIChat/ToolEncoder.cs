using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.Schemas;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>Writes <c>tools</c>, <c>tool_choice</c> and <c>parallel_tool_calls</c>.</summary>
internal static class ToolEncoder
{
    private const DialectId Target = DialectId.OpenAIChat;
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
        WriteChoice(writer, request.ToolChoice, own, translation, losses);
        if (request.ParallelTools is { } parallel) writer.WriteBoolean("parallel_tool_calls"u8, parallel);
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
        if (!own)
        {
            writer.WritePropertyName("parameters"u8);
            ToolSchema.WriteObject(writer, tool.Schema);
        }
        else writer.WriteRaw("parameters"u8, tool.Schema);
        if (tool.Strict is { } strict)
        {
            if (own || !strict || SchemaSubset.OpenAIStrict.Takes(tool.Schema)) writer.WriteBoolean("strict"u8, strict);
            else losses.Add("tools.strict", "openai-chat wants every object closed and every property required in strict mode");
        }

        RequestEncoder.WriteOwn(writer, tool.Extras, losses, "tools", "function.");
        writer.WriteEndObject();
        if (tool.Extras is { Origin: Target }) RequestEncoder.WriteOwn(writer, tool.Extras, losses, "tools");
        writer.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter writer, ToolChoice? choice, bool own, Translation translation, LossReport losses)
    {
        switch (choice)
        {
            case null: break;
            case { Raw.IsMissing: false, RawOrigin: Target }: writer.WriteRaw("tool_choice"u8, choice.Raw); break;
            case { Mode: ToolChoiceMode.Named, Name: { } name }:
                writer.WriteStartObject("tool_choice"u8);
                writer.WriteString("type"u8, "function"u8);
                writer.WriteStartObject("function"u8);
                writer.WriteString("name"u8, NameOf(name, own, translation));
                writer.WriteEndObject();
                writer.WriteEndObject();
                break;
            default:
                if (!choice.Raw.IsMissing) losses.Add("tool_choice", "a choice among some of the tools cannot be expressed");
                writer.WriteString("tool_choice"u8, choice.Mode switch
                {
                    ToolChoiceMode.None => "none"u8,
                    ToolChoiceMode.Required => "required"u8,
                    _ => "auto"u8,
                });
                break;
        }
    }
}
