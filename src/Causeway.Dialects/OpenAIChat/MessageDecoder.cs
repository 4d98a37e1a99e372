using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>What the messages of whole answers and the deltas of streamed ones have in common.</summary>
internal static class MessageDecoder
{
    private const DialectId Origin = DialectId.OpenAIChat;

    /// <summary>Thinking, under whichever of its names: <c>reasoning_content</c>, <c>reasoning</c> or <c>reasoning_details</c>.</summary>
    public static RawJson Reasoning(JsonView message)
    {
        if (RequestReader.Get(message, "reasoning_content"u8) is { ValueKind: JsonValueKind.String } first && !((RawJson)first).IsNullOrEmpty) return first;
        if (RequestReader.Get(message, "reasoning"u8) is { ValueKind: JsonValueKind.String } second && !((RawJson)second).IsNullOrEmpty) return second;
        var details = RequestReader.Get(message, "reasoning_details"u8);
        if (details.ValueKind != JsonValueKind.Array) return default;
        var texts = new List<RawJson>();
        foreach (var detail in details.EnumerateArray())
        {
            var text = RequestReader.Get(detail, "text"u8);
            if (text.ValueKind != JsonValueKind.String) text = RequestReader.Get(detail, "summary"u8);
            if (text.ValueKind == JsonValueKind.String) texts.Add(text);
        }

        return texts.Count == 0 ? default : RawTexts.Join(texts, ""u8);
    }

    /// <summary>The content: a text, or (Mistral) a list of text, thinking, references and pictures.</summary>
    public static IEnumerable<Part> Content(JsonView content)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            if (!((RawJson)content).IsNullOrEmpty) yield return new TextPart(content);
            yield break;
        }

        if (content.ValueKind != JsonValueKind.Array) yield break;
        foreach (var part in content.EnumerateArray())
        {
            switch (((RawJson)RequestReader.Get(part, "type"u8)).AsString())
            {
                case "text" when RequestReader.Get(part, "text"u8) is { ValueKind: JsonValueKind.String } text: yield return new TextPart(text); break;
                case "thinking": yield return new ReasoningPart { Origin = Origin, Text = Thinking(RequestReader.Get(part, "thinking"u8)) }; break;
                case "image_url" when Image(part) is { } image: yield return image; break;
            }
        }
    }

    /// <summary>A picture that the model made: <c>{"image_url": {"url"}}</c> or <c>{"image_url": "url"}</c>.</summary>
    public static MediaPart? Image(JsonView part)
    {
        var image = RequestReader.Get(part, "image_url"u8);
        var url = image.ValueKind == JsonValueKind.Object ? RequestReader.Get(image, "url"u8) : image;
        if (url.ValueKind != JsonValueKind.String) return null;
        return PartDecoder.Media(MediaKind.Image, url, default, null) ?? new MediaPart { Kind = MediaKind.Image, Form = MediaForm.Url, Data = url };
    }

    /// <summary>The sources named in <c>annotations</c>.</summary>
    public static IEnumerable<Citation> Citations(JsonView message)
    {
        var notes = RequestReader.Get(message, "annotations"u8);
        if (notes.ValueKind != JsonValueKind.Array) yield break;
        foreach (var note in notes.EnumerateArray())
        {
            var source = RequestReader.Get(note, "url_citation"u8);
            yield return new Citation
            {
                Origin = Origin,
                Raw = note,
                Url = Text(source, "url"u8),
                Title = Text(source, "title"u8),
                Quote = Text(source, "content"u8),
            };
        }
    }

    /// <summary>Arguments of a call: a text that holds them, or, from some upstreams, the object itself. Missing if there are none.</summary>
    public static RawJson Arguments(JsonView function) => RequestReader.Get(function, "arguments"u8) switch
    {
        { ValueKind: JsonValueKind.String } text => ToolArguments.FromText(text),
        { ValueKind: JsonValueKind.Undefined } => default,
        var other => other,
    };

    /// <summary>An id for a call whose upstream gave none.</summary>
    public static string NewCallId() => $"call_{Guid.NewGuid():N}"[..29];

    private static RawJson Thinking(JsonView thinking)
    {
        if (thinking.ValueKind == JsonValueKind.String) return thinking;
        var texts = new List<RawJson>();
        foreach (var part in Content(thinking))
        {
            if (part is TextPart text) texts.Add(text.Text);
        }

        return RawTexts.Join(texts, ""u8);
    }

    private static RawJson Text(JsonView owner, ReadOnlySpan<byte> name) =>
        RequestReader.Get(owner, name) is { ValueKind: JsonValueKind.String } value ? value : default(RawJson);
}
