using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIResponses;

/// <summary>
/// A conversation made short (<c>POST /v1/responses/compact</c>): what the user said stays, and one opaque item stands for the
/// rest. Where the provider cannot do it, a model writes a summary, and the gateway's item holds that. Source: OpenAI's API
/// reference, "Compact a response".
/// </summary>
public static class Compaction
{
    private const string Request =
        "Summarise the conversation so far for the one who will carry it on without having seen it. Say what the user wants, what was decided and why, "
        + "what was done and found (names, paths, numbers, commands and errors word for word), what failed, and what is to be done next. Write the summary only.";

    private static ReadOnlySpan<byte> Introduction => "The conversation before this was summarised:\\n\\n"u8;

    /// <summary>The item that asks a model for the summary, to be put after the conversation.</summary>
    public static RawJson Ask { get; } = new(Encoding.UTF8.GetBytes($$"""{"type":"message","role":"user","content":[{"type":"input_text","text":"{{Request}}"}]}"""));

    /// <summary>Writes the answer: the user's own messages of <paramref name="input"/>, and the summary that <paramref name="answer"/> holds.</summary>
    public static void Write(ChatResponse answer, RawJson input, TimeProvider time, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteString("id"u8, OutputItem.NewId("resp"));
        writer.WriteString("object"u8, "response.compaction"u8);
        writer.WriteNumber("created_at"u8, time.GetUtcNow().ToUnixTimeSeconds());
        writer.WriteStartArray("output"u8);
        foreach (var item in input.AsElement().EnumerateArray())
        {
            if (JsonText.Is(RequestReader.Get(item, "role"u8), "user"u8))
                writer.WriteLine(item.With(("type", RawJson.FromString("message")), ("id", RawJson.FromString(OutputItem.NewId("msg"))), ("status", RawJson.FromString("completed"))));
        }

        WriteItem(writer, RawTexts.Join([.. answer.Parts.OfType<TextPart>().Select(part => part.Text)], ""u8));
        writer.WriteEndArray();
        writer.WritePropertyName("usage"u8);
        UsageCodec.Write(writer, answer.Usage ?? new Usage());
        writer.WriteEndObject();
    }

    /// <summary>The text that stands for a compaction item of the gateway's own: a JSON string; missing for an item that only its provider can read.</summary>
    internal static RawJson Read(JsonView item)
    {
        RawJson content = RequestReader.Get(item, "encrypted_content"u8);
        if (!MintedSignature.IsOne(content)) return default;
        try
        {
            var summary = RawJson.FromText(Convert.FromBase64String(content.AsString()![MintedSignature.Prefix.Length..]));
            return new RawJson((byte[])[(byte)'"', .. Introduction, .. summary.Utf8[1..]]);
        }
        catch (FormatException)
        {
            return default;
        }
    }

    private static void WriteItem(Utf8JsonWriter writer, RawJson summary)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "compaction"u8);
        writer.WriteString("id"u8, OutputItem.NewId("cmp"));
        writer.WriteString("encrypted_content"u8, MintedSignature.Prefix + Convert.ToBase64String(JsonText.Decode(summary.Utf8)));
        writer.WriteEndObject();
    }
}
