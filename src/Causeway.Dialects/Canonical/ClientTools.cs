using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>A tool of the client that takes free text, which may have to follow a grammar (OpenAI's custom tools).</summary>
public sealed class FreeTextTool(DialectId origin, RawJson raw) : Tool
{
    private static readonly RawJson Schema = new(
        """{"type":"object","properties":{"input":{"type":"string","description":"The whole input of the tool, as plain text."}},"required":["input"],"additionalProperties":false}"""u8.ToArray());

    /// <summary>The dialect it was read in.</summary>
    public DialectId Origin { get; } = origin;

    /// <summary>The whole declaration.</summary>
    public RawJson Raw { get; } = raw;

    /// <summary>Its name as the client gave it.</summary>
    public required string Name { get; init; }

    /// <summary>What it does: a JSON string, or missing.</summary>
    public RawJson Description { get; init; }

    /// <summary>The grammar that its input must follow: a JSON string, or missing.</summary>
    public RawJson Grammar { get; init; }

    /// <summary>A function with the text as its one argument, for APIs without such tools; it has the grammar in its description.</summary>
    public FunctionTool ToFunction()
    {
        RawJson[] words = Grammar.IsNullOrEmpty ? [Description] : [Description, RawJson.FromString("The input must follow this grammar:"), Grammar];
        return new FunctionTool { Name = Name, Description = RawTexts.Join([.. words.Where(word => !word.IsNullOrEmpty)], "\\n"u8), Schema = Schema };
    }
}

/// <summary>A group of the client's tools under a common name (<c>namespace</c> in OpenAI's responses API).</summary>
/// <param name="origin">The dialect it was read in.</param>
/// <param name="raw">The whole declaration.</param>
/// <param name="tools">The tools in it, with <see cref="NamespacedName"/>s.</param>
public sealed class ToolNamespace(DialectId origin, RawJson raw, IReadOnlyList<Tool> tools) : Tool
{
    /// <summary>The dialect it was read in.</summary>
    public DialectId Origin { get; } = origin;

    /// <summary>The whole declaration.</summary>
    public RawJson Raw { get; } = raw;

    /// <summary>The tools in it.</summary>
    public IReadOnlyList<Tool> Tools { get; } = tools;
}

/// <summary>
/// The name of a tool in a namespace: both names, with a character between them that no API takes in a name, so that each encoder
/// puts an alias of its own in its place, and the answer's calls get the two names back.
/// </summary>
public static class NamespacedName
{
    private const char Between = '\u001f';

    /// <summary>The name of <paramref name="tool"/> in <paramref name="space"/>.</summary>
    public static string Join(string? space, string tool) => string.IsNullOrEmpty(space) ? tool : space + Between + tool;

    /// <summary>The two names; the namespace is null if there is none.</summary>
    public static (string? Space, string Tool) Split(string name) =>
        name.IndexOf(Between) is > 0 and var at ? (name[..at], name[(at + 1)..]) : (null, name);

    /// <summary>Writes <c>namespace</c>, if there is one, and <c>name</c>.</summary>
    public static void Write(Utf8JsonWriter writer, string name)
    {
        var (space, tool) = Split(name);
        if (space is not null) writer.WriteString("namespace"u8, space);
        writer.WriteString("name"u8, tool);
    }
}

/// <summary>The tools of a request as an API of another dialect can take them.</summary>
public static class ClientTools
{
    /// <summary>
    /// The functions, and the dialect's own declarations. What stands for another kind of tool is noted in
    /// <paramref name="translation"/>; tools that only another provider runs are lost. Schemas are within what the model takes.
    /// </summary>
    public static List<Tool> ToolsFor(this ChatRequest request, DialectId target, ModelTraits traits, Translation translation, LossReport losses)
    {
        var tools = new List<Tool>(request.Tools.Count);
        foreach (var tool in request.Tools) Add(tool, target, translation, losses, tools);
        if (request.Origin != target && (traits.ToolSchemas ?? traits.StrictSchemas) is not null)
        {
            for (var i = 0; i < tools.Count; i++)
            {
                if (tools[i] is FunctionTool function && (function.Strict == true ? traits.StrictSchemas ?? traits.ToolSchemas : traits.ToolSchemas) is { } subset)
                    tools[i] = function.With(subset.Fit(function.Schema, losses, "tools.schema"));
            }
        }

        return tools;
    }

    /// <summary>The form of the answer as the model can be given it; null if it is free.</summary>
    public static OutputFormat? OutputFor(this ChatRequest request, DialectId target, ModelTraits traits, LossReport losses) =>
        request.Output is { Schema.IsMissing: false } format && request.Origin != target && traits.StrictSchemas is { } subset
            ? format with { Schema = subset.Fit(format.Schema, losses, "response_format.schema") } : request.Output;

    private static void Add(Tool tool, DialectId target, Translation translation, LossReport losses, List<Tool> tools)
    {
        switch (tool)
        {
            case OpaqueTool foreign when foreign.Origin != target: losses.Add($"tools.{foreign.Kind}", "a tool that only its own provider runs"); break;
            case FreeTextTool own when own.Origin == target: tools.Add(new OpaqueTool(target, "custom", own.Raw)); break;
            case FreeTextTool words:
                translation.BridgeTool(words.Name);
                if (!words.Grammar.IsNullOrEmpty) losses.Add("tools.custom.format", "the grammar is described to the model, not enforced");
                tools.Add(words.ToFunction());
                break;
            case ToolNamespace own when own.Origin == target: tools.Add(new OpaqueTool(target, "namespace", own.Raw)); break;
            case ToolNamespace space:
                foreach (var member in space.Tools) Add(member, target, translation, losses, tools);
                break;
            default: tools.Add(tool); break;
        }
    }
}
