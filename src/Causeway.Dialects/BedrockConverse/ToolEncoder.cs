using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.Schemas;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Writes <c>toolConfig</c>. A conversation with calls in it needs one, whatever the client now offers.</summary>
internal static class ToolEncoder
{
    private const DialectId Target = DialectId.BedrockConverse;
    private const int LongestName = 64;

    /// <summary>A tool's name within the API's rules; the change is noted so that the answer's calls get the client's name back.</summary>
    public static string NameOf(string name, bool own, Translation translation)
    {
        if (own || StableName.IsFit(name, LongestName)) return name;
        var sent = StableName.Fit(name, LongestName);
        translation.RenameTool(name, sent);
        return sent;
    }

    public static void Write(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, IReadOnlyCollection<string> used, Translation translation, LossReport losses)
    {
        var own = request.Origin == Target;
        var tools = request.ToolsFor(Target, traits, translation, losses);

        var isNone = request.ToolChoice is { Mode: ToolChoiceMode.None };
        if (isNone) losses.Add("tool_choice", "bedrock-converse cannot be told to call none");
        if (tools.Count == 0) tools.AddRange(used.Select(name => new FunctionTool { Name = name }));
        if (tools.Count == 0)
        {
            if (request.ToolChoice is { Mode: ToolChoiceMode.Required or ToolChoiceMode.Named }) losses.Add("tool_choice", "there are no tools to choose from");
            return;
        }

        writer.WriteStartObject("toolConfig"u8);
        writer.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            if (tool is OpaqueTool opaque) writer.WriteRaw(opaque.Raw);
            else WriteSpec(writer, (FunctionTool)tool, own, translation, losses);
        }

        writer.WriteEndArray();
        if (!isNone && request.Tools.Count > 0) WriteChoice(writer, request.ToolChoice, own, translation, losses);
        writer.WriteEndObject();
    }

    private static void WriteSpec(Utf8JsonWriter writer, FunctionTool tool, bool own, Translation translation, LossReport losses)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("toolSpec"u8);
        writer.WriteString("name"u8, NameOf(tool.Name, own, translation));
        if (!tool.Description.IsNullOrEmpty) writer.WriteRaw("description"u8, tool.Description);
        writer.WriteStartObject("inputSchema"u8);
        writer.WritePropertyName("json"u8);
        ToolSchema.WriteObject(writer, tool.Schema);
        writer.WriteEndObject();
        if (tool.Extras is { Origin: Target })
        {
            foreach (var (name, value) in tool.Extras.Fields)
            {
                writer.WritePropertyName(name);
                writer.WriteRaw(value);
            }
        }

        if (tool.Strict == true) losses.Add("tools.strict", "bedrock-converse has no strict mode");
        writer.WriteEndObject();
        writer.WriteEndObject();
        CachePoint.Write(writer, tool.Extras, losses, "tools");
    }

    private static void WriteChoice(Utf8JsonWriter writer, ToolChoice? choice, bool own, Translation translation, LossReport losses)
    {
        if (choice is null) return;
        if (!choice.Raw.IsMissing) losses.Add("tool_choice", "a choice among some of the tools cannot be expressed");
        writer.WriteStartObject("toolChoice"u8);
        writer.WriteStartObject(choice.Mode switch { ToolChoiceMode.Required => "any"u8, ToolChoiceMode.Named => "tool"u8, _ => "auto"u8 });
        if (choice is { Mode: ToolChoiceMode.Named, Name: { } name }) writer.WriteString("name"u8, NameOf(name, own, translation));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
