using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>Errors in Google's envelope: <c>{"error": {"code", "message", "status"}}</c> (google.rpc.Status as JSON).</summary>
internal static class Errors
{
    public static void Encode(GatewayError error, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, error.Status);
        writer.WriteString("message"u8, error.Message);
        writer.WriteString("status"u8, StatusOf(error.Kind));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>A wrong key is a 400 here (reason API_KEY_INVALID), and not the request's fault.</summary>
    public static GatewayError Decode(int status, ReadOnlyMemory<byte> body) =>
        new(status == 400 && body.Span.IndexOf("API_KEY_INVALID"u8) >= 0 ? ErrorKind.Authentication : GatewayError.KindOf(status), ErrorMessages.Find(status, body)) { Status = status };

    /// <summary>An error object in mid-stream; null if the chunk holds none.</summary>
    public static GatewayError? FromChunk(JsonView root)
    {
        var error = RequestReader.Get(root, "error"u8);
        if (error.ValueKind != JsonValueKind.Object) return null;
        var code = ((RawJson)RequestReader.Get(error, "code"u8)).AsInteger() is >= 400 and <= 599 and var known ? (int)known : 500;
        var message = ((RawJson)RequestReader.Get(error, "message"u8)).AsString();
        return new GatewayError(GatewayError.KindOf(code), message is { Length: > 0 } ? message : "the provider reported an error in mid-stream");
    }

    private static ReadOnlySpan<byte> StatusOf(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidRequest or ErrorKind.RequestTooLarge => "INVALID_ARGUMENT"u8,
        ErrorKind.Authentication => "UNAUTHENTICATED"u8,
        ErrorKind.PermissionDenied => "PERMISSION_DENIED"u8,
        ErrorKind.NotFound => "NOT_FOUND"u8,
        ErrorKind.RateLimited or ErrorKind.Billing => "RESOURCE_EXHAUSTED"u8,
        ErrorKind.Timeout => "DEADLINE_EXCEEDED"u8,
        ErrorKind.Overloaded or ErrorKind.UpstreamUnavailable => "UNAVAILABLE"u8,
        ErrorKind.MethodNotAllowed or ErrorKind.NotSupported => "UNIMPLEMENTED"u8,
        _ => "INTERNAL"u8,
    };
}
