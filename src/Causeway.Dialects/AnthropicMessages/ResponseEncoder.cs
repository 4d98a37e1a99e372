using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Writes a whole message.</summary>
internal static class ResponseEncoder
{
    private const DialectId Target = DialectId.AnthropicMessages;

    public static void Encode(ChatResponse response, IBufferWriter<byte> output, LossReport losses)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        var callsTools = false;
        writer.WriteStartObject();
        writer.WriteString("id"u8, response.Id.Length > 0 ? response.Id : MessageId.New());
        writer.WriteString("type"u8, "message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteString("model"u8, response.Model.Length > 0 ? response.Model : "unknown");
        writer.WriteStartArray("content"u8);
        foreach (var part in response.Parts)
        {
            BlockEncoder.Write(writer, part, losses);
            callsTools |= part is ToolCallPart;
        }

        writer.WriteEndArray();
        writer.WriteString("stop_reason"u8, StopReasons.Encode(response.Stop, callsTools));
        writer.WritePropertyName("stop_sequence"u8);
        if (response.StopSequence.IsMissing) writer.WriteNullValue();
        else writer.WriteRaw(response.StopSequence);
        writer.WritePropertyName("usage"u8);
        UsageCodec.Encode(writer, response.Usage);
        RequestEncoder.WriteOwn(writer, response.Extras, losses, "");
        writer.WriteEndObject();
    }
}
