using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>
/// Texts that an Anthropic client wants the answer to cite: here they are the request's <c>documents</c>, apart from the messages, which
/// the answer then cites. The API takes none together with a response format; then they stay in the message as text.
/// </summary>
internal sealed class GroundingDocuments(ChatRequest request, LossReport losses)
{
    private readonly List<MediaPart> _taken = [];

    /// <summary>Takes a part that is such a text out of its message; false if it is none.</summary>
    public bool Take(Part part)
    {
        if (request.Output is not null || part is not MediaPart { Kind: MediaKind.Document, Form: MediaForm.Text, Extras: { Origin: DialectId.AnthropicMessages } extras } text) return false;
        if (RequestReader.Get(extras["citations"].AsElement(), "enabled"u8).ValueKind != JsonValueKind.True) return false;
        _taken.Add(text);
        return true;
    }

    /// <summary>Writes the property <c>documents</c>, if there are any.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        if (_taken.Count == 0) return;
        writer.WriteStartArray("documents"u8);
        foreach (var text in _taken)
        {
            foreach (var (name, _) in text.Extras!.Fields)
            {
                if (name != "citations") losses.AddForeign(name, text.Extras.Origin, DialectId.CohereChat, "messages");
            }

            writer.WriteStartObject();
            writer.WriteStartObject("data"u8);
            writer.WriteRaw("title"u8, text.Name);
            writer.WriteRaw("text"u8, text.Data);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
