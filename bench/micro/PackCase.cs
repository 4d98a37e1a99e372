using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Redaction;
using Causeway.Dialects.Json;

namespace Causeway.Bench;

/// <summary>What the log keeps of a session whose requests each repeat the conversation: how much room it takes, and what packing costs beside the requests.</summary>
internal static class PackCase
{
    private const int Requests = 100;

    private static readonly string[] Words = ["the", "file", "return", "await", "public", "a", "test", "to", "of", "build", "error", "in", "line", "if", "var", "string", "is", "class", "{", "}", "=>", "that", "request"];

    /// <summary>Measures one case and prints its row.</summary>
    /// <param name="isRedacted">Secrets are taken out.</param>
    public static void Run(bool isRedacted)
    {
        var edit = isRedacted ? ContentEdit.Of(RedactionConfig.Usual) : ContentEdit.None;
        var random = new Random(1);
        var body = new JsonObject
        {
            ["model"] = "claude-sonnet-4-5",
            ["system"] = new JsonArray(Block(random, 14_000), Block(random, 2000)),
            ["tools"] = new JsonArray([.. Enumerable.Range(0, 20).Select(i => (JsonNode)new JsonObject { ["name"] = $"tool{i}", ["description"] = Text(random, 2000), ["input_schema"] = new JsonObject { ["type"] = "object" } })]),
        };
        var messages = new JsonArray();
        body["messages"] = messages;
        var bodies = new List<byte[]>();
        for (var i = 0; i < Requests; i++)
        {
            messages.Add((JsonNode)new JsonObject { ["role"] = "assistant", ["content"] = new JsonArray(Block(random, 400)) });
            messages.Add((JsonNode)new JsonObject { ["role"] = "user", ["content"] = new JsonArray(Block(random, 3000)) });
            bodies.Add(Encoding.UTF8.GetBytes(body.ToJsonString()));
        }

        long stored = 0;
        var best = double.MaxValue;
        for (var run = 0; run < 5; run++)
        {
            using var packer = new BodyPacker(TimeProvider.System);
            var pieces = new List<LogPiece>();
            stored = 0;
            var began = Stopwatch.GetTimestamp();
            foreach (var each in bodies)
            {
                using var tree = JsonInput.TryParse(each, out _);
                stored += packer.Pack(tree!, edit, pieces).Length;
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalMicroseconds / Requests);
            stored += pieces.Sum(piece => (long)piece.Packed.Length);
        }

        using var whole = new BodyPacker(TimeProvider.System);
        var alone = bodies.Sum(each => (long)whole.Pack(each).Length);
        var plain = bodies.Sum(each => (long)each.Length);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {(isRedacted ? "redact" : "keep")} | {plain / 1000} | {alone / 1000} | {stored / 1000} | {plain / 1e6 / Requests:F2} | {best:F0} |"));
    }

    private static JsonObject Block(Random random, int length) => new() { ["type"] = "text", ["text"] = Text(random, length) };

    private static string Text(Random random, int length)
    {
        var text = new StringBuilder();
        while (text.Length < length) text.Append(Words[random.Next(Words.Length)]).Append(random.Next(20) == 0 ? random.Next(100_000).ToString(CultureInfo.InvariantCulture) + "\n" : " ");
        return text.ToString();
    }
}
