using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>The envelope <c>{"type":"error","error":{"type","message"},"request_id"}</c> (API reference, "Errors").</summary>
internal static class Errors
{
    /// <summary>The words that Claude Code compacts a conversation upon.</summary>
    private const string TooLong = "prompt is too long";

    /// <summary>What the API says with a 400 and the type invalid_request_error.</summary>
    private const string NoCredit = "credit balance is too low";

    public static void Write(Utf8JsonWriter writer, GatewayError error)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "error"u8);
        writer.WriteStartObject("error"u8);
        writer.WriteString("type"u8, TypeOf(error.Kind));
        writer.WriteString("message"u8, error.IsContextOverflow && !error.Message.Contains(TooLong, StringComparison.OrdinalIgnoreCase) ? $"{TooLong}: {error.Message}" : error.Message);
        writer.WriteEndObject();
        writer.WriteNull("request_id"u8);
        writer.WriteEndObject();
    }

    public static GatewayError Decode(int status, ReadOnlyMemory<byte> body)
    {
        using var document = JsonInput.TryParse(body, out _);
        var error = document is null ? default : RequestReader.Get(document.RootElement, "error"u8);
        var message = ErrorMessages.Find(status, body);
        var kind = message.Contains(NoCredit, StringComparison.OrdinalIgnoreCase) ? ErrorKind.Billing : KindOf(RequestReader.Get(error, "type"u8)) ?? GatewayError.KindOf(status);
        return new GatewayError(kind, message)
        {
            Status = status,
            Code = ((RawJson)RequestReader.Get(error, "code"u8)).AsString(),
        };
    }

    /// <summary>An error that came with no status of its own: inside a stream, or in a body sent as a success.</summary>
    public static GatewayError OfEvent(JsonView root)
    {
        var type = RequestReader.Get(RequestReader.Get(root, "error"u8), "type"u8);
        var kind = KindOf(type)
            ?? (type.ValueKind == JsonValueKind.String && JsonText.Is(type, "invalid_request_error"u8)
                ? ErrorKind.InvalidRequest : ErrorKind.UpstreamUnavailable);
        return new GatewayError(kind, ErrorMessages.OfJson(root) ?? "the upstream reported an error without a message");
    }

    /// <summary>
    /// The kind that an error type means; null for the two that say little (invalid_request_error stands for many 4xx,
    /// api_error for many 5xx) and for unknown ones: the status then says more.
    /// </summary>
    private static ErrorKind? KindOf(JsonView type) => ((RawJson)type).AsString() switch
    {
        "authentication_error" => ErrorKind.Authentication,
        "billing_error" => ErrorKind.Billing,
        "permission_error" => ErrorKind.PermissionDenied,
        "not_found_error" => ErrorKind.NotFound,
        "request_too_large" => ErrorKind.RequestTooLarge,
        "rate_limit_error" => ErrorKind.RateLimited,
        "overloaded_error" => ErrorKind.Overloaded,
        "timeout_error" => ErrorKind.Timeout,
        _ => null,
    };

    private static ReadOnlySpan<byte> TypeOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Authentication => "authentication_error"u8,
        ErrorKind.Billing => "billing_error"u8,
        ErrorKind.PermissionDenied => "permission_error"u8,
        ErrorKind.NotFound => "not_found_error"u8,
        ErrorKind.RequestTooLarge => "request_too_large"u8,
        ErrorKind.RateLimited => "rate_limit_error"u8,
        ErrorKind.Overloaded => "overloaded_error"u8,
        ErrorKind.Timeout => "timeout_error"u8,
        ErrorKind.UpstreamUnavailable or ErrorKind.Internal => "api_error"u8,
        _ => "invalid_request_error"u8,
    };
}
