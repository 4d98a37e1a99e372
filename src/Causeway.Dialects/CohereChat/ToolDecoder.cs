using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Reads <c>tools</c>, <c>strict_tools</c> and <c>tool_choice</c>.</summary>
internal static class ToolDecoder
{
    private const DialectId Origin = DialectId.CohereChat;

    public static void Read(RequestReader read, JsonView root, ChatRequest request)
    {
        var strict = read.Boolean(RequestReader.Get(root, "strict_tools"u8));
        var tools = RequestReader.Get(root, "tools"u8);
        if (tools.ValueKind == JsonValueKind.Undefined || !read.IsArray(tools)) return;
        foreach (var tool in tools.EnumerateArray())
        {
            if (read.IsObject(tool)) request.Tools.Add(ReadTool(read, tool, strict));
        }
    }

    public static ToolChoice? Choice(RequestReader read, JsonView choice)
    {
        if (choice.ValueKind == JsonValueKind.Undefined || !read.IsString(choice)) return null;
        switch (read.Text(choice).ToUpperInvariant())
        {
            case "REQUIRED": return new ToolChoice(ToolChoiceMode.Required);
            case "NONE": return new ToolChoice(ToolChoiceMode.None);
            default:
                read.Fail(choice, "must be \"REQUIRED\" or \"NONE\"; leave it out to let the model decide");
                return null;
        }
    }

    private static Tool ReadTool(RequestReader read, JsonView tool, bool? strict)
    {
        var type = ((RawJson)RequestReader.Get(tool, "type"u8)).AsString() ?? "function";
        var function = RequestReader.Get(tool, "function"u8);
        if (type != "function") return new OpaqueTool(Origin, type, tool);
        if (function.ValueKind != JsonValueKind.Object)
        {
            read.Fail(tool, "function", "must be an object");
            return new OpaqueTool(Origin, type, tool);
        }

        var name = RequestReader.Get(function, "name"u8);
        if (name.ValueKind != JsonValueKind.String) read.Fail(function, "name", "must be text");
        var schema = RequestReader.Get(function, "parameters"u8);
        if (schema.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined)) read.Fail(function, "parameters", "must be a JSON schema");
        return new FunctionTool
        {
            Name = name.ValueKind == JsonValueKind.String ? read.Text(name) : "",
            Description = read.RawText(RequestReader.Get(function, "description"u8)),
            Schema = schema,
            Strict = strict,
            Extras = ExtrasReader.Read(function, Origin, ["name", "description", "parameters"], "function.",
                ExtrasReader.Read(tool, Origin, ["type", "function"])),
        };
    }
}
