using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.OpenAICompletions;

/// <summary>Writes a streamed completion: chunks of text, then the reason, usage if it was asked for, and <c>[DONE]</c>.</summary>
internal sealed class StreamEncoder(AnswerEncoding encoding, LossReport losses, TimeProvider time) : IStreamEncoder
{
    private readonly HashSet<int> _texts = [];
    private string _id = "";
    private string _model = encoding.Model;
    private long _created;
    private Usage? _usage;
    private bool _started;

    public void Encode(StreamEvent item, IBufferWriter<byte> output)
    {
        switch (item)
        {
            case Started started: Start(started); break;
            case PartStarted { Header: TextPart or RefusalPart } part: _texts.Add(part.Index); break;
            case PartStarted other: ResponseEncoder.TextOf(other.Header, losses); break;
            case PartDelta { Kind: DeltaKind.Text } delta when _texts.Contains(delta.Index): Chunk(output, delta.Value, default); break;
            case PartDelta { Kind: DeltaKind.Citation }: losses.Add("content.citations", "openai-completions has text only"); break;
            case UsageReported report: _usage = report.Usage.Over(_usage); break;
            case OpaqueEvent { Name: "message_delta" }: break;   // its reason and usage came as events of their own
            case OpaqueEvent foreign: losses.Add($"event.{foreign.Name}", "openai-completions has no such event"); break;
            case Finished finished: Finish(finished, output); break;
            case Failed failed:
                output.BeginFrame(default);
                Errors.Encode(failed.Error, output);
                output.EndFrame();
                break;
        }
    }

    public void EncodeEndMark(IBufferWriter<byte> output)
    {
        output.BeginFrame(default);
        output.Write("[DONE]"u8);
        output.EndFrame();
    }

    private void Start(Started? started)
    {
        if (_started) return;
        _started = true;
        losses.AddForeign(started?.Extras, DialectId.OpenAICompletions, "");
        _id = started is { Id.Length: > 0 } ? started.Id : $"cmpl-{Guid.NewGuid():N}";
        _created = started?.Created ?? time.GetUtcNow().ToUnixTimeSeconds();
        if (started is { Model.Length: > 0 }) _model = started.Model;
    }

    private void Chunk(IBufferWriter<byte> output, RawJson text, ReadOnlySpan<byte> reason)
    {
        Start(null);
        output.BeginFrame(default);
        using (var writer = new Utf8JsonWriter(output, JsonOutput.Options))
        {
            ResponseEncoder.WriteHead(writer, _id, _created, _model);
            ResponseEncoder.WriteChoice(writer, text, reason);
            writer.WriteEndObject();
        }

        output.EndFrame();
    }

    private void Finish(Finished finished, IBufferWriter<byte> output)
    {
        Chunk(output, RawJson.EmptyString, ResponseEncoder.ReasonOf(finished.Reason));
        if (encoding.Usage && _usage is not null)
        {
            output.BeginFrame(default);
            using (var writer = new Utf8JsonWriter(output, JsonOutput.Options))
            {
                ResponseEncoder.WriteHead(writer, _id, _created, _model);
                writer.WriteStartArray("choices"u8);
                writer.WriteEndArray();
                writer.WritePropertyName("usage"u8);
                UsageCodec.Encode(writer, _usage);
                writer.WriteEndObject();
            }

            output.EndFrame();
        }

        EncodeEndMark(output);
    }
}
