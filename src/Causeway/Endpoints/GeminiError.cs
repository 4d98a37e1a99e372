using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Endpoints;

/// <summary>Google's error envelope (google.rpc.Status as JSON), for paths of its API, which this version does not offer.</summary>
internal static class GeminiError
{
    /// <summary>Writes <c>{"error": {"code", "message", "status"}}</c>.</summary>
    public static void Write(GatewayError error, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, error.Status);
        writer.WriteString("message"u8, error.Message);
        writer.WriteString("status"u8, error.Kind switch
        {
            ErrorKind.NotFound => "NOT_FOUND",
            ErrorKind.MethodNotAllowed or ErrorKind.NotSupported => "UNIMPLEMENTED",
            _ => "INVALID_ARGUMENT",
        });
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
