using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.Schemas;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Writes the tools offered and how free the model is to call them.</summary>
internal static class ToolWriter
{
    public static void Write(EncodingContext context)
    {
        var tools = context.Request.ToolsFor(DialectId.AnthropicMessages, context.Traits, context.Translation, context.Losses);
        if (tools.Count == 0)
        {
            if (context.Request.ToolChoice is { Mode: not ToolChoiceMode.None })
                Lose(context, "tool_choice", "there are no tools");
            return;
        }

        context.Writer.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            if (tool is FunctionTool function) WriteFunction(context, function);
            else context.Writer.WriteRaw(((OpaqueTool)tool).Raw);
        }

        context.Writer.WriteEndArray();
        WriteChoice(context, tools);
    }

    private static void WriteFunction(EncodingContext context, FunctionTool tool)
    {
        var writer = context.Writer;
        writer.WriteStartObject();
        writer.WriteString("name"u8, context.ToolName(tool.Name));
        writer.WriteRaw("description"u8, tool.Description);
        writer.WritePropertyName("input_schema"u8);
        ToolSchema.WriteObject(writer, tool.Schema);
        if (tool.Strict is { } strict) writer.WriteBoolean("strict"u8, strict);
        Fields.Write(writer, tool.Extras, context.Losses, "tools");
        writer.WriteEndObject();
    }

    private static void WriteChoice(EncodingContext context, List<Tool> tools)
    {
        var (request, writer) = (context.Request, context.Writer);
        var choice = request.ToolChoice;
        if (choice is { Raw.IsMissing: false, RawOrigin: DialectId.AnthropicMessages })
        {
            writer.WriteRaw("tool_choice"u8, choice.Raw);
            return;
        }

        if (choice is { Raw.IsMissing: false }) Lose(context, "tool_choice", "only the nearest choice can be said");
        if (choice is { Mode: ToolChoiceMode.Named } && !context.IsOwn && !IsOffered(tools, choice.Name))
        {
            Lose(context, "tool_choice", "it names no tool of the request");
            choice = null;
        }

        var says = request.ParallelTools is { } parallel && (!parallel || (context.IsOwn && choice is not null));
        if (choice is null && !says) return;
        writer.WriteStartObject("tool_choice"u8);
        WriteMode(context, choice);
        if (says && choice?.Mode != ToolChoiceMode.None)
            writer.WriteBoolean("disable_parallel_tool_use"u8, request.ParallelTools == false);
        writer.WriteEndObject();
    }

    private static void WriteMode(EncodingContext context, ToolChoice? choice)
    {
        context.Writer.WriteString("type"u8, choice?.Mode switch
        {
            ToolChoiceMode.None => "none"u8,
            ToolChoiceMode.Required => "any"u8,
            ToolChoiceMode.Named => "tool"u8,
            _ => "auto"u8,
        });
        if (choice is { Mode: ToolChoiceMode.Named }) context.Writer.WriteString("name"u8, context.ToolName(choice.Name ?? ""));
    }

    private static bool IsOffered(List<Tool> tools, string? name) =>
        tools.Exists(tool => tool is FunctionTool function && function.Name == name);

    private static void Lose(EncodingContext context, string path, string reason) => context.Losses.Add(path, reason);
}
