using System.Text.Json;
using Causeway.Core.Models;

namespace Causeway.Endpoints.Models;

/// <summary>OpenAI's list of models. Source: its API reference, "List models".</summary>
internal sealed class OpenAIModels : ModelShape
{
    /// <inheritdoc/>
    public override void WriteList(Utf8JsonWriter writer, IReadOnlyList<ListedModel> models)
    {
        writer.WriteString("object"u8, "list"u8);
        WriteArray(writer, "data", models.Select(model => (model, model.Id)));
    }

    /// <inheritdoc/>
    public override void WriteOne(Utf8JsonWriter writer, ListedModel model, string id)
    {
        writer.WriteString("id"u8, id);
        writer.WriteString("object"u8, "model"u8);
        writer.WriteNumber("created"u8, model.Created ?? 0);
        writer.WriteString("owned_by"u8, model.Provider);
    }
}
