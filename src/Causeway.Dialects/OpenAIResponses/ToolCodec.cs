using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.Schemas;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>Reads and writes <c>tools</c> and <c>tool_choice</c>: functions lie flat here, and tools of the provider's own stand beside them.</summary>
internal static class ToolCodec
{
    private const DialectId Target = DialectId.OpenAIResponses;

    private static readonly string[] KnownOfFunction = ["type", "name", "description", "parameters", "strict"];

    public static void Read(RequestReader read, JsonView tools, List<Tool> found)
    {
        if (tools.ValueKind == JsonValueKind.Undefined || !read.IsArray(tools)) return;
        foreach (var tool in tools.EnumerateArray())
        {
            if (!read.IsObject(tool)) continue;
            switch (((RawJson)RequestReader.Get(tool, "type"u8)).AsString())
            {
                case "function": found.Add(Function(read, tool)); break;
                case "custom": found.Add(FreeText(read, tool)); break;
                case "namespace": found.Add(Namespace(read, tool)); break;
                case { } kind: found.Add(new OpaqueTool(Target, kind, tool)); break;
                default: read.Fail(tool, "type", "must be text such as \"function\""); break;
            }
        }
    }

    private static ToolNamespace Namespace(RequestReader read, JsonView space)
    {
        var name = NameIn(read, space, null);
        RawJson description = read.RawText(RequestReader.Get(space, "description"u8));
        var tools = new List<Tool>();
        foreach (var tool in RequestReader.Get(space, "tools"u8).EnumerateArray())
        {
            if (!read.IsObject(tool)) continue;
            tools.Add(JsonText.Is(RequestReader.Get(tool, "type"u8), "custom"u8) ? FreeText(read, tool, name, description) : Function(read, tool, name, description));
        }

        return new ToolNamespace(Target, space, tools);
    }

    private static FreeTextTool FreeText(RequestReader read, JsonView tool, string? space = null, RawJson about = default) => new(Target, tool)
    {
        Name = NameIn(read, tool, space),
        Description = Describe(about, read.RawText(RequestReader.Get(tool, "description"u8))),
        Grammar = read.RawText(RequestReader.Get(RequestReader.Get(tool, "format"u8), "definition"u8)),
    };

    private static string NameIn(RequestReader read, JsonView tool, string? space)
    {
        var name = RequestReader.Get(tool, "name"u8);
        if (name.ValueKind != JsonValueKind.String) read.Fail(tool, "name", "must be text");
        return NamespacedName.Join(space, name.GetString() ?? "");
    }

    private static RawJson Describe(RawJson about, RawJson description) =>
        about.IsNullOrEmpty ? description : description.IsNullOrEmpty ? about : RawTexts.Join([about, description], "\\n\\n"u8);

    private static FunctionTool Function(RequestReader read, JsonView tool, string? space = null, RawJson about = default)
    {
        var schema = RequestReader.Get(tool, "parameters"u8);
        if (schema.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined)) read.Fail(tool, "parameters", "must be a JSON schema");
        return new FunctionTool
        {
            Name = NameIn(read, tool, space),
            Description = Describe(about, read.RawText(RequestReader.Get(tool, "description"u8))),
            Schema = schema,
            Strict = read.Boolean(RequestReader.Get(tool, "strict"u8)),
            Extras = ExtrasReader.Read(tool, Target, KnownOfFunction),
        };
    }

    public static ToolChoice? ReadChoice(RequestReader read, JsonView choice)
    {
        if (choice.ValueKind is JsonValueKind.Undefined or JsonValueKind.String) return ToolDecoder.Choice(read, choice);
        if (!read.IsObject(choice)) return null;
        var type = ((RawJson)RequestReader.Get(choice, "type"u8)).AsString();
        if (type == "function" && RequestReader.Get(choice, "name"u8) is { ValueKind: JsonValueKind.String } name) return new ToolChoice(ToolChoiceMode.Named, NamespacedName.Join(((RawJson)RequestReader.Get(choice, "namespace"u8)).AsString(), read.Text(name)));
        var mode = ((RawJson)RequestReader.Get(choice, "mode"u8)).AsString();
        return new ToolChoice(type == "allowed_tools" && mode != "required" ? ToolChoiceMode.Auto : ToolChoiceMode.Required) { Raw = choice, RawOrigin = Target };
    }

    public static void Write(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, Translation translation, LossReport losses)
    {
        var own = request.Origin == Target;
        var written = 0;
        foreach (var tool in request.ToolsFor(Target, traits, translation, losses))
        {
            if (written++ == 0) writer.WriteStartArray("tools"u8);
            if (tool is OpaqueTool opaque) writer.WriteRaw(opaque.Raw);
            else WriteFunction(writer, (FunctionTool)tool, own, translation, losses);
        }

        if (written == 0)
        {
            if (request.ToolChoice is { Mode: ToolChoiceMode.Required or ToolChoiceMode.Named }) losses.Add("tool_choice", "there are no tools to choose from");
            return;
        }

        writer.WriteEndArray();
        WriteChoice(writer, request.ToolChoice, own, translation, losses);
        if (request.ParallelTools is { } parallel) writer.WriteBoolean("parallel_tool_calls"u8, parallel);
    }

    private static void WriteFunction(Utf8JsonWriter writer, FunctionTool tool, bool own, Translation translation, LossReport losses)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "function"u8);
        writer.WriteString("name"u8, ToolEncoder.NameOf(tool.Name, own, translation));
        writer.WriteRaw("description"u8, tool.Description);
        writer.WritePropertyName("parameters"u8);
        if (own && tool.Schema.IsMissing) writer.WriteNullValue();
        else ToolSchema.WriteObject(writer, tool.Schema);

        // Strict is on here unless it is switched off; other dialects mean the contrary by saying nothing.
        var strict = tool.Strict ?? own;
        if (strict && !own && !SchemaSubset.OpenAIStrict.Takes(tool.Schema))
        {
            losses.Add("tools.strict", "openai-responses wants every object closed and every property required in strict mode");
            strict = false;
        }

        if (!own || tool.Strict is not null) writer.WriteBoolean("strict"u8, strict);
        Own.Write(writer, tool.Extras, losses, "tools");
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
                writer.WriteString("name"u8, ToolEncoder.NameOf(name, own, translation));
                writer.WriteEndObject();
                break;
            default:
                if (!choice.Raw.IsMissing) losses.Add("tool_choice", "a choice among some of the tools cannot be expressed");
                writer.WriteString("tool_choice"u8, choice.Mode switch { ToolChoiceMode.None => "none"u8, ToolChoiceMode.Required => "required"u8, _ => "auto"u8 });
                break;
        }
    }
}
