using System.Text.Json;
using Causeway.Core.Models;
using Causeway.Core.Routing;

namespace Causeway.Endpoints.Models;

/// <summary>
/// Anthropic's list of models. Its clients also see each foreign model under a name that Claude Code's model picker accepts (it
/// shows only names that begin with <c>claude</c> or <c>anthropic</c>). Source: Anthropic's API reference, "List models".
/// </summary>
internal sealed class AnthropicModels : ModelShape
{
    /// <inheritdoc/>
    public override void WriteList(Utf8JsonWriter writer, IReadOnlyList<ListedModel> models)
    {
        List<(ListedModel Model, string Id)> named = [];
        foreach (var model in models)
        {
            named.Add((model, model.Id));
            if (!IsPickable(model.Id)) named.Add((model, ModelResolver.PickerPrefix + model.Id));
        }

        WriteArray(writer, "data", named);
        writer.WriteBoolean("has_more"u8, false);
        writer.WriteString("first_id"u8, named.Count > 0 ? named[0].Id : null);
        writer.WriteString("last_id"u8, named.Count > 0 ? named[^1].Id : null);
    }

    /// <inheritdoc/>
    public override void WriteOne(Utf8JsonWriter writer, ListedModel model, string id)
    {
        writer.WriteString("id"u8, id);
        writer.WriteString("type"u8, "model"u8);
        writer.WriteString("display_name"u8, $"{model.DisplayName} ({model.Provider})");
        writer.WriteString("created_at"u8, DateTimeOffset.FromUnixTimeSeconds(model.Created ?? 0));
    }

    private static bool IsPickable(string id) =>
        id.StartsWith("claude", StringComparison.OrdinalIgnoreCase) || id.StartsWith("anthropic", StringComparison.OrdinalIgnoreCase);
}
