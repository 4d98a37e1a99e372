using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.Schemas;

namespace Causeway.Dialects.Gemini;

/// <summary>Reads and writes <c>tools</c> and <c>toolConfig</c>.</summary>
internal static class ToolCodec
{
    private const DialectId Target = DialectId.Gemini;
    private const int LongestName = 64;

    public static void Read(RequestReader read, JsonView tools, List<Tool> found)
    {
        if (tools.ValueKind == JsonValueKind.Undefined || !read.IsArray(tools)) return;
        foreach (var tool in tools.EnumerateArray())
        {
            if (!read.IsObject(tool)) continue;
            foreach (var member in tool.EnumerateObject())
            {
                if (!member.NameEquals("functionDeclarations"u8) && !member.NameEquals("function_declarations"u8)) found.Add(new OpaqueTool(Target, member.Name, tool));
                else foreach (var function in member.Value.EnumerateArray()) found.Add(Function(read, function));
            }
        }
    }

    private static FunctionTool Function(RequestReader read, JsonView function)
    {
        var name = RequestReader.Get(function, "name"u8);
        if (name.ValueKind != JsonValueKind.String) read.Fail(function, "name", "must be text");
        RawJson schema = Fields.Get(function, "parametersJsonSchema"u8, "parameters_json_schema"u8);
        if (schema.IsMissing) schema = SchemaReader.ToJsonSchema(RequestReader.Get(function, "parameters"u8));
        return new FunctionTool
        {
            Name = name.GetString() ?? "",
            Description = read.RawText(RequestReader.Get(function, "description"u8)),
            Schema = schema,
            Extras = ExtrasReader.Read(function, Target, ["name", "description", "parameters", "parametersJsonSchema", "parameters_json_schema"]),
        };
    }

    public static ToolChoice? ReadChoice(JsonView calling)
    {
        if (calling.ValueKind != JsonValueKind.Object) return null;
        var allowed = Fields.Get(calling, "allowedFunctionNames"u8, "allowed_function_names"u8);
        switch (((RawJson)RequestReader.Get(calling, "mode"u8)).AsString()?.ToUpperInvariant())
        {
            case "AUTO" or "VALIDATED": return new ToolChoice(ToolChoiceMode.Auto);
            case "NONE": return new ToolChoice(ToolChoiceMode.None);
            case "ANY" when allowed.GetArrayLength() == 1: return new ToolChoice(ToolChoiceMode.Named, allowed[0].GetString());
            case "ANY" when allowed.GetArrayLength() > 1: return new ToolChoice(ToolChoiceMode.Required) { Raw = calling, RawOrigin = Target };
            case "ANY": return new ToolChoice(ToolChoiceMode.Required);
            default: return null;
        }
    }

    /// <summary>A tool's name within the API's rules, which do not let it begin with a digit or a dash.</summary>
    public static string NameOf(string name, bool own, Translation translation)
    {
        if (own || (StableName.IsFit(name, LongestName) && (char.IsAsciiLetter(name[0]) || name[0] == '_'))) return name;
        var fit = StableName.Fit(name, LongestName - 1);
        var sent = char.IsAsciiLetter(fit[0]) || fit[0] == '_' ? fit : "_" + fit;
        translation.RenameTool(name, sent);
        return sent;
    }

    public static void Write(Utf8JsonWriter writer, ChatRequest request, ModelTraits traits, Translation translation, LossReport losses)
    {
        var own = request.Origin == Target;
        var tools = request.ToolsFor(Target, traits, translation, losses);
        var functions = tools.OfType<FunctionTool>().ToList();
        var others = tools.OfType<OpaqueTool>().ToList();
        if (functions.Count + others.Count > 0)
        {
            writer.WriteStartArray("tools"u8);
            if (functions.Count > 0)
            {
                writer.WriteStartObject();
                writer.WriteStartArray("functionDeclarations"u8);
                foreach (var tool in functions) WriteFunction(writer, tool, own, translation, losses);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            foreach (var tool in others) writer.WriteRaw(tool.Raw);
            writer.WriteEndArray();
        }

        if (request.ParallelTools == false) losses.Add("parallel_tool_calls", "gemini cannot be kept from calling several tools");
        if (functions.Count > 0) WriteChoice(writer, request.ToolChoice, own, translation, losses);
        else if (request.ToolChoice is { Mode: ToolChoiceMode.Required or ToolChoiceMode.Named }) losses.Add("tool_choice", "there are no tools to choose from");
    }

    private static void WriteFunction(Utf8JsonWriter writer, FunctionTool tool, bool own, Translation translation, LossReport losses)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, NameOf(tool.Name, own, translation));
        if (tool.Description.IsMissing) writer.WriteString("description"u8, ""u8);
        else writer.WriteRaw("description"u8, tool.Description);
        if (tool.Schema.IsObject)
        {
            writer.WritePropertyName("parametersJsonSchema"u8);
            ToolSchema.WriteObject(writer, tool.Schema);
        }

        if (tool.Strict == true) losses.Add("tools.strict", "gemini has no strict mode");
        Fields.WriteOwn(writer, tool.Extras, losses, "tools");
        writer.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter writer, ToolChoice? choice, bool own, Translation translation, LossReport losses)
    {
        if (choice is null) return;
        writer.WriteStartObject("toolConfig"u8);
        writer.WritePropertyName("functionCallingConfig"u8);
        if (choice is { Raw.IsMissing: false, RawOrigin: Target }) writer.WriteRaw(choice.Raw);
        else
        {
            if (!choice.Raw.IsMissing) losses.Add("tool_choice", "a choice among some of the tools cannot be expressed");
            writer.WriteStartObject();
            writer.WriteString("mode"u8, choice.Mode switch { ToolChoiceMode.None => "NONE"u8, ToolChoiceMode.Auto => "AUTO"u8, _ => "ANY"u8 });
            if (choice is { Mode: ToolChoiceMode.Named, Name: { } name })
            {
                writer.WriteStartArray("allowedFunctionNames"u8);
                writer.WriteStringValue(NameOf(name, own, translation));
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
