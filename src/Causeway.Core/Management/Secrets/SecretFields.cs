using System.Text.Json.Nodes;

namespace Causeway.Core.Management.Secrets;

/// <summary>
/// Finds the secrets in a body. In a request and in the file they are texts; in the store <c>{"sealed": "..."}</c>; in an answer <c>{"is_set": true}</c>, which in
/// a request means: the one that is there. References to the environment, <c>env.NAME</c>, are no secrets.
/// </summary>
public static class SecretFields
{
    /// <summary>Members all of whose members are secrets: headers may authenticate.</summary>
    private static readonly string[] GroupNames = ["headers", "extra_headers", "trace_headers", "metrics_headers"];

    /// <summary>The body for the store: secrets are sealed, and those that are only said to be set are taken over from how it was.</summary>
    /// <param name="kind">Which members are secrets.</param>
    /// <param name="body">The body of a request.</param>
    /// <param name="before">How it is stored now; null: it is not.</param>
    /// <param name="seal">Seals a text for an owner.</param>
    /// <param name="owner">What they are sealed for.</param>
    /// <param name="problem">The path of what should be a secret and is none, or is only said to be set and is not; null: there is none.</param>
    public static JsonObject Seal(ObjectKind kind, JsonObject body, JsonObject? before, Func<string, string, string> seal, string owner, out string? problem)
    {
        string? wrong = null;
        var result = Walk(kind, body, before, "", (secret, old, path) =>
        {
            if (IsSaidToBeSet(secret))
            {
                if (old is null) wrong ??= path;
                return old?.DeepClone();
            }

            if (TextOf(secret) is not { } text)
            {
                if (secret is not null) wrong ??= path;   // whatever it is, it would be kept in clear
                return null;
            }

            return text.Length == 0 || IsReference(text) ? JsonValue.Create(text) : new JsonObject { ["sealed"] = seal(text, owner) };
        })!.AsObject();
        problem = wrong;
        return result;
    }

    /// <summary>Is this the name of an object all of whose members are secrets?</summary>
    public static bool IsGroup(string name) => GroupNames.Contains(name);

    /// <summary>Does it stand for the secret that is kept?</summary>
    public static bool IsSaidToBeSet(JsonNode? secret) => secret is JsonObject { Count: 1 } set && set.ContainsKey("is_set");

    /// <summary>The body as the configuration reads it.</summary>
    /// <exception cref="FormatException">A secret was sealed with another key.</exception>
    public static JsonObject Open(ObjectKind kind, JsonObject body, SecretKeys keys, string owner) => Walk(kind, body, null, "", (secret, _, path) =>
        secret is JsonObject { Count: 1 } item && item["sealed"]?.GetValue<string>() is { } text
            ? keys.Open(text, owner) ?? throw new FormatException($"{owner}: the secret {path} was sealed with another key: give the gateway the key that it had, in {EncryptionKey.Variable} or {EncryptionKey.FileName}")
            : secret?.DeepClone())!.AsObject();

    /// <summary>The body for an answer.</summary>
    public static JsonObject Redact(ObjectKind kind, JsonObject body) => Walk(kind, body, null, "", (secret, _, _) =>
        TextOf(secret) is { } text && (text.Length == 0 || IsReference(text)) ? secret!.DeepClone() : secret is null ? null : new JsonObject { ["is_set"] = true })!.AsObject();

    /// <summary>The body as it is read where no secret is needed: another text stands for each that is sealed.</summary>
    public static JsonObject Blank(ObjectKind kind, JsonObject body) => Walk(kind, body, null, "", static (secret, _, _) =>
        secret is JsonObject { Count: 1 } item && item.ContainsKey("sealed") ? "sealed" : secret?.DeepClone())!.AsObject();

    private static JsonNode? Walk(ObjectKind kind, JsonNode? node, JsonNode? before, string path, Func<JsonNode?, JsonNode?, string, JsonNode?> onSecret)
    {
        switch (node)
        {
            case JsonObject members:
                var result = new JsonObject();
                foreach (var (name, value) in members)
                {
                    var (old, at) = ((before as JsonObject)?[name], path.Length == 0 ? name : $"{path}.{name}");
                    if (kind.Secrets.Contains(name) && value is JsonValue or JsonObject && IsSecretPlace(value)) result[name] = onSecret(value, old, at);
                    else if (IsGroup(name) && value is JsonObject group) result[name] = Group(group, old as JsonObject, at, onSecret);
                    else result[name] = Walk(kind, value, old, at, onSecret);
                }

                return result;
            case JsonArray items:
                var list = new JsonArray();
                for (var i = 0; i < items.Count; i++) list.Add(Walk(kind, items[i], Same(items[i], before as JsonArray, i), $"{path}[{i}]", onSecret));
                return list;
            default:
                return node?.DeepClone();
        }
    }

    private static JsonObject Group(JsonObject group, JsonObject? before, string path, Func<JsonNode?, JsonNode?, string, JsonNode?> onSecret)
    {
        var result = new JsonObject();
        foreach (var (name, value) in group) result[name] = onSecret(value, before?[name], $"{path}.{name}");
        return result;
    }

    /// <summary>A text, what is sealed or set, or Bifrost's object with <c>value</c> or <c>ref</c>; a number is never a secret.</summary>
    private static bool IsSecretPlace(JsonNode? value) => value is JsonObject || (value is JsonValue item && item.TryGetValue<string>(out _));

    /// <summary>The item of a list as it was: by its id or name, not by its place.</summary>
    private static JsonNode? Same(JsonNode? item, JsonArray? before, int index)
    {
        if (before is null) return null;
        foreach (var name in (ReadOnlySpan<string>)["id", "name"])
        {
            if (item is JsonObject members && members[name] is JsonValue id) return before.FirstOrDefault(old => (old as JsonObject)?[name]?.ToString() == id.ToString());
        }

        return index < before.Count ? before[index] : null;
    }

    /// <summary>The text of a secret in a request or the file; null if it is none.</summary>
    private static string? TextOf(JsonNode? secret) => secret switch
    {
        JsonValue value => value.TryGetValue<string>(out var text) ? text : value.ToString(),
        JsonObject item when item["ref"] is JsonValue reference => IsReference(reference.ToString()) ? reference.ToString() : "env." + reference,
        JsonObject item when item["value"] is JsonValue value => value.ToString(),
        _ => null,
    };

    private static bool IsReference(string text) => text.StartsWith("env.", StringComparison.Ordinal);
}
