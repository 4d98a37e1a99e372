using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.OpenAICompletions;

/// <summary>Writes a whole completion: one text. Everything else that a chat model says is lost.</summary>
internal static class ResponseEncoder
{
    public static void Encode(ChatResponse response, IBufferWriter<byte> output, LossReport losses, TimeProvider time)
    {
        var texts = new List<RawJson>();
        foreach (var part in response.Parts)
        {
            if (TextOf(part, losses) is { IsMissing: false } text) texts.Add(text);
        }

        losses.AddForeign(response.Extras, DialectId.OpenAICompletions, "");
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        WriteHead(writer, response.Id, response.Created ?? time.GetUtcNow().ToUnixTimeSeconds(), response.Model.Length > 0 ? response.Model : "unknown");
        WriteChoice(writer, RawTexts.Join(texts, ""u8), ReasonOf(response.Stop));
        if (response.Usage is { } usage)
        {
            writer.WritePropertyName("usage"u8);
            UsageCodec.Encode(writer, usage);
        }

        writer.WriteEndObject();
    }

    /// <summary>The text of a part; missing if it has none, and then the loss is noted.</summary>
    public static RawJson TextOf(Part part, LossReport losses)
    {
        switch (part)
        {
            case TextPart text:
                losses.AddForeign(text.Extras, DialectId.OpenAICompletions, "content");
                if (text.Citations is { Count: > 0 }) losses.Add("content.citations", "openai-completions has text only");
                return text.Text;
            case RefusalPart refusal: return refusal.Text;
            default:
                losses.Add(part switch
                {
                    ReasoningPart => "content.thinking",
                    ToolCallPart => "content.tool_calls",
                    MediaPart media => $"content.{media.Kind.ToString().ToLowerInvariant()}",
                    OpaquePart opaque => $"content.{opaque.Kind}",
                    _ => "content",
                }, "openai-completions has text only");
                return default;
        }
    }

    /// <summary>Begins the object of a completion, which is also that of a chunk.</summary>
    public static void WriteHead(Utf8JsonWriter writer, string id, long created, string model)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id.Length > 0 ? id : $"cmpl-{Guid.NewGuid():N}");
        writer.WriteString("object"u8, "text_completion"u8);
        writer.WriteNumber("created"u8, created);
        writer.WriteString("model"u8, model);
    }

    /// <summary>Writes the property <c>choices</c> with its one choice.</summary>
    public static void WriteChoice(Utf8JsonWriter writer, RawJson text, ReadOnlySpan<byte> reason)
    {
        writer.WriteStartArray("choices"u8);
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, 0);
        writer.WriteRaw("text"u8, text);
        writer.WriteNull("logprobs"u8);
        writer.WritePropertyName("finish_reason"u8);
        if (reason.IsEmpty) writer.WriteNullValue();
        else writer.WriteStringValue(reason);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    public static ReadOnlySpan<byte> ReasonOf(StopReason reason) => FinishReasons.Encode(reason, callsTools: false);
}
