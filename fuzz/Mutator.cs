using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Causeway.Fuzz;

/// <summary>Damages inputs: the JSON in them as a tree, or their bytes.</summary>
internal sealed class Mutator(Random random)
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1.5", "1e308", "9223372036854775808", "-0.0", "1E400", "\"\"", "\"x\"", "\"(lone)\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"",
        "[]", "{}", "[null]", "[[[[]]]]", "{\"\":null}", "[{}]", "\"cw1.\"", "\"cw1.a.x\"", "\"cw1.Z.\"", "\"call~cw1.d.YQ==\"", "\"data:image/png;base64,\"", "\"data:,\"", "\"function\"", "\"text\"", "\"\\u001f\"",
    ];

    /// <summary>A damaged copy of a JSON text; another seed may give parts to it.</summary>
    public byte[] Json(byte[] seed, byte[] other)
    {
        if (random.Next(5) == 0) return Bytes(seed, other);
        var text = Change(seed, other, random.Next(1, 5));
        return random.Next(8) == 0 ? Bytes(text, other) : text;
    }

    /// <summary>A damaged copy of a stream of server-sent events.</summary>
    public byte[] Events(byte[] seed, byte[] other)
    {
        var frames = Encoding.UTF8.GetString(seed).ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries).ToList();
        for (var i = random.Next(1, 4); i > 0 && frames.Count > 0; i--)
        {
            var at = random.Next(frames.Count);
            switch (random.Next(6))
            {
                case 0: frames.RemoveAt(at); break;
                case 1: frames.Insert(random.Next(frames.Count + 1), frames[at]); break;
                case 2: (frames[at], frames[^1]) = (frames[^1], frames[at]); break;
                case 3: frames[at] = frames[at].Replace("event: ", random.Next(2) == 0 ? ": " : "event: x", StringComparison.Ordinal); break;
                default: frames[at] = Frame(frames[at], other); break;
            }
        }

        var text = Encoding.UTF8.GetBytes(string.Join(random.Next(4) == 0 ? "\r\n\r\n" : "\n\n", frames) + (random.Next(4) == 0 ? "" : "\n\n"));
        return random.Next(6) == 0 ? Bytes(text, other) : text;
    }

    /// <summary>A copy with some bytes changed, cut out, doubled, or taken from elsewhere.</summary>
    public byte[] Bytes(byte[] seed, byte[] other)
    {
        var bytes = seed.ToList();
        for (var i = random.Next(1, 6); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            var count = random.Next(1, Math.Min(64, bytes.Count - at + 1));
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, count); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, count)); break;
                default:
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other.Skip(from).Take(count));
                    break;
            }
        }

        return [.. bytes];
    }

    private string Frame(string frame, byte[] other)
    {
        var at = frame.IndexOf("data: ", StringComparison.Ordinal);
        return at < 0 ? frame : frame[..(at + 6)] + Encoding.UTF8.GetString(Change(Encoding.UTF8.GetBytes(frame[(at + 6)..]), other, 1));
    }

    /// <summary>Changes values in a JSON text. What trees do not hold (half a surrogate pair, a name twice, no JSON at all) is changed as bytes.</summary>
    private byte[] Change(byte[] json, byte[] other, int times)
    {
        try
        {
            var root = JsonNode.Parse(json);
            for (var i = 0; i < times; i++) root = Change(root, other);
            return Encoding.UTF8.GetBytes((root?.ToJsonString() ?? "null").Replace("(lone)", "\\ud800", StringComparison.Ordinal));
        }
        catch (Exception odd) when (odd is JsonException or InvalidOperationException or ArgumentException)
        {
            return Bytes(json, other);
        }
    }

    /// <summary>Changes one value somewhere in the tree.</summary>
    private JsonNode? Change(JsonNode? root, byte[] other)
    {
        var places = new List<JsonNode>();
        Collect(root, places);
        if (places.Count == 0) return JsonNode.Parse(Values[random.Next(Values.Length)]);
        var owner = places[random.Next(places.Count)];
        if (owner is JsonObject fields && fields.Count > 0)
        {
            var name = fields.ElementAt(random.Next(fields.Count)).Key;
            switch (random.Next(6))
            {
                case 0: fields.Remove(name); break;
                case 1: fields[name + "x"] = fields[name]?.DeepClone(); fields.Remove(name); break;
                case 2: fields[name] = new JsonArray(fields[name]?.DeepClone(), fields[name]?.DeepClone()); break;
                case 3: fields[name] = Part(other); break;
                default: fields[name] = Value(); break;
            }
        }
        else if (owner is JsonArray items && items.Count > 0)
        {
            var at = random.Next(items.Count);
            switch (random.Next(6))
            {
                case 0: items.RemoveAt(at); break;
                case 1: items.Insert(random.Next(items.Count + 1), items[at]?.DeepClone()); break;
                case 2: items[at] = new JsonArray(items[at]?.DeepClone()); break;
                case 3: items.Add(Part(other)); break;
                default: items[at] = Value(); break;
            }
        }

        return root;
    }

    private JsonNode? Value() => random.Next(40) switch
    {
        0 => JsonValue.Create(new string('x', random.Next(1, 5000))),
        1 => Nest(random.Next(1, 150)),
        _ => JsonNode.Parse(Values[random.Next(Values.Length)]),
    };

    private static JsonNode Nest(int depth)
    {
        JsonNode nested = new JsonObject();
        for (var i = 0; i < depth && i < 60; i++) nested = i % 2 == 0 ? new JsonArray(nested) : new JsonObject { ["a"] = nested };
        return nested;
    }

    /// <summary>Some value of another seed.</summary>
    private JsonNode? Part(byte[] other)
    {
        if (other is not [(byte)'{', ..]) return Value();   // a stream
        var places = new List<JsonNode>();
        Collect(JsonNode.Parse(other), places);
        return places[random.Next(places.Count)].DeepClone();
    }

    private static void Collect(JsonNode? node, List<JsonNode> places)
    {
        if (node is JsonObject fields)
        {
            places.Add(fields);
            foreach (var field in fields) Collect(field.Value, places);
        }
        else if (node is JsonArray items)
        {
            places.Add(items);
            foreach (var item in items) Collect(item, places);
        }
    }
}
