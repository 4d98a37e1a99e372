using System.Text.Json;
using Causeway.Core.Models;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Endpoints;

/// <summary>
/// GET /v1/models in the shape of the caller's dialect. Anthropic's clients also see each foreign model under a name that
/// Claude Code's model picker accepts (it shows only names that begin with <c>claude</c> or <c>anthropic</c>).
/// </summary>
internal sealed class ModelsEndpoint(GatewayState state, ModelLister lister)
{
    private const long NoDate = 0;

    /// <summary>Writes the list, or the one model <paramref name="id"/>.</summary>
    public async ValueTask WriteAsync(HttpContext http, string? id)
    {
        var models = await lister.ListAsync(state.Runtime, http.RequestAborted);
        var anthropic = Refusal.DialectOf(http) == DialectId.AnthropicMessages;
        if (id is null)
        {
            await GatewayState.WriteAsync(http, writer => WriteList(writer, models, anthropic));
            return;
        }

        var plain = id.StartsWith(ModelResolver.PickerPrefix, StringComparison.OrdinalIgnoreCase) ? id[ModelResolver.PickerPrefix.Length..] : id;
        var found = models.FirstOrDefault(m => m.Id == plain || m.Name == plain);
        if (found is null)
            await Refusal.WriteAsync(http, new GatewayError(ErrorKind.NotFound, $"model '{(id.Length > 100 ? id[..100] : id)}' not found") { Param = "model", Code = "model_not_found" });
        else
            await GatewayState.WriteAsync(http, writer => WriteMembers(writer, found, id, anthropic));
    }

    private static void WriteList(Utf8JsonWriter writer, IReadOnlyList<ListedModel> models, bool anthropic)
    {
        if (!anthropic) writer.WriteString("object"u8, "list");
        writer.WriteStartArray("data"u8);
        foreach (var model in models)
        {
            WriteModel(writer, model, model.Id, anthropic);
            if (anthropic && !IsPickable(model.Id)) WriteModel(writer, model, ModelResolver.PickerPrefix + model.Id, anthropic);
        }

        writer.WriteEndArray();
        if (!anthropic) return;
        writer.WriteBoolean("has_more"u8, false);
        if (models.Count == 0)
        {
            writer.WriteNull("first_id"u8);
            writer.WriteNull("last_id"u8);
            return;
        }

        writer.WriteString("first_id"u8, models[0].Id);
        writer.WriteString("last_id"u8, IsPickable(models[^1].Id) ? models[^1].Id : ModelResolver.PickerPrefix + models[^1].Id);
    }

    private static void WriteModel(Utf8JsonWriter writer, ListedModel model, string id, bool anthropic)
    {
        writer.WriteStartObject();
        WriteMembers(writer, model, id, anthropic);
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, ListedModel model, string id, bool anthropic)
    {
        writer.WriteString("id"u8, id);
        if (anthropic)
        {
            writer.WriteString("type"u8, "model");
            writer.WriteString("display_name"u8, $"{model.DisplayName} ({model.Provider})");
            writer.WriteString("created_at"u8, DateTimeOffset.FromUnixTimeSeconds(model.Created ?? NoDate));
            return;
        }

        writer.WriteString("object"u8, "model");
        writer.WriteNumber("created"u8, model.Created ?? NoDate);
        writer.WriteString("owned_by"u8, model.Provider);
    }

    private static bool IsPickable(string id) =>
        id.StartsWith("claude", StringComparison.OrdinalIgnoreCase) || id.StartsWith("anthropic", StringComparison.OrdinalIgnoreCase);
}
