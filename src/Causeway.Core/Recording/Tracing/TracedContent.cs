using System.Text;
using System.Text.Json;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Capture;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Recording.Tracing;

/// <summary>
/// What was said in an exchange, as the conventions want it: JSON texts of the schemas at
/// https://github.com/open-telemetry/semantic-conventions-genai/tree/main/docs/gen-ai (gen-ai-input-messages.json and its like), read 2026-11-26.
/// </summary>
/// <param name="Input">The conversation, its last messages as far as they fit; null: there is none.</param>
/// <param name="Output">The answer; null: there is none.</param>
/// <param name="System">The system prompt; null: there is none.</param>
internal sealed record TracedContent(string? Input, string? Output, string? System)
{
    /// <summary>The most characters of each text.</summary>
    public const int Most = 64 << 10;

    /// <summary>What spans may hold of an exchange: what the request log keeps of it, and edited in the same way.</summary>
    /// <param name="said">What was said.</param>
    /// <param name="edit">Takes out what must not be seen.</param>
    public static TracedContent Of(Said said, ContentEdit edit)
    {
        var (system, input) = (new List<string>(), new List<string>());
        foreach (var turn in said.Request?.Turns ?? [])
        {
            if (turn.Role is Role.System or Role.Developer) system.AddRange(turn.Parts.Select(part => Json(edit, writer => MessagePart.Write(writer, part))));
            else input.Add(Json(edit, writer => WriteMessage(writer, RoleOf(turn), turn.Parts, stop: null)));
        }

        var output = new List<string>();
        if (said.Answers.Count > 0) output.Add(Json(edit, writer => WriteMessage(writer, "assistant", said.Answers.SelectMany(answer => answer.Parts), said.Stop)));
        return new TracedContent(Last(input), Last(output), Last(system));
    }

    private static string RoleOf(Turn turn) => turn.Role == Role.Assistant ? "assistant" : turn.Parts is [ToolResultPart, ..] ? "tool" : "user";

    private static void WriteMessage(Utf8JsonWriter writer, string role, IEnumerable<Part> parts, StopReason? stop)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, role);
        writer.WriteStartArray("parts"u8);
        foreach (var part in parts) MessagePart.Write(writer, part);
        writer.WriteEndArray();
        if (stop is { } reason) writer.WriteString("finish_reason"u8, GenAiWords.FinishReasonsOf(reason)[0]);
        writer.WriteEndObject();
    }

    private static string Json(ContentEdit edit, Action<Utf8JsonWriter> write)
    {
        using var body = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(body, JsonOutput.Options)) write(writer);
        return edit.Apply(Encoding.UTF8.GetString(body.Span));
    }

    /// <summary>A list of the last items that fit: conversations repeat in each request what was said before.</summary>
    private static string? Last(List<string> items)
    {
        var (from, length) = (items.Count, 2);
        while (from > 0 && (length += items[from - 1].Length + 1) <= Most) from--;
        return from == items.Count ? null : $"[{string.Join(',', items.Skip(from))}]";
    }
}
