using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Reads <c>tools</c> and <c>tool_choice</c>.</summary>
internal static class ToolDecoder
{
    private const DialectId Origin = DialectId.AnthropicMessages;

    public static void Read(RequestReader read, JsonElement tools, ChatRequest request)
    {
        if (tools.ValueKind == JsonValueKind.Undefined || !read.IsArray(tools)) return;
        foreach (var tool in tools.EnumerateArray())
        {
            if (read.IsObject(tool)) request.Tools.Add(ReadTool(read, tool));
        }
    }

    private static Tool ReadTool(RequestReader read, JsonElement tool)
    {
        var type = RequestReader.Get(tool, "type"u8);
        var kind = type.ValueKind == JsonValueKind.Undefined ? "custom" : read.Text(type);
        if (kind != "custom") return new OpaqueTool(Origin, kind, tool);
        var name = RequestReader.Get(tool, "name"u8);
        if (name.ValueKind != JsonValueKind.String) read.Fail(tool, "name", "must be text");
        var schema = RequestReader.Get(tool, "input_schema"u8);
        if (schema.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined)) read.Fail(tool, "input_schema", "must be a JSON schema");
        return new FunctionTool
        {
            Name = name.ValueKind == JsonValueKind.String ? read.Text(name) : "",
            Description = read.RawText(RequestReader.Get(tool, "description"u8)),
            Schema = schema,
            Strict = read.Boolean(RequestReader.Get(tool, "strict"u8)),
            Extras = ExtrasReader.Read(tool, Origin, ["type", "name", "description", "input_schema", "strict"]),
        };
    }

    public static ToolChoice? Choice(RequestReader read, JsonElement choice)
    {
        if (choice.ValueKind == JsonValueKind.Undefined || !read.IsObject(choice)) return null;
        var type = RequestReader.Get(choice, "type"u8);
        switch (type.ValueKind == JsonValueKind.String ? read.Text(type) : "")
        {
            case "auto": return new ToolChoice(ToolChoiceMode.Auto);
            case "none": return new ToolChoice(ToolChoiceMode.None);
            case "any": return new ToolChoice(ToolChoiceMode.Required);
            case "tool":
                var name = RequestReader.Get(choice, "name"u8);
                if (name.ValueKind == JsonValueKind.String) return new ToolChoice(ToolChoiceMode.Named, read.Text(name));
                read.Fail(choice, "name", "must be the name of a tool");
                return null;
            default:
                read.Fail(choice, "type", "must be \"auto\", \"any\", \"tool\" or \"none\"");
                return null;
        }
    }
}
