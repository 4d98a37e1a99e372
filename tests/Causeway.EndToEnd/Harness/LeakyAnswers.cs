using Microsoft.AspNetCore.Http;

namespace Causeway.EndToEnd.Harness;

/// <summary>Answers of upstreams that say whom they have refused: with the key, and with every header that was sent.</summary>
internal static class LeakyAnswers
{
    /// <summary>One of each kind.</summary>
    public static Answer[] All { get; } =
    [
        Answer.Whole("ok"),
        Telling(401, "application/json", """{"error":{"message":"Incorrect API key provided: SAID","type":"invalid_request_error","code":"invalid_api_key"}}"""),
        Telling(403, "application/json", """{"type":"error","error":{"type":"permission_error","message":"SAID may not"}}"""),
        Telling(400, "application/json", """{"message":"bad SAID"}"""),
        Telling(429, "application/json", """{"error":{"message":"Rate limit of SAID","type":"rate_limit_error","code":null}}"""),
        Telling(500, "text/html", "<html><body>Internal error for SAID</body></html>"),
        Telling(302, "text/html", "<a href=\"https://elsewhere.example/?key=SAID\">moved</a>", "https://elsewhere.example/?key=SAID"),
        Telling(200, "text/html", "<html>Log in as SAID</html>"),
        Telling(200, "application/json", """{"error":{"message":"no such thing for SAID","type":"server_error","code":"x"}}"""),
        Telling(200, "text/event-stream", "data: {\"error\":{\"message\":\"SAID is not welcome\",\"type\":\"server_error\",\"code\":\"x\"}}\n\n"),
        Answer.Reset,
    ];

    private static Answer Telling(int status, string type, string body, string? location = null) => new(async http =>
    {
        var said = string.Join(" and ", http.Request.Headers.Where(header => header.Key.Contains("auth", StringComparison.OrdinalIgnoreCase) || header.Key.Contains("key", StringComparison.OrdinalIgnoreCase)
            || header.Key.StartsWith("x-", StringComparison.OrdinalIgnoreCase)).Select(header => header.Value.ToString().Replace("\"", "", StringComparison.Ordinal)));
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        if (location is not null) http.Response.Headers.Location = location.Replace("SAID", Uri.EscapeDataString(said), StringComparison.Ordinal);
        await http.Response.WriteAsync(body.Replace("SAID", said, StringComparison.Ordinal));
    });
}
