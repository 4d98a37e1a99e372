using System.Buffers;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>Errors in OpenAI's envelope: <c>{"error": {"message", "type", "param", "code"}}</c>. Source: OpenAI's guide "Error codes".</summary>
internal static class Errors
{
    public static void Encode(GatewayError error, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, JsonOutput.Options);
        writer.WriteStartObject();
        writer.WriteStartObject("error"u8);
        writer.WriteString("message"u8, error.Message);
        writer.WriteString("type"u8, TypeOf(error.Kind));
        writer.WriteString("param"u8, error.Param);
        writer.WriteString("code"u8, error.Code ?? (error.IsContextOverflow ? "context_length_exceeded" : CodeOf(error.Kind)));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static GatewayError Decode(int status, ReadOnlyMemory<byte> body)
    {
        using var document = JsonInput.TryParse(body, out _);
        var error = document is null ? default : RequestReader.Get(document.RootElement, "error"u8);
        var code = Word(error, "code"u8);
        var kind = GatewayError.KindOf(status);   // the status says more than the words, which copies of the API use freely
        if (status is 400 or 429 && KindOf(code ?? Word(error, "type"u8)) == ErrorKind.Billing) kind = ErrorKind.Billing;
        return new GatewayError(kind, ErrorMessages.Find(status, body))
        {
            Status = status,
            Code = code,
            Param = Word(error, "param"u8),
        };
    }

    /// <summary>An error object in a chunk or in a whole answer, which came with no status of its own; null if there is none.</summary>
    public static GatewayError? FromChunk(JsonView root)
    {
        var error = RequestReader.Get(root, "error"u8);
        if (error.ValueKind == JsonValueKind.Undefined) return null;
        var message = error.ValueKind == JsonValueKind.String ? ((RawJson)error).AsString() : Word(error, "message"u8);
        var kind = KindOf(Word(error, "code"u8)) ?? KindOf(Word(error, "type"u8))
            ?? (((RawJson)RequestReader.Get(error, "code"u8)).AsInteger() is >= 400 and <= 599 and var status ? GatewayError.KindOf((int)status) : ErrorKind.Internal);
        return new GatewayError(kind, message is { Length: > 0 } ? message : "the provider reported an error without a message");
    }

    private static string? Word(JsonView error, ReadOnlySpan<byte> name) => ((RawJson)RequestReader.Get(error, name)).AsString();

    private static ErrorKind? KindOf(string? word) => word switch
    {
        "invalid_api_key" or "authentication_error" => ErrorKind.Authentication,
        "insufficient_quota" or "billing_hard_limit_reached" or "billing_not_active" => ErrorKind.Billing,
        "rate_limit_exceeded" or "rate_limit_error" => ErrorKind.RateLimited,
        "model_not_found" => ErrorKind.NotFound,
        "server_error" or "internal_error" => ErrorKind.Internal,
        "overloaded_error" => ErrorKind.Overloaded,
        _ => null,
    };

    private static ReadOnlySpan<byte> TypeOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Authentication => "authentication_error"u8,
        ErrorKind.Billing => "insufficient_quota"u8,
        ErrorKind.PermissionDenied => "permission_error"u8,
        ErrorKind.RateLimited => "rate_limit_error"u8,
        ErrorKind.Overloaded or ErrorKind.Timeout or ErrorKind.UpstreamUnavailable or ErrorKind.Internal => "server_error"u8,
        _ => "invalid_request_error"u8,
    };

    /// <summary>The word for a kind of error; null if there is none.</summary>
    public static string? CodeOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Authentication => "invalid_api_key",
        ErrorKind.Billing => "insufficient_quota",
        ErrorKind.RateLimited => "rate_limit_exceeded",
        ErrorKind.Overloaded => "overloaded",
        ErrorKind.Timeout => "timeout",
        ErrorKind.UpstreamUnavailable => "upstream_unavailable",
        _ => null,
    };
}
