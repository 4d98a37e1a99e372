using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Recording.Capture;

/// <summary>
/// Writes an answer in the one form that the log has for all dialects: <c>{"parts": [{"type": "text", "text": ...}, ...]}</c>, with parts of the types
/// <c>text</c>, <c>refusal</c>, <c>reasoning</c>, <c>tool_call</c>, <c>media</c> and <c>other</c>.
/// </summary>
internal static class AnswerJson
{
    /// <summary>Writes answers as one: where a second model went on, its parts follow.</summary>
    public static void Write(IReadOnlyList<ChatResponse> answers, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteStartArray("parts"u8);
        foreach (var part in answers.SelectMany(answer => answer.Parts)) Write(writer, part);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Part part)
    {
        writer.WriteStartObject();
        switch (part)
        {
            case TextPart text:
                writer.WriteString("type"u8, "text"u8);
                Write(writer, "text"u8, text.Text);
                WriteSources(writer, text.Citations);
                break;
            case RefusalPart refusal:
                writer.WriteString("type"u8, "refusal"u8);
                Write(writer, "text"u8, refusal.Text);
                break;
            case ReasoningPart thought:
                writer.WriteString("type"u8, "reasoning"u8);
                if (thought.Text.IsMissing) writer.WriteBoolean("is_hidden"u8, true);
                else Write(writer, "text"u8, thought.Text);
                break;
            case ToolCallPart call:
                writer.WriteString("type"u8, "tool_call"u8);
                writer.WriteString("id"u8, call.Id);
                writer.WriteString("name"u8, call.Name);
                WriteArguments(writer, call);
                break;
            case MediaPart media:
                writer.WriteString("type"u8, "media"u8);
                writer.WriteString("media_type"u8, media.MediaType);
                if (media.Form is MediaForm.Url or MediaForm.FileId) Write(writer, "data"u8, media.Data);
                else writer.WriteNumber("bytes"u8, media.Data.Utf8.Length);
                break;
            case OpaquePart opaque:
                writer.WriteString("type"u8, "other"u8);
                writer.WriteString("kind"u8, opaque.Kind);
                Write(writer, "raw"u8, opaque.Raw);
                break;
        }

        writer.WriteEndObject();
    }

    /// <summary>Models write broken JSON, too: then it is text.</summary>
    private static void WriteArguments(Utf8JsonWriter writer, ToolCallPart call)
    {
        using var tree = call.IsFreeText ? null : JsonInput.TryParse(call.Arguments.Utf8.ToArray(), out _);
        if (tree is not null) writer.WriteRaw("arguments"u8, call.Arguments);
        else writer.WriteString("arguments"u8, call.Arguments.Utf8);
    }

    private static void WriteSources(Utf8JsonWriter writer, List<Citation>? sources)
    {
        if (sources is not { Count: > 0 }) return;
        writer.WriteStartArray("sources"u8);
        foreach (var source in sources)
        {
            writer.WriteStartObject();
            Write(writer, "url"u8, source.Url);
            Write(writer, "title"u8, source.Title);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, RawJson value)
    {
        if (!value.IsMissing) writer.WriteRaw(name, value);
    }
}
