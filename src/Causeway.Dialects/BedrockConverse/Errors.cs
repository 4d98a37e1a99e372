using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Errors: <c>{"message": ...}</c>; in streams an exception message of a type.</summary>
internal static class Errors
{
    public static void Encode(GatewayError error, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteString("message"u8, error.Message);
        writer.WriteString("__type"u8, TypeOf(error.Kind));
        writer.WriteEndObject();
    }

    public static string TypeOf(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidRequest or ErrorKind.RequestTooLarge or ErrorKind.MethodNotAllowed => "validationException",
        ErrorKind.Authentication or ErrorKind.PermissionDenied => "accessDeniedException",
        ErrorKind.NotFound or ErrorKind.NotSupported => "resourceNotFoundException",
        ErrorKind.RateLimited or ErrorKind.Billing => "throttlingException",
        ErrorKind.Overloaded or ErrorKind.UpstreamUnavailable => "serviceUnavailableException",
        ErrorKind.Timeout => "modelTimeoutException",
        _ => "internalServerException",
    };

    /// <summary>The error that an exception of a stream means.</summary>
    public static GatewayError FromException(ReadOnlySpan<byte> type, JsonView payload)
    {
        var kind = Encoding.UTF8.GetString(type).ToLowerInvariant() switch
        {
            "validationexception" => ErrorKind.InvalidRequest,
            "throttlingexception" => ErrorKind.RateLimited,
            "serviceunavailableexception" => ErrorKind.Overloaded,
            "modeltimeoutexception" => ErrorKind.Timeout,
            "broken" => ErrorKind.UpstreamUnavailable,
            _ => ErrorKind.Internal,
        };
        var message = ((RawJson)RequestReader.Get(payload, "message"u8)).AsString();
        return new GatewayError(kind, message is { Length: > 0 } ? message : "the provider reported an error in mid-stream");
    }
}
