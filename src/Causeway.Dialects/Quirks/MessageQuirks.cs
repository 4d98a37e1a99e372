using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Quirks;

/// <summary>Quirks that look into <c>messages</c>. They rewrite it only if there is something to change.</summary>
internal static class MessageQuirks
{
    /// <summary>Gives roles other names: <c>{"developer": "system"}</c>.</summary>
    public static Quirk Roles(JsonElement names)
    {
        var roles = names.EnumerateObject().ToDictionary(n => n.Name, n => n.Value.GetString() ?? n.Name, StringComparer.Ordinal);
        var needles = roles.Keys.Select(name => System.Text.Encoding.UTF8.GetBytes($"\"{name}\"")).ToList();
        return (body, fields, patch, _) =>
        {
            if (!fields.TryGet("messages"u8, out var field) || !needles.Exists(needle => body.Span[field.Value].IndexOf(needle) >= 0)) return;
            Rewrite(body[field.Value], patch, (writer, member) =>
            {
                if (!member.NameEquals("role"u8) || member.Value.ValueKind != JsonValueKind.String || !roles.TryGetValue(member.Value.GetString()!, out var other)) return false;
                writer.WriteString("role"u8, other);
                return true;
            });
        };
    }

    /// <summary>Makes one text of content that is a list of nothing but texts.</summary>
    public static void FlattenContent(ReadOnlyMemory<byte> body, TopLevelFields fields, BodyPatch patch, LossReport losses)
    {
        if (!fields.TryGet("messages"u8, out var field) || body.Span[field.Value].IndexOf("\"text\""u8) < 0) return;
        Rewrite(body[field.Value], patch, static (writer, member) =>
        {
            if (!member.NameEquals("content"u8) || member.Value.ValueKind != JsonValueKind.Array) return false;
            var texts = new List<RawJson>();
            foreach (var part in member.Value.EnumerateArray())
            {
                if (RequestReader.Get(part, "text"u8) is not { ValueKind: JsonValueKind.String } text) return false;
                texts.Add(text);
            }

            writer.WriteRaw("content"u8, RawTexts.Join(texts, "\\n"u8));
            return true;
        });
    }

    private static void Rewrite(ReadOnlyMemory<byte> messages, BodyPatch patch, Func<Utf8JsonWriter, JsonView.Member, bool> write)
    {
        using var document = JsonInput.TryParse(messages, out _);
        if (document?.RootElement is not { ValueKind: JsonValueKind.Array } list) return;
        var output = new ArrayBufferWriter<byte>(messages.Length);
        using (var writer = new Utf8JsonWriter(output, JsonOutput.Options))
        {
            writer.WriteStartArray();
            foreach (var message in list.EnumerateArray())
            {
                if (message.ValueKind != JsonValueKind.Object)
                {
                    writer.WriteRaw(message);
                    continue;
                }

                writer.WriteStartObject();
                foreach (var member in message.EnumerateObject())
                {
                    if (write(writer, member)) continue;
                    writer.WritePropertyName(member.Utf8Name);
                    writer.WriteRaw(member.Value);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        patch.Replace("messages"u8, output.WrittenSpan);
    }
}
