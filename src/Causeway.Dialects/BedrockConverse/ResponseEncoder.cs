using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Writes a whole answer.</summary>
internal static class ResponseEncoder
{
    private const DialectId Target = DialectId.BedrockConverse;

    public static void Encode(ChatResponse response, IBufferWriter<byte> output, LossReport losses)
    {
        losses.AddForeign(response.Extras, Target, "");
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteStartObject("output"u8);
        writer.WriteStartObject("message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteStartArray("content"u8);
        foreach (var part in response.Parts) Block(writer, part, losses);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteString("stopReason"u8, StopReasons.Encode(response.Stop));
        UsageCodec.Write(writer, response.Usage ?? new Usage());
        writer.WriteStartObject("metrics"u8);
        writer.WriteNumber("latencyMs"u8, 0);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Block(Utf8JsonWriter writer, Part part, LossReport losses)
    {
        losses.AddForeign(part.Extras, Target, "content");
        if (part is OpaquePart { Origin: Target } own)
        {
            writer.WriteRaw(own.Raw);
            return;
        }

        if (part is OpaquePart or MediaPart)
        {
            losses.Add($"content.{(part as OpaquePart)?.Kind ?? "media"}", "bedrock-converse answers hold no such block");
            return;
        }

        writer.WriteStartObject();
        switch (part)
        {
            case TextPart text:
                writer.WriteRaw("text"u8, text.Text);
                if (text.Citations is { Count: > 0 }) losses.Add("content.citations", "bedrock-converse cites documents of its own only");
                break;
            case RefusalPart refusal: writer.WriteRaw("text"u8, refusal.Text); break;
            case ToolCallPart call: BlockWriter.Call(writer, call.Id, call.Name, call, losses); break;
            case ReasoningPart thought:
                var isOwn = thought.Origin == Target;
                BlockWriter.Reasoning(writer, thought.Text, BlockWriter.SignatureForClient(thought), isOwn ? thought.Encrypted : default);
                break;
        }

        writer.WriteEndObject();
    }
}
