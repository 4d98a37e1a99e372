using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Writes a whole answer.</summary>
internal static class ResponseEncoder
{
    private const DialectId Target = DialectId.CohereChat;

    public static void Encode(ChatResponse response, IBufferWriter<byte> output, LossReport losses)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteString("id"u8, response.Id.Length > 0 ? response.Id : Errors.NewId());
        writer.WriteStartObject("message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        MessageWriter.WriteSaid(writer, SignatureCarrier.Pack(response.Parts, Target, losses), losses, "content");
        Fields.Write(writer, response.Extras, losses, "", "message.");
        writer.WriteEndObject();
        writer.WriteString("finish_reason"u8, FinishReasons.Encode(response.Stop, response.Parts.Exists(part => part is ToolCallPart), losses));
        if (response.Usage is { } usage) UsageCodec.Encode(writer, usage);
        if (response.Extras is { Origin: Target }) Fields.Write(writer, response.Extras, losses, "");
        writer.WriteEndObject();
    }
}
