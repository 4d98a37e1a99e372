using System.Text.Json;
using Causeway.Core.Models;

namespace Causeway.Endpoints.Models;

/// <summary>Amazon Bedrock's list of models. Source: its API reference, "ListFoundationModels" and "GetFoundationModel".</summary>
internal sealed class BedrockModels : ModelShape
{
    /// <inheritdoc/>
    public override void WriteList(Utf8JsonWriter writer, IReadOnlyList<ListedModel> models)
    {
        writer.WriteStartArray("modelSummaries"u8);
        foreach (var model in models)
        {
            writer.WriteStartObject();
            WriteMembers(writer, model, model.Id);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <inheritdoc/>
    public override void WriteOne(Utf8JsonWriter writer, ListedModel model, string id)
    {
        writer.WriteStartObject("modelDetails"u8);
        WriteMembers(writer, model, id);
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, ListedModel model, string id)
    {
        writer.WriteString("modelId"u8, id);
        writer.WriteString("modelName"u8, model.DisplayName);
        writer.WriteString("providerName"u8, model.Provider);
        writer.WriteBoolean("responseStreamingSupported"u8, true);
    }
}
