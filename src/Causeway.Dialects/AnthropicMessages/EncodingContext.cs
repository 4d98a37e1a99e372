using System.Text.Json;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>What the writers of one request share.</summary>
internal sealed class EncodingContext(ChatRequest request, ModelTraits traits, Utf8JsonWriter writer, LossReport losses)
{
    /// <summary>The request being written.</summary>
    public ChatRequest Request { get; } = request;

    /// <summary>What is known of its model.</summary>
    public ModelTraits Traits { get; } = traits;

    /// <summary>Where it goes.</summary>
    public Utf8JsonWriter Writer { get; } = writer;

    /// <summary>What this API cannot carry.</summary>
    public LossReport Losses { get; } = losses;

    /// <summary>The tools whose names had to change.</summary>
    public Translation Translation { get; } = new();

    /// <summary>Names and ids in the form that the API wants.</summary>
    public WireNames Names { get; } = new();

    /// <summary>The client spoke this dialect itself: what it wrote goes out as it wrote it.</summary>
    public bool IsOwn => Request.Origin == DialectId.AnthropicMessages;

    /// <summary>The upstream name of a tool, noted for the answer if it changed.</summary>
    public string ToolName(string name)
    {
        var sent = Names.Tool(name);
        if (sent != name) Translation.RenameTool(name, sent);
        return sent;
    }
}
