using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Errors in Anthropic's envelope: <c>{"type": "error", "error": {"type", "message"}}</c>. Source: API reference, "Errors".</summary>
internal static class Errors
{
    public static void Encode(GatewayError error, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteString("type"u8, "error"u8);
        writer.WriteStartObject("error"u8);
        writer.WriteString("type"u8, TypeOf(error.Kind));
        writer.WriteString("message"u8, error.Message);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static void EncodeEvent(GatewayError error, IBufferWriter<byte> output)
    {
        output.BeginFrame("error"u8);
        Encode(error, output);
        output.EndFrame();
    }

    public static GatewayError Decode(int status, ReadOnlyMemory<byte> body)
    {
        using var document = JsonInput.TryParse(body, out _);
        var type = document is null ? null : ((RawJson)RequestReader.Get(RequestReader.Get(document.RootElement, "error"u8), "type"u8)).AsString();
        return new GatewayError(GatewayError.KindOf(status), ErrorMessages.Find(status, body)) { Status = status, Code = type };
    }

    /// <summary>An <c>error</c> event of a stream; its type tells the status that it would have had.</summary>
    public static GatewayError FromEvent(JsonElement root)
    {
        var error = RequestReader.Get(root, "error"u8);
        var message = ((RawJson)RequestReader.Get(error, "message"u8)).AsString();
        var kind = KindOf(((RawJson)RequestReader.Get(error, "type"u8)).AsString()) ?? ErrorKind.Internal;
        return new GatewayError(kind, message is { Length: > 0 } ? message : "the provider reported an error in mid-stream");
    }

    private static ErrorKind? KindOf(string? type) => type switch
    {
        "invalid_request_error" => ErrorKind.InvalidRequest,
        "authentication_error" => ErrorKind.Authentication,
        "billing_error" => ErrorKind.Billing,
        "permission_error" => ErrorKind.PermissionDenied,
        "not_found_error" => ErrorKind.NotFound,
        "request_too_large" => ErrorKind.RequestTooLarge,
        "rate_limit_error" => ErrorKind.RateLimited,
        "timeout_error" => ErrorKind.Timeout,
        "overloaded_error" => ErrorKind.Overloaded,
        "api_error" => ErrorKind.Internal,
        _ => null,
    };

    private static ReadOnlySpan<byte> TypeOf(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidRequest or ErrorKind.MethodNotAllowed or ErrorKind.NotSupported => "invalid_request_error"u8,
        ErrorKind.Authentication => "authentication_error"u8,
        ErrorKind.Billing => "billing_error"u8,
        ErrorKind.PermissionDenied => "permission_error"u8,
        ErrorKind.NotFound => "not_found_error"u8,
        ErrorKind.RequestTooLarge => "request_too_large"u8,
        ErrorKind.RateLimited => "rate_limit_error"u8,
        ErrorKind.Timeout => "timeout_error"u8,
        ErrorKind.Overloaded => "overloaded_error"u8,
        _ => "api_error"u8,
    };
}
