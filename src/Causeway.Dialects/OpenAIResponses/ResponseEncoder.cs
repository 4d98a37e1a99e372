using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>Writes a whole answer.</summary>
internal static class ResponseEncoder
{
    private const DialectId Target = DialectId.OpenAIResponses;

    public static void Encode(ChatResponse response, AnswerEncoding? request, IBufferWriter<byte> output, LossReport losses, TimeProvider time)
    {
        losses.AddForeign(response.Extras, Target, "");
        var items = new List<RawJson>();
        foreach (var part in response.Parts)
        {
            losses.AddForeign(part.Extras, Target, "content");
            if (Item(part, losses) is { IsMissing: false } item) items.Add(item);
        }

        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        new ResponseObject(
            OutputItem.ResponseId(response.Id),
            response.Model.Length > 0 ? response.Model : "unknown",
            response.Created ?? time.GetUtcNow().ToUnixTimeSeconds(),
            response.Extras,
            request?.Said).Write(writer, response.Stop, items, response.Usage);
    }

    private static RawJson Item(Part part, LossReport losses)
    {
        switch (part)
        {
            case TextPart text: return OutputItem.Message(OutputItem.NewId("msg"), text, text.Text, text.Citations?.FindAll(c => OutputItem.CanCite(c, losses)) ?? []);
            case RefusalPart refusal: return OutputItem.Message(OutputItem.NewId("msg"), refusal, refusal.Text, []);
            case ReasoningPart thought: return OutputItem.Reasoning(OutputItem.NewId("rs"), thought);
            case ToolCallPart call:
                var arguments = RawJson.FromText(!call.IsFreeText && ToolArguments.IsEmpty(call.Arguments) ? "{}"u8 : call.Arguments.Utf8);
                return OutputItem.Call(OutputItem.NewId(call.IsFreeText ? "ctc" : "fc"), call, call.Id, arguments, isDone: true);
            case MediaPart { Kind: MediaKind.Image, Form: MediaForm.Base64 } image: return OutputItem.Image(OutputItem.NewId("ig"), image);
            case OpaquePart { Origin: Target } own: return own.Raw;
            case OpaquePart opaque:
                losses.Add($"content.{opaque.Kind}", "openai-responses has no such item");
                return default;
            default:
                losses.Add("content.media", "openai-responses answers hold pictures only");
                return default;
        }
    }
}
