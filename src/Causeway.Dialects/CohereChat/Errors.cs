using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>Errors in Cohere's envelope: <c>{"id", "message"}</c>; the HTTP status says what kind it is. Source: Cohere's reference, "Errors".</summary>
internal static class Errors
{
    private const int InvalidToken = 498;   // Cohere's own status: a blocked or expired token

    public static void Encode(GatewayError error, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteString("id"u8, NewId());
        writer.WriteString("message"u8, error.Message);
        writer.WriteEndObject();
    }

    public static GatewayError Decode(int status, ReadOnlyMemory<byte> body) =>
        new(status == InvalidToken ? ErrorKind.Authentication : GatewayError.KindOf(status), ErrorMessages.Find(status, body)) { Status = status };

    /// <summary>The failure that a finish_reason means; null if the answer is good.</summary>
    public static GatewayError? FromFinish(JsonView reason, JsonView holder)
    {
        var kind = ((RawJson)reason).AsString() switch
        {
            "ERROR" => ErrorKind.Internal,
            "TIMEOUT" => ErrorKind.Timeout,
            _ => (ErrorKind?)null,
        };
        if (kind is null) return null;
        var message = ErrorMessages.OfJson(RequestReader.Get(holder, "error"u8));
        return new GatewayError(kind.Value, message ?? (kind == ErrorKind.Timeout ? "the provider ran out of time" : "the provider broke the answer off with an error"));
    }

    /// <summary>An id as Cohere makes them.</summary>
    public static string NewId() => Guid.NewGuid().ToString("D");
}
