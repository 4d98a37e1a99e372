using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>Writes the items of an answer. The same bytes stand in the stream's events and in its final object.</summary>
internal static class OutputItem
{
    /// <summary>An answer's id: the upstream's if it has this API's form, else one that nobody can guess, since clients get answers by it.</summary>
    public static string ResponseId(string id) => id.StartsWith("resp_", StringComparison.Ordinal) ? id : NewId("resp");

    public static string NewId(string prefix) => $"{prefix}_{Guid.NewGuid():N}";

    /// <summary>The content part of a text or refusal.</summary>
    public static void WriteContent(Utf8JsonWriter writer, Part header, RawJson text, List<Citation> citations)
    {
        writer.WriteStartObject();
        if (header is RefusalPart)
        {
            writer.WriteString("type"u8, "refusal"u8);
            writer.WriteRaw("refusal"u8, text);
        }
        else
        {
            writer.WriteString("type"u8, "output_text"u8);
            writer.WriteRaw("text"u8, text);
            writer.WriteStartArray("annotations"u8);
            foreach (var citation in citations) WriteAnnotation(writer, citation);
            writer.WriteEndArray();
            writer.WriteStartArray("logprobs"u8);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    public static bool CanCite(Citation citation, LossReport losses)
    {
        if (citation.Origin == DialectId.OpenAIResponses || !citation.Url.IsMissing) return true;
        losses.Add("content.citations", "openai-responses cites addresses only");
        return false;
    }

    public static void WriteAnnotation(Utf8JsonWriter writer, Citation citation)
    {
        if (citation.Origin == DialectId.OpenAIResponses)
        {
            writer.WriteLine(citation.Raw);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, "url_citation"u8);
        writer.WriteRaw("url"u8, citation.Url);
        writer.WriteRaw("title"u8, citation.Title.IsMissing ? citation.Url : citation.Title);
        writer.WriteNumber("start_index"u8, 0);   // where in the text is not known in the other dialect's terms
        writer.WriteNumber("end_index"u8, 0);
        writer.WriteEndObject();
    }

    /// <summary>A message of one content part; none yet if <paramref name="text"/> is missing.</summary>
    public static RawJson Message(string id, Part header, RawJson text, List<Citation> citations) => Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("type"u8, "message"u8);
        writer.WriteString("status"u8, text.IsMissing ? "in_progress"u8 : "completed"u8);
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteStartArray("content"u8);
        if (!text.IsMissing) WriteContent(writer, header, text, citations);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>Reasoning, with the encrypted whole of whichever provider made it.</summary>
    public static RawJson Reasoning(string id, ReasoningPart part) => Build(writer =>
    {
        var signature = part.Origin == DialectId.OpenAIResponses ? part.Signature : MintedSignature.Wrap(part);
        ReasoningItem.Write(writer, part.Text, signature == MintedSignature.Empty ? default : signature, id);
    });

    /// <summary>A call; <paramref name="arguments"/> is a JSON string, empty while they are on their way.</summary>
    public static RawJson Call(string id, ToolCallPart call, string callId, RawJson arguments, bool isDone) => Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("type"u8, call.IsFreeText ? "custom_tool_call"u8 : "function_call"u8);
        writer.WriteString("status"u8, isDone ? "completed"u8 : "in_progress"u8);
        writer.WriteRaw(call.IsFreeText ? "input"u8 : "arguments"u8, arguments);
        writer.WriteString("call_id"u8, callId);
        NamespacedName.Write(writer, call.Name);
        writer.WriteEndObject();
    });

    /// <summary>A picture that the model made.</summary>
    public static RawJson Image(string id, MediaPart image) => Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("type"u8, "image_generation_call"u8);
        writer.WriteString("status"u8, "completed"u8);
        writer.WriteRaw("result"u8, image.Data);
        writer.WriteEndObject();
    });

    private static RawJson Build(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, JsonOutput.Options)) write(writer);
        return new RawJson(buffer.WrittenMemory);
    }
}
