using System.Text.Json;
using Causeway.Core.Models;

namespace Causeway.Endpoints.Models;

/// <summary>Cohere's list of models. Source: its API reference, "List models".</summary>
internal sealed class CohereModels : ModelShape
{
    /// <inheritdoc/>
    public override void WriteList(Utf8JsonWriter writer, IReadOnlyList<ListedModel> models) =>
        WriteArray(writer, "models", models.Select(model => (model, model.Id)));

    /// <inheritdoc/>
    public override void WriteOne(Utf8JsonWriter writer, ListedModel model, string id)
    {
        writer.WriteString("name"u8, id);
        writer.WriteStartArray("endpoints"u8);
        writer.WriteStringValue("chat"u8);
        writer.WriteEndArray();
        writer.WriteBoolean("finetuned"u8, false);
        if (model.Known?.ContextWindow is { } window) writer.WriteNumber("context_length"u8, window);
    }
}
