using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Core.Management.Secrets;

namespace Causeway.Core.Management;

/// <summary>
/// The values of stored virtual keys. One is shown when it is made and never again: the store has its SHA-256, which is enough, since a value of 32
/// random bytes cannot be guessed.
/// </summary>
public static class VirtualKeyValues
{
    private const string Prefix = "sk-cw-";
    private const int Shortest = 16;   // characters of a value that somebody brings
    private const int HintLength = 4;  // characters after the prefix

    /// <summary>Members that only the gateway writes.</summary>
    private static readonly string[] Own = ["value_sha256", "former_values", "hint"];

    /// <summary>
    /// Puts the hash of its value into a body: of the one that it brings, else of the one that it had, else of a new one, which
    /// <paramref name="issued"/> is then.
    /// </summary>
    public static ManagementError? Keep(JsonObject body, JsonObject? before, out string? issued)
    {
        issued = null;
        foreach (var name in Own) body.Remove(name);
        body.Remove("value", out var value);
        if (value is JsonValue given)
        {
            if (given.ToString() is var text && text.StartsWith("env.", StringComparison.Ordinal))
            {
                body["value"] = text;
                return null;
            }

            if (text.Length < Shortest) return ManagementError.Invalid("value", $"must have at least {Shortest} characters; without it the gateway makes one");
            Put(body, text);
        }
        else if (value is not null && !SecretFields.IsSaidToBeSet(value))
        {
            return ManagementError.Invalid("value", "must be a text; without it the gateway makes one");
        }
        else if (before is not null)
        {
            foreach (var name in (string[])["value", .. Own])
            {
                if (before[name] is { } kept) body[name] = kept.DeepClone();
            }
        }
        else
        {
            Put(body, issued = New());
        }

        return null;
    }

    /// <summary>The body with a new value; the old one works for as long as <paramref name="overlap"/>.</summary>
    public static JsonObject Rotate(JsonObject before, TimeSpan overlap, DateTimeOffset now, out string issued)
    {
        var body = before.DeepClone().AsObject();
        var former = new JsonArray();
        foreach (var item in before["former_values"] as JsonArray ?? [])
        {
            if (item is JsonObject value && value["until"]?.GetValue<string>() is { } until && DateTimeOffset.Parse(until, CultureInfo.InvariantCulture) > now) former.Add(item.DeepClone());
        }

        if (overlap > TimeSpan.Zero && before["value_sha256"] is { } hash)
            former.Add((JsonNode)new JsonObject { ["value_sha256"] = hash.DeepClone(), ["until"] = (now + overlap).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) });
        body.Remove("value");
        body.Remove("former_values");
        if (former.Count > 0) body["former_values"] = former;
        Put(body, issued = New());
        return body;
    }

    /// <summary>The body for an answer: without hashes.</summary>
    public static JsonObject Redact(JsonObject body)
    {
        var shown = body.DeepClone().AsObject();
        shown.Remove("value_sha256");
        if (shown["value"] is not JsonValue value || !value.ToString().StartsWith("env.", StringComparison.Ordinal)) shown["value"] = new JsonObject { ["is_set"] = true };
        foreach (var item in shown["former_values"] as JsonArray ?? []) (item as JsonObject)?.Remove("value_sha256");
        return shown;
    }

    /// <summary>A new secret of 32 random bytes.</summary>
    /// <param name="prefix">What it begins with.</param>
    public static string New(string prefix = Prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The hash of a secret, in base64url.</summary>
    public static string Hash(string secret) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static void Put(JsonObject body, string value)
    {
        body["value_sha256"] = Hash(value);
        if (value.StartsWith(Prefix, StringComparison.Ordinal)) body["hint"] = value[..(Prefix.Length + HintLength)] + "...";
        else body.Remove("hint");
    }
}
