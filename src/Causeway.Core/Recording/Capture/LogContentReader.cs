using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Core.Recording.Log;

namespace Causeway.Core.Recording.Capture;

/// <summary>Reads what was said in exchanges out of a store of the log.</summary>
public static class LogContentReader
{
    private static readonly string[] Names = ["request", "answer", "upstream_request", "upstream_answer"];   // in the order of LogPartKind

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 200 };

    /// <summary>
    /// What was said: an object with <c>request</c>, as the client sent it, <c>answer</c> (<c>{"parts": [...]}</c>), and, where raw bodies are kept, lists
    /// <c>upstream_request</c> and <c>upstream_answer</c>. What is no JSON, such as a stream, is text. Null: nothing is kept.
    /// </summary>
    /// <exception cref="IOException">The database cannot be used.</exception>
    /// <exception cref="InvalidDataException">What it has is broken.</exception>
    public static async Task<JsonObject?> ReadAsync(ILogStore store, Guid id, CancellationToken cancel)
    {
        if (await store.FindContentAsync(id, cancel) is not { } content) return null;
        var references = content.Parts.SelectMany(part => PackedBody.References(part.Packed.Span)).Distinct().ToList();
        var pieces = references.Count == 0 ? new Dictionary<UInt128, ReadOnlyMemory<byte>>() : await store.FindPiecesAsync(references, cancel);
        var said = new JsonObject();
        foreach (var part in content.Parts)
        {
            var (name, body) = (Names[(int)part.Kind], Read(PackedBody.Unpack(part.Packed.Span, pieces)));
            if (part.Kind is LogPartKind.Request or LogPartKind.Answer) said[name] = body;
            else if (said[name] is JsonArray list) list.Add(body);
            else said[name] = new JsonArray(body);
        }

        return said;
    }

    private static JsonNode? Read(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body, documentOptions: Options);
        }
        catch (JsonException)
        {
            return JsonValue.Create(Encoding.UTF8.GetString(body));
        }
    }
}
