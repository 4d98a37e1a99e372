using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Quirks;

/// <summary>
/// One thing that a provider wants otherwise than OpenAI's chat completions have it: a small pure edit of a request body. The vocabulary is
/// closed; a new word is a new case here, with a test.
/// </summary>
/// <param name="body">The request as it is.</param>
/// <param name="fields">Its outermost members.</param>
/// <param name="patch">Takes the edits.</param>
/// <param name="losses">Takes what the provider will not get.</param>
public delegate void Quirk(ReadOnlyMemory<byte> body, TopLevelFields fields, BodyPatch patch, LossReport losses);

/// <summary>The words of the vocabulary.</summary>
public static class QuirkWords
{
    /// <summary>The quirk that <paramref name="name"/> and <paramref name="argument"/> mean; else null and what is wrong.</summary>
    public static Quirk? Parse(string name, JsonElement argument, out string problem)
    {
        problem = "";
        switch (name)
        {
            case "rename" when Words(argument) is [var from, var to]: return Rename(from, to);
            case "drop" when Words(argument) is { Count: > 0 } fields: return Drop(fields);
            case "default" when argument.ValueKind == JsonValueKind.Object: return Default(argument);
            case "clamp" when argument.ValueKind == JsonValueKind.Object: return Clamp(argument);
            case "maxItems" when argument.ValueKind == JsonValueKind.Object: return MaxItems(argument);
            case "roles" when argument.ValueKind == JsonValueKind.Object: return MessageQuirks.Roles(argument);
            case "flattenContent" when argument.ValueKind == JsonValueKind.True: return MessageQuirks.FlattenContent;
            case "reasoningObject" when argument.ValueKind == JsonValueKind.True: return ReasoningObject;
        }

        problem = name switch
        {
            "rename" => "must be [\"from\", \"to\"]",
            "drop" => "must be a list of field names",
            "default" or "clamp" or "maxItems" or "roles" => "must be an object",
            "flattenContent" or "reasoningObject" => "must be true",
            _ => "is no quirk: use rename, drop, default, clamp, maxItems, roles, flattenContent or reasoningObject",
        };
        return null;
    }

    /// <summary>Gives a field another name, unless that one is taken.</summary>
    private static Quirk Rename(string from, string to)
    {
        var (old, next) = (Bytes(from), Bytes(to));
        return (_, fields, patch, _) =>
        {
            if (fields.IndexOf(next) < 0) patch.Rename(old, next);
        };
    }

    /// <summary>Takes fields out that the provider refuses.</summary>
    private static Quirk Drop(List<string> names)
    {
        var keys = names.ConvertAll(Bytes);
        return (_, fields, patch, losses) =>
        {
            for (var i = 0; i < keys.Count; i++)
            {
                if (fields.IndexOf(keys[i]) < 0) continue;
                patch.Remove(keys[i]);
                losses.Add(names[i], "the provider takes no such field");
            }
        };
    }

    /// <summary>Sets fields that the request leaves out.</summary>
    private static Quirk Default(JsonElement values)
    {
        var defaults = values.EnumerateObject().Select(v => (Key: Bytes(v.Name), Value: Bytes(v.Value.GetRawText()))).ToList();
        return (_, fields, patch, _) =>
        {
            foreach (var (key, value) in defaults)
            {
                if (fields.IndexOf(key) < 0) patch.Append(key, value);
            }
        };
    }

    /// <summary>Keeps numbers between a least and a most: <c>{"temperature": [0, 1]}</c>.</summary>
    private static Quirk Clamp(JsonElement ranges)
    {
        var bounds = ranges.EnumerateObject().Where(r => r.Value.ValueKind == JsonValueKind.Array && r.Value.GetArrayLength() == 2)
            .Select(r => (r.Name, Key: Bytes(r.Name), Least: r.Value[0].GetDouble(), Most: r.Value[1].GetDouble())).ToList();
        return (body, fields, patch, losses) =>
        {
            foreach (var (name, key, least, most) in bounds)
            {
                if (!fields.TryGet(key, out var field) || new RawJson(body[field.Value]).AsNumber() is not { } number || (number >= least && number <= most)) continue;
                patch.Replace(key, Bytes(Math.Clamp(number, least, most).ToString(System.Globalization.CultureInfo.InvariantCulture)));
                losses.Add(name, $"the provider takes {least} to {most}");
            }
        };
    }

    /// <summary>Cuts lists that may have only so many entries: <c>{"stop": 4}</c>.</summary>
    private static Quirk MaxItems(JsonElement limits)
    {
        var most = limits.EnumerateObject().Select(l => (l.Name, Key: Bytes(l.Name), Count: l.Value.GetInt32())).ToList();
        return (body, fields, patch, losses) =>
        {
            foreach (var (name, key, count) in most)
            {
                if (!fields.TryGet(key, out var field)) continue;
                using var document = JsonInput.TryParse(body[field.Value], out _);
                if (document?.RootElement is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() <= count) continue;
                patch.Replace(key, Bytes("[" + string.Join(',', list.EnumerateArray().Take(count).Select(item => ((RawJson)item).ToString())) + "]"));
                losses.Add(name, $"the provider takes at most {count}");
            }
        };
    }

    /// <summary>OpenRouter's form: <c>"reasoning": {"effort": ...}</c>.</summary>
    private static void ReasoningObject(ReadOnlyMemory<byte> body, TopLevelFields fields, BodyPatch patch, LossReport losses)
    {
        if (!fields.TryGet("reasoning_effort"u8, out var field) || fields.IndexOf("reasoning"u8) >= 0) return;
        patch.Rename("reasoning_effort"u8, "reasoning"u8);
        patch.Replace("reasoning_effort"u8, [.. "{\"effort\":"u8, .. body.Span[field.Value], .. "}"u8]);
    }

    private static List<string> Words(JsonElement list) => list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(w => w.ValueKind == JsonValueKind.String)
        ? [.. list.EnumerateArray().Select(w => w.GetString()!)] : [];

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
