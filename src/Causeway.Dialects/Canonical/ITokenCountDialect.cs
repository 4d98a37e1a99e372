using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>A dialect with a route that only counts the input tokens of a request.</summary>
public interface ITokenCountDialect
{
    /// <summary>The answer's field with the count: <c>input_tokens</c> and the like.</summary>
    string CountField { get; }

    /// <summary>Reads the request whose tokens are to be counted.</summary>
    Decoded<ChatRequest> DecodeCountRequest(ReadOnlyMemory<byte> body);

    /// <summary>Writes the answer: so many tokens.</summary>
    void EncodeCount(long tokens, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteNumber(CountField, tokens);
        writer.WriteEndObject();
    }
}
