using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Admin.Access;
using Causeway.Core.Management;

namespace Causeway.Admin;

/// <summary>A request to the management API that was let in, and how it is answered.</summary>
/// <param name="Http">The request and its response.</param>
/// <param name="Who">Who makes it; null where everybody may.</param>
/// <param name="Ids">What stands in the path where the route has names in braces.</param>
internal sealed record ApiCall(HttpContext Http, Principal? Who, IReadOnlyList<string> Ids)
{
    private const int LongestBody = 1 << 20;   // bytes

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>The first of <see cref="Ids"/>.</summary>
    public string Id => Ids[0];

    /// <summary>Cancelled when the client leaves.</summary>
    public CancellationToken Gone => Http.RequestAborted;

    /// <summary>A secret that was made for this request, and is shown in its answer alone.</summary>
    public string? Issued { get; set; }

    /// <summary>For the audit log.</summary>
    public ChangeAuthor Author => new(Who?.Actor ?? "nobody", Http.Connection.RemoteIpAddress?.ToString());

    /// <summary>The object that the request's body is; null, and the error was answered, if it is none.</summary>
    public async ValueTask<JsonObject?> ReadAsync(bool mayBeEmpty = false)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        for (int read; (read = await Http.Request.Body.ReadAsync(buffer, Gone)) > 0;)
        {
            body.Write(buffer, 0, read);
            if (body.Length <= LongestBody) continue;
            await RefuseAsync(new ManagementError(413, "too_large", $"the body is larger than {LongestBody} bytes"));
            return null;
        }

        await Task.Yield();   // what is done with it may take long: not on the thread that polls the sockets
        if (body.Length == 0 && mayBeEmpty) return [];
        try
        {
            if (JsonNode.Parse(body.ToArray(), documentOptions: Options) is JsonObject members)
            {
                ReadTexts(members);
                return members;
            }

            await RefuseAsync(new ManagementError(400, "invalid", "the body must be a JSON object"));
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException or InvalidOperationException)
        {
            await RefuseAsync(new ManagementError(400, "invalid", $"the body is not valid JSON: {broken.Message}"));
        }

        return null;
    }

    /// <summary>The parameter <c>limit</c>; false if it is no number from 1 to <paramref name="most"/>.</summary>
    public bool TryLimit(int usual, int most, out int limit)
    {
        limit = usual;
        return Http.Request.Query["limit"].ToString() is not { Length: > 0 } text || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit >= 1 && limit <= most);
    }

    /// <summary>Reads all names, of which each may stand only once, and all texts, which must be Unicode: later nobody expects them to be wrong.</summary>
    private static void ReadTexts(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (_, value) in members) ReadTexts(value);
                break;
            case JsonArray items:
                foreach (var item in items) ReadTexts(item);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                _ = value.GetValue<string>();
                break;
        }
    }

    /// <summary>Answers with JSON.</summary>
    public ValueTask AnswerAsync(JsonNode body, int status = 200) => WriteAsync(Http, body, status);

    /// <summary>Answers that it is done, with nothing to say.</summary>
    public ValueTask DoneAsync()
    {
        Http.Response.StatusCode = 204;
        return ValueTask.CompletedTask;
    }

    /// <summary>Answers with an error.</summary>
    public ValueTask RefuseAsync(ManagementError error) => RefuseAsync(Http, error);

    /// <summary>Answers with an error: <c>{"error": {"type": "...", "message": "...", "problems": [...]}}</c>.</summary>
    public static ValueTask RefuseAsync(HttpContext http, ManagementError error)
    {
        var said = new JsonObject { ["type"] = error.Code, ["message"] = error.Message };
        if (error.Problems.Count > 0)
        {
            var problems = new JsonArray();
            foreach (var problem in error.Problems) problems.Add((JsonNode)new JsonObject { ["path"] = problem.Path, ["value"] = problem.Value, ["fix"] = problem.Fix });
            said["problems"] = problems;
        }

        return WriteAsync(http, new JsonObject { ["error"] = said }, error.Status);
    }

    private static async ValueTask WriteAsync(HttpContext http, JsonNode body, int status)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = bytes.Length;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }
}
