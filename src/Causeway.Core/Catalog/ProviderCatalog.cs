using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Quirks;

namespace Causeway.Core.Catalog;

/// <summary>The vendors that Causeway knows.</summary>
public sealed class ProviderCatalog
{
    private readonly Dictionary<string, Provider> _byName = new(StringComparer.OrdinalIgnoreCase);

    private ProviderCatalog(JsonElement root)
    {
        foreach (var entry in root.GetProperty("providers").EnumerateObject())
            _byName[entry.Name] = Read(entry.Name, entry.Value, out var problem) ?? throw new InvalidDataException($"providers.json, {entry.Name}: {problem}");
    }

    /// <summary>The catalogue that ships with this build.</summary>
    public static ProviderCatalog Default { get; } = new(EmbeddedData.Json("providers.json"));

    /// <summary>All vendors, in the order of the file.</summary>
    public IReadOnlyCollection<Provider> All => _byName.Values;

    /// <summary>The vendor of a name; null if it is not known.</summary>
    public Provider? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads an entry, of the catalogue or of a user's own in the same form; null and what is wrong with it.</summary>
    public static Provider? Read(string name, JsonElement entry, out string problem)
    {
        problem = ShapeProblem(entry) ?? "";
        if (problem.Length > 0) return null;
        var speaks = new List<ProviderEndpoint>();
        foreach (var api in Items(entry, "speaks"))
        {
            if (DialectNames.Parse(Text(api, "dialect")) is { } dialect && Text(api, "path") is { } path) speaks.Add(new ProviderEndpoint(dialect, path, Text(api, "streamPath"), Text(api, "countPath"), Text(api, "compactPath")));
            else problem = "speaks: each entry needs a known `dialect` and a `path`";
        }

        var quirks = new List<KeyValuePair<string, JsonElement>>();
        foreach (var quirk in Items(entry, "quirks").SelectMany(q => q.EnumerateObject()))
        {
            if (QuirkWords.Parse(quirk.Name, quirk.Value, out var wrong) is null) problem = $"quirks: {quirk.Name} {wrong}";
            quirks.Add(new(quirk.Name, quirk.Value.Clone()));
        }

        var schemas = SchemaSubsets.Read(entry, out var wrongSchemas);
        if (wrongSchemas.Length > 0) problem = wrongSchemas;
        ProviderAuth? auth = Text(entry, "auth") switch { null or "bearer" => ProviderAuth.Bearer, "x-api-key" => ProviderAuth.XApiKey, "x-goog-api-key" => ProviderAuth.XGoogApiKey, "none" => ProviderAuth.None, _ => null };
        if (auth is null) problem = "auth: must be bearer, x-api-key, x-goog-api-key or none";
        if (Text(entry, "baseUrl") is not { } url || !Uri.TryCreate(url, UriKind.Absolute, out _)) problem = "baseUrl: must be an address such as https://api.example.com";
        if (speaks.Count == 0 && problem.Length == 0) problem = "speaks: needs at least one API";
        return problem.Length > 0 ? null : new Provider
        {
            Name = name,
            DisplayName = Text(entry, "displayName") ?? name,
            BaseUrl = Text(entry, "baseUrl")!,
            KeyEnv = [.. Items(entry, "keyEnv").Select(e => e.GetString()!)],
            Auth = auth!.Value,
            KeyOptional = entry.TryGetProperty("keyOptional", out var optional) && optional.ValueKind == JsonValueKind.True,
            ReplaysReasoning = entry.TryGetProperty("replaysReasoning", out var replays) && replays.ValueKind == JsonValueKind.True,
            Schemas = schemas,
            Speaks = speaks,
            ModelsPath = Text(entry, "modelsPath"),
            Headers = entry.TryGetProperty("headers", out var headers) ? [.. headers.EnumerateObject().Select(h => KeyValuePair.Create(h.Name, h.Value.GetString() ?? ""))] : [],
            Quirks = quirks,
            StandIns = entry.TryGetProperty("standIns", out var standIns) ? (Text(standIns, "small")!, Text(standIns, "large")!) : null,
        };
    }

    /// <summary>What stands where something of another kind should, which the reading below could not take; null: nothing.</summary>
    private static string? ShapeProblem(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object) return "must be an object with `baseUrl` and `speaks`";
        if (Items(entry, "quirks").Any(quirk => quirk.ValueKind != JsonValueKind.Object)) return "quirks: each must be an object such as {\"drop\": [\"user\"]}";
        if (Items(entry, "keyEnv").Any(name => name.ValueKind != JsonValueKind.String)) return "keyEnv: must be a list of names";
        if (entry.TryGetProperty("headers", out var headers) && (headers.ValueKind != JsonValueKind.Object || headers.EnumerateObject().Any(header => header.Value.ValueKind != JsonValueKind.String))) return "headers: must be an object of texts";
        return null;
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    private static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
