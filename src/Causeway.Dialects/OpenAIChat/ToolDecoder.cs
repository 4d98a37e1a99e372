using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>Reads <c>tools</c> and <c>tool_choice</c>.</summary>
internal static class ToolDecoder
{
    private const DialectId Origin = DialectId.OpenAIChat;

    public static void Read(RequestReader read, JsonView tools, ChatRequest request)
    {
        if (tools.ValueKind == JsonValueKind.Undefined || !read.IsArray(tools)) return;
        foreach (var tool in tools.EnumerateArray())
        {
            if (read.IsObject(tool)) request.Tools.Add(ReadTool(read, tool));
        }
    }

    private static Tool ReadTool(RequestReader read, JsonView tool)
    {
        var type = RequestReader.Get(tool, "type"u8);
        var kind = type.ValueKind == JsonValueKind.Undefined ? "function" : read.Text(type);
        if (kind == "custom") return FreeText(read, tool);
        if (kind != "function") return new OpaqueTool(Origin, kind, tool);
        var function = RequestReader.Get(tool, "function"u8);
        if (function.ValueKind != JsonValueKind.Object)
        {
            read.Fail(tool, "function", "must be an object");
            return new OpaqueTool(Origin, kind, tool);
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
            Strict = read.Boolean(RequestReader.Get(function, "strict"u8)),
            Extras = ExtrasReader.Read(function, Origin, ["name", "description", "parameters", "strict"], "function.",
                ExtrasReader.Read(tool, Origin, ["type", "function"])),
        };
    }

    private static FreeTextTool FreeText(RequestReader read, JsonView tool)
    {
        var custom = RequestReader.Get(tool, "custom"u8);
        if (custom.ValueKind != JsonValueKind.Object) read.Fail(tool, "custom", "must be an object");
        var name = RequestReader.Get(custom, "name"u8);
        if (name.ValueKind != JsonValueKind.String) read.Fail(custom, "name", "must be text");
        return new FreeTextTool(Origin, tool)
        {
            Name = name.GetString() ?? "",
            Description = read.RawText(RequestReader.Get(custom, "description"u8)),
            Grammar = read.RawText(RequestReader.Get(RequestReader.Get(RequestReader.Get(custom, "format"u8), "grammar"u8), "definition"u8)),
        };
    }

    public static ToolChoice? Choice(RequestReader read, JsonView choice)
    {
        if (choice.ValueKind == JsonValueKind.Undefined) return null;
        if (choice.ValueKind == JsonValueKind.String)
        {
            switch (read.Text(choice))
            {
                case "auto": return new ToolChoice(ToolChoiceMode.Auto);
                case "none": return new ToolChoice(ToolChoiceMode.None);
                case "required" or "any": return new ToolChoice(ToolChoiceMode.Required);
                default:
                    read.Fail(choice, "must be \"auto\", \"none\", \"required\" or a tool");
                    return null;
            }
        }

        if (!read.IsObject(choice)) return null;
        var name = RequestReader.Get(RequestReader.Get(choice, "function"u8), "name"u8);
        if (name.ValueKind == JsonValueKind.String) return new ToolChoice(ToolChoiceMode.Named, read.Text(name));
        var type = ((RawJson)RequestReader.Get(choice, "type"u8)).AsString();
        if (type is null or "function")
        {
            read.Fail(choice, "must name a function: {\"type\": \"function\", \"function\": {\"name\": ...}}");
            return null;
        }

        var mode = ((RawJson)RequestReader.Get(RequestReader.Get(choice, "allowed_tools"u8), "mode"u8)).AsString();
        return new ToolChoice(mode == "required" || type == "custom" ? ToolChoiceMode.Required : ToolChoiceMode.Auto) { Raw = choice, RawOrigin = Origin };
    }
}
