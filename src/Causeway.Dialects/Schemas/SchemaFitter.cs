using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Schemas;

/// <summary>Writes one schema anew, within a subset.</summary>
/// <param name="subset">What the model takes.</param>
/// <param name="root">The whole schema; references in it point into it.</param>
/// <param name="losses">Takes what the model is only told in words.</param>
/// <param name="path">Where the schema stands in the request.</param>
internal sealed class SchemaFitter(SchemaSubset subset, JsonView root, LossReport losses, string path)
{
    private const int DeepestReference = 8;

    /// <summary>Keywords that demand nothing, so that leaving them out loses nothing.</summary>
    private static readonly string[] Remarks = ["$schema", "$id", "$comment", "title", "examples", "$defs", "definitions", "additionalProperties"];

    /// <summary>References cannot stand where the definitions they point to may not.</summary>
    private readonly bool _inlines = subset.RootTakes is { } taken && !taken.Contains("$defs");

    public RawJson Run()
    {
        var output = new ArrayBufferWriter<byte>(root.Utf8.Length + 64);
        using (var writer = new Utf8JsonWriter(output, JsonOutput.Options)) Write(writer, root, isRoot: true, references: 0);
        return new RawJson(output.WrittenMemory);
    }

    private void Write(Utf8JsonWriter writer, JsonView schema, bool isRoot, int references)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            writer.WriteRaw(schema);
            return;
        }

        if (_inlines && Referred(schema) is { } referred)
        {
            if (references < DeepestReference) Write(writer, referred, isRoot: false, references + 1);
            else WriteAnything(writer);
            return;
        }

        writer.WriteStartObject();
        var isClosed = subset.Closed && SchemaWords.IsObjectSchema(schema);
        var words = new StringBuilder();
        RawJson description = default;
        foreach (var member in schema.EnumerateObject())
        {
            if (member.NameEquals("description"u8)) description = member.Value;
            else if (isClosed && member.NameEquals("additionalProperties"u8)) Close(member.Value);
            else if (subset.Takes(member, isRoot)) WriteMember(writer, member, member.Name, references);
            else if (member.NameEquals("oneOf"u8) && !subset.Refuses.Contains("anyOf") && !isRoot) WriteMember(writer, member, "anyOf", references);
            else Remove(member, words);
        }

        if (isClosed) writer.WriteBoolean("additionalProperties"u8, false);
        WriteDescription(writer, description, words, isRoot);
        writer.WriteEndObject();
    }

    private void WriteMember(Utf8JsonWriter writer, JsonView.Member member, string name, int references)
    {
        writer.WritePropertyName(name);
        var kind = SchemaWords.KindOf(member);
        if (kind == SchemaWordKind.Data) writer.WriteRaw(member.Value);
        else if (kind == SchemaWordKind.Map)
        {
            writer.WriteStartObject();
            foreach (var inner in member.Value.EnumerateObject())
            {
                writer.WritePropertyName(inner.Utf8Name);
                Write(writer, inner.Value, isRoot: false, references);
            }

            writer.WriteEndObject();
        }
        else if (member.Value.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var inner in member.Value.EnumerateArray()) Write(writer, inner, isRoot: false, references);
            writer.WriteEndArray();
        }
        else Write(writer, member.Value, isRoot: false, references);
    }

    /// <summary>An object that takes further properties no longer does.</summary>
    private void Close(JsonView further)
    {
        if (further.ValueKind != JsonValueKind.False) losses.Add(path, "the model takes only closed objects: additionalProperties is false");
    }

    private void Remove(JsonView.Member member, StringBuilder words)
    {
        var name = member.Name;
        if (Remarks.Contains(name) && !(name == "additionalProperties" && member.Value.ValueKind == JsonValueKind.Object)) return;
        losses.Add(path, $"the model does not take {name}: it is told in the description");
        if (words.Length > 0) words.Append("; ");
        words.Append(name).Append(": ").Append(Encoding.UTF8.GetString(member.Value.Utf8));
    }

    private void WriteDescription(Utf8JsonWriter writer, RawJson description, StringBuilder words, bool isRoot)
    {
        var mayStand = !isRoot || subset.RootTakes?.Contains("description") != false;
        if (words.Length > 0 && mayStand)
        {
            var told = RawJson.FromString($"({words})");
            description = description.IsString && !description.IsNullOrEmpty ? RawTexts.Join([description, told], " "u8) : told;
        }

        if (mayStand) writer.WriteRaw("description"u8, description);
    }

    private void WriteAnything(Utf8JsonWriter writer)
    {
        losses.Add(path, "the schema refers to itself, which the model cannot be told");
        writer.WriteStartObject();
        writer.WriteEndObject();
    }

    /// <summary>The definition that a local reference (<c>#/$defs/name</c>) points to.</summary>
    private JsonView? Referred(JsonView schema)
    {
        if (RequestReader.Get(schema, "$ref"u8) is not { ValueKind: JsonValueKind.String } reference || reference.GetString() is not ['#', '/', .. var steps]) return null;
        var at = root;
        foreach (var step in steps.Split('/'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out var next)) return null;
            at = next;
        }

        return at;
    }
}
