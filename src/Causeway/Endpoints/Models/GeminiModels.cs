using System.Text.Json;
using Causeway.Core.Models;

namespace Causeway.Endpoints.Models;

/// <summary>Google's list of models. Source: the Gemini API reference, "models.list".</summary>
internal sealed class GeminiModels : ModelShape
{
    /// <inheritdoc/>
    public override void WriteList(Utf8JsonWriter writer, IReadOnlyList<ListedModel> models) =>
        WriteArray(writer, "models", models.Select(model => (model, model.Id)));

    /// <inheritdoc/>
    public override void WriteOne(Utf8JsonWriter writer, ListedModel model, string id)
    {
        writer.WriteString("name"u8, $"models/{id}");
        writer.WriteString("displayName"u8, model.DisplayName);
        if (model.Known?.ContextWindow is { } window) writer.WriteNumber("inputTokenLimit"u8, window);
        if (model.Known?.Traits.MaxOutputTokens is { } most) writer.WriteNumber("outputTokenLimit"u8, most);
        writer.WriteStartArray("supportedGenerationMethods"u8);
        writer.WriteStringValue("generateContent"u8);
        writer.WriteStringValue("streamGenerateContent"u8);
        writer.WriteStringValue("countTokens"u8);
        writer.WriteEndArray();
    }
}
