using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Endpoints;

/// <summary>Error answers to requests that reach no pipeline, in the dialect that the path's prefix belongs to.</summary>
internal static class Refusal
{
    private const string Offered = "POST /v1/chat/completions, /v1/responses, /v1/completions, /v1/messages, /v1/messages/count_tokens, /genai/v1beta/models/MODEL:generateContent, /bedrock/model/MODEL/converse, /bedrock/model/MODEL/invoke, /cohere/v2/chat; GET /v1/models";

    /// <summary>404: there is no such route.</summary>
    public static ValueTask NotFoundAsync(HttpContext http) =>
        WriteAsync(http, new GatewayError(ErrorKind.NotFound, $"no route {http.Request.Method} {Shorten(http.Request.Path.Value)}. Offered: {Offered}"));

    /// <summary>405: the route is there, but takes <paramref name="allowed"/>.</summary>
    public static ValueTask MethodAsync(HttpContext http, string allowed)
    {
        http.Response.Headers.Allow = allowed;
        return WriteAsync(http, new GatewayError(ErrorKind.MethodNotAllowed, $"{Shorten(http.Request.Path.Value)} takes {allowed}, not {Shorten(http.Request.Method)}"));
    }

    /// <summary>426: Codex tries a WebSocket first and goes on over HTTP when it is told to.</summary>
    public static ValueTask UpgradeAsync(HttpContext http) =>
        WriteAsync(http, new GatewayError(ErrorKind.NotSupported, "WebSockets are not spoken here: POST the request") { Status = 426 });

    /// <summary>Any error, in the dialect of the request's path.</summary>
    public static async ValueTask WriteAsync(HttpContext http, GatewayError error)
    {
        using var body = new PooledBuffer();
        DialectRegistry.Client(DialectOf(http)).EncodeError(error, body);
        TranslateErrors.WriteHead(http.Response, error, body.Length);
        await http.Response.BodyWriter.WriteAsync(body.Memory, http.RequestAborted);
    }

    /// <summary>The dialect that a path's prefix, or else the version header of Anthropic's clients, says.</summary>
    public static DialectId DialectOf(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/anthropic") || http.Request.Path.StartsWithSegments("/v1/messages")
            || (http.Request.Headers.ContainsKey("anthropic-version") && !http.Request.Path.StartsWithSegments("/openai"))
            ? DialectId.AnthropicMessages
            : SpeaksGemini(http.Request.Path) ? DialectId.Gemini
            : http.Request.Path.StartsWithSegments("/cohere") ? DialectId.CohereChat
            : http.Request.Path.StartsWithSegments("/bedrock") ? DialectId.BedrockConverse : DialectId.OpenAIChat;

    private static bool SpeaksGemini(PathString path) => path.StartsWithSegments("/genai") || path.StartsWithSegments("/v1beta");

    private static string Shorten(string? text) => text is { Length: > 100 } ? text[..100] + "..." : text ?? "";
}
