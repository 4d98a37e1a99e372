using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>Writes a whole answer.</summary>
internal static class ResponseEncoder
{
    private const DialectId Target = DialectId.Gemini;

    public static void Encode(ChatResponse response, IBufferWriter<byte> output, LossReport losses)
    {
        losses.AddForeign(response.Extras, Target, "");
        var sources = new List<Citation>();
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        AnswerWriter.Begin(writer);
        for (var i = 0; i < response.Parts.Count; i++)
        {
            var part = response.Parts[i];
            losses.AddForeign(part.Extras, Target, "content");
            switch (part)
            {
                case TextPart text:
                    AnswerWriter.Text(writer, text.Text, thought: false, default);
                    sources.AddRange(text.Citations?.FindAll(source => AnswerWriter.CanCite(source, losses)) ?? []);
                    break;
                case RefusalPart refusal: AnswerWriter.Text(writer, refusal.Text, thought: false, default); break;
                case ReasoningPart thought:
                    var toCall = i + 1 < response.Parts.Count && response.Parts[i + 1] is ToolCallPart;
                    if (!thought.Text.IsNullOrEmpty || !toCall) AnswerWriter.Text(writer, thought.Text.IsMissing ? RawJson.EmptyString : thought.Text, thought: true, toCall ? default : ThoughtSignature.ForClient(thought));
                    break;
                case ToolCallPart call:
                    var before = i > 0 ? response.Parts[i - 1] as ReasoningPart : null;
                    AnswerWriter.Call(writer, call, call.Arguments, before is null ? default : ThoughtSignature.ForClient(before));
                    break;
                default:
                    if (AnswerWriter.CanWriteWhole(part, losses)) AnswerWriter.Whole(writer, part);
                    break;
            }
        }

        AnswerWriter.End(writer, response.Stop, sources, response.Usage ?? new Usage(), response.Model.Length > 0 ? response.Model : "unknown",
            response.Id.Length > 0 ? response.Id : Guid.NewGuid().ToString("N"));
    }
}
