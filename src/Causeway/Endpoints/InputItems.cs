using System.Globalization;
using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Endpoints;

/// <summary>The list of items that a stored answer answers. Source: OpenAI's API reference, "List input items".</summary>
internal static class InputItems
{
    /// <summary>Writes one page: <c>limit</c> items (20 unless told, 100 at most), the latest first unless <c>order=asc</c>, those behind <c>after</c>.</summary>
    public static void Write(Utf8JsonWriter writer, RawJson input, IQueryCollection query)
    {
        var items = new List<(string Id, RawJson Item)>();
        foreach (var item in input.AsElement().EnumerateArray())
        {
            var id = ((RawJson)RequestReader.Get(item, "id"u8)).AsString() ?? string.Create(CultureInfo.InvariantCulture, $"item_{items.Count}");
            var type = RequestReader.Get(item, "type"u8).ValueKind == JsonValueKind.String ? (RawJson)RequestReader.Get(item, "type"u8) : RawJson.FromString("message");
            items.Add((id, item.With(("id", RawJson.FromString(id)), ("type", type))));
        }

        if (query["order"] != "asc") items.Reverse();
        if (query["after"] is [{ Length: > 0 } after]) items.RemoveRange(0, items.FindIndex(item => item.Id == after) + 1);
        var limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var wanted) ? Math.Clamp(wanted, 1, 100) : 20;
        writer.WriteString("object"u8, "list"u8);
        writer.WriteStartArray("data"u8);
        foreach (var (_, item) in items.Take(limit)) writer.WriteLine(item);
        writer.WriteEndArray();
        writer.WriteString("first_id"u8, items.Count > 0 ? items[0].Id : null);
        writer.WriteString("last_id"u8, items.Count > 0 ? items[Math.Min(limit, items.Count) - 1].Id : null);
        writer.WriteBoolean("has_more"u8, items.Count > limit);
    }
}
