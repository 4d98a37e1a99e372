using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>The response object: the whole answer, and in streams its beginning and its end.</summary>
/// <param name="Id">The answer's id.</param>
/// <param name="Model">The model that answers.</param>
/// <param name="Created">When, in seconds since 1970.</param>
/// <param name="Extras">Fields of this dialect that came with the answer.</param>
/// <param name="Said">What the client said in a field of its request; null if that is not known.</param>
internal sealed record ResponseObject(string Id, string Model, long Created, Extras? Extras, Func<string, RawJson>? Said)
{
    /// <summary>
    /// Fields that are written in any case: what an upstream said of them counts, then what the client did, then what the API takes for
    /// granted. Tools and instructions are not repeated: agents send tens of kilobytes of them, and a stream would have them three times.
    /// </summary>
    private static readonly (string Name, string Json)[] Always =
    [
        ("instructions", "null"), ("max_output_tokens", "null"), ("parallel_tool_calls", "true"), ("previous_response_id", "null"),
        ("reasoning", """{"effort":null,"summary":null}"""), ("store", "true"), ("temperature", "null"), ("text", """{"format":{"type":"text"}}"""),
        ("tool_choice", "\"auto\""), ("tools", "[]"), ("top_p", "null"), ("truncation", "\"disabled\""), ("user", "null"), ("metadata", "{}"),
    ];

    /// <summary>Why there is no more of it: a code and a message; null if it did not fail.</summary>
    public (string Code, string Message)? Failure { get; init; }

    /// <summary>Writes it. While the answer is under way <paramref name="stop"/> is null.</summary>
    public void Write(Utf8JsonWriter writer, StopReason? stop, IEnumerable<RawJson> output, Usage? usage)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, Id);
        writer.WriteString("object"u8, "response"u8);
        writer.WriteNumber("created_at"u8, Created);
        writer.WriteString("status"u8, Failure is null ? StatusOf(stop) : "failed"u8);
        if (Failure is var (code, message))
        {
            writer.WriteStartObject("error"u8);
            writer.WriteString("code"u8, code);
            writer.WriteString("message"u8, message);
            writer.WriteEndObject();
        }
        else writer.WriteNull("error"u8);
        writer.WritePropertyName("incomplete_details"u8);
        if (stop is StopReason.Length or StopReason.Filter)
        {
            writer.WriteStartObject();
            writer.WriteString("reason"u8, stop == StopReason.Length ? "max_output_tokens"u8 : "content_filter"u8);
            writer.WriteEndObject();
        }
        else writer.WriteNullValue();
        writer.WriteString("model"u8, Model);
        writer.WriteStartArray("output"u8);
        foreach (var item in output) writer.WriteLine(item);
        writer.WriteEndArray();
        foreach (var (name, json) in Always)
        {
            if (Extras is { Origin: DialectId.OpenAIResponses } && !Extras[name].IsMissing) continue;
            writer.WritePropertyName(name);
            if (name is "tools" or "instructions" || Said?.Invoke(name) is not { IsMissing: false } said) writer.WriteRawValue(json, skipInputValidation: true);
            else if (said.IsObject) writer.WriteLine(Fill(said, json));
            else writer.WriteLine(said);
        }

        writer.WritePropertyName("usage"u8);
        if (usage is null) writer.WriteNullValue();
        else UsageCodec.Write(writer, usage);
        if (Extras is { Origin: DialectId.OpenAIResponses })
        {
            foreach (var (name, value) in Extras.Fields)
            {
                writer.WritePropertyName(name);
                writer.WriteLine(value);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>An object of the client's with the members that it left out.</summary>
    private static RawJson Fill(RawJson said, string defaults)
    {
        using var known = JsonDocument.Parse(defaults);
        if (known.RootElement.ValueKind != JsonValueKind.Object) return said;
        var view = said.AsElement();
        return view.With([.. known.RootElement.EnumerateObject()
            .Select(member => (member.Name, RequestReader.Get(view, System.Text.Encoding.UTF8.GetBytes(member.Name)) is { ValueKind: not JsonValueKind.Undefined } own ? own : new RawJson(System.Text.Encoding.UTF8.GetBytes(member.Value.GetRawText()))))]);
    }

    public static ReadOnlySpan<byte> StatusOf(StopReason? stop) => stop switch
    {
        null => "in_progress"u8,
        StopReason.Length or StopReason.Filter => "incomplete"u8,
        _ => "completed"u8,
    };
}
