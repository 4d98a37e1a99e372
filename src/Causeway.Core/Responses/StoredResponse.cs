using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Core.Responses;

/// <summary>An answer that the gateway keeps because its provider has no store: <c>store</c> of OpenAI's responses API.</summary>
/// <param name="Id">Its id, <c>resp_</c> and letters or digits.</param>
/// <param name="Response">The response object, as the client got it.</param>
/// <param name="Input">The conversation that it answers: a list of items.</param>
public sealed record StoredResponse(string Id, RawJson Response, RawJson Input)
{
    /// <summary>The id of the virtual key that asked for it, for which alone it is; null: it was asked for without one.</summary>
    public string? Owner { get; init; }

    /// <summary>The whole conversation, the answer included, and then <paramref name="more"/>: a list of items.</summary>
    /// <param name="more">The input of the next request: a text, a list of items, or missing.</param>
    public RawJson Continue(RawJson more)
    {
        var items = new List<RawJson>();
        AddItems(Input, items);
        AddItems(RequestReader.Get(Response.AsElement(), "output"u8), items);
        AddItems(more, items);
        return JsonRewrite.List(items);
    }

    /// <summary>An input as a list of items: a text is a message of the user.</summary>
    public static RawJson ToList(RawJson input)
    {
        var items = new List<RawJson>();
        AddItems(input, items);
        return JsonRewrite.List(items);
    }

    /// <summary>The items of an input.</summary>
    public static void AddItems(RawJson input, List<RawJson> items)
    {
        if (input.IsString) items.Add(Message(input));
        else foreach (var item in input.AsElement().EnumerateArray()) items.Add(item);
    }

    private static RawJson Message(RawJson text)
    {
        var buffer = new ArrayBufferWriter<byte>(text.Utf8.Length + 64);
        using (var writer = new Utf8JsonWriter(buffer, JsonOutput.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "message"u8);
            writer.WriteString("role"u8, "user"u8);
            writer.WriteRaw("content"u8, text);
            writer.WriteEndObject();
        }

        return new RawJson(buffer.WrittenMemory);
    }
}
