using System.Buffers;
using System.Text.Json;

namespace Causeway.Dialects.Json;

/// <summary>Copies of JSON values with other members.</summary>
public static class JsonRewrite
{
    /// <summary>
    /// An object with other values for some of its members; those it lacks are added at its end, a missing value takes a member out.
    /// Everything is on one line.
    /// </summary>
    public static RawJson With(this JsonView value, params ReadOnlySpan<(string Name, RawJson Value)> members)
    {
        var buffer = new ArrayBufferWriter<byte>(value.Utf8.Length + 64);
        using (var writer = new Utf8JsonWriter(buffer, JsonOutput.Options))
        {
            writer.WriteStartObject();
            foreach (var member in value.EnumerateObject())
            {
                if (IndexOf(members, member) >= 0) continue;
                writer.WritePropertyName(member.Utf8Name);
                writer.WriteLine(member.Value);
            }

            foreach (var (name, other) in members)
            {
                if (other.IsMissing) continue;
                writer.WritePropertyName(name);
                writer.WriteLine(other);
            }

            writer.WriteEndObject();
        }

        return new RawJson(buffer.WrittenMemory);
    }

    /// <summary>A list of values.</summary>
    public static RawJson List(IEnumerable<RawJson> values)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, JsonOutput.Options))
        {
            writer.WriteStartArray();
            foreach (var value in values) writer.WriteLine(value);
            writer.WriteEndArray();
        }

        return new RawJson(buffer.WrittenMemory);
    }

    private static int IndexOf(ReadOnlySpan<(string Name, RawJson Value)> members, JsonView.Member member)
    {
        for (var i = 0; i < members.Length; i++)
        {
            if (member.NameEquals(members[i].Name)) return i;
        }

        return -1;
    }
}
