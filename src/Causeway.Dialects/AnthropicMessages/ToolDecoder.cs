using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Reads the tools that a request offers, and how free the model is to call them.</summary>
internal static class ToolDecoder
{
    private static readonly byte[][] KnownOfTool = Fields.Names("type", "name", "description", "input_schema", "strict");
    private static readonly byte[][] KnownOfChoice = Fields.Names("type", "name", "disable_parallel_tool_use");

    public static void Tools(RequestReader reader, JsonView list, List<Tool> tools)
    {
        if (list.ValueKind == JsonValueKind.Undefined || !reader.IsArray(list)) return;
        foreach (var tool in list.EnumerateArray())
        {
            if (reader.IsObject(tool)) tools.Add(Tool(reader, tool));
        }
    }

    public static ToolChoice? Choice(RequestReader reader, JsonView choice)
    {
        if (choice.ValueKind == JsonValueKind.Undefined || !reader.IsObject(choice)) return null;
        var mode = Mode(reader, choice);
        var name = RequestReader.Get(choice, "name"u8);
        if (mode == ToolChoiceMode.Named && name.ValueKind != JsonValueKind.String)
            reader.Fail(choice, "name", "must name the tool");
        if (reader.Error is not null) return null;
        return new ToolChoice(mode, mode == ToolChoiceMode.Named ? reader.Text(name) : null)
        {
            Raw = Fields.Rest(choice, KnownOfChoice) is null ? default : (RawJson)choice,
            RawOrigin = DialectId.AnthropicMessages,
        };
    }

    public static bool? Parallel(RequestReader reader, JsonView choice) =>
        reader.Boolean(RequestReader.Get(choice, "disable_parallel_tool_use"u8)) is { } disable ? !disable : null;

    private static Tool Tool(RequestReader reader, JsonView tool)
    {
        var type = RequestReader.Get(tool, "type"u8);
        if (type.ValueKind != JsonValueKind.Undefined && reader.IsString(type) && !JsonText.Is(type, "custom"u8))
            return new OpaqueTool(DialectId.AnthropicMessages, reader.Text(type), tool);
        var name = RequestReader.Get(tool, "name"u8);
        var schema = RequestReader.Get(tool, "input_schema"u8);
        if (name.ValueKind != JsonValueKind.String) reader.Fail(tool, "name", "must name the tool");
        if (schema.ValueKind != JsonValueKind.Object) reader.Fail(tool, "input_schema", "must be an object");
        return new FunctionTool
        {
            Name = ((RawJson)name).AsString() ?? "",
            Description = reader.RawText(RequestReader.Get(tool, "description"u8)),
            Schema = schema,
            Strict = reader.Boolean(RequestReader.Get(tool, "strict"u8)),
            Extras = Fields.Rest(tool, KnownOfTool),
        };
    }

    private static ToolChoiceMode Mode(RequestReader reader, JsonView choice)
    {
        var type = RequestReader.Get(choice, "type"u8);
        if (JsonText.Is(type, "auto"u8)) return ToolChoiceMode.Auto;
        if (JsonText.Is(type, "any"u8)) return ToolChoiceMode.Required;
        if (JsonText.Is(type, "tool"u8)) return ToolChoiceMode.Named;
        if (JsonText.Is(type, "none"u8)) return ToolChoiceMode.None;
        reader.Fail(choice, "type", "must be auto, any, tool or none");
        return ToolChoiceMode.Auto;
    }
}
