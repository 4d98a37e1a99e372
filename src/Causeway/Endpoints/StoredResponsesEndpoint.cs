using Causeway.Core.Authentication;
using Causeway.Core.Responses;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Endpoints;

/// <summary>A path about a stored answer.</summary>
/// <param name="Id">The answer's id.</param>
/// <param name="Part">What of it: <c>input_items</c> or <c>cancel</c>; empty for the answer itself.</param>
internal sealed record StoredResponsePath(string Id, string Part);

/// <summary>
/// GET and DELETE of OpenAI's stored answers: those that the gateway keeps, and those that a provider does, which is asked then.
/// </summary>
internal sealed class StoredResponsesEndpoint(GatewayState state, ResponseStore store, ResponseHomes homes, Authenticate callers)
{
    private static readonly string[] Prefixes = ["/v1/responses/", "/openai/v1/responses/", "/openai/responses/"];

    /// <summary>Reads <c>/v1/responses/ID</c> and what lies below; null if the path is another.</summary>
    public static StoredResponsePath? Parse(string path)
    {
        var prefix = Array.Find(Prefixes, prefix => path.StartsWith(prefix, StringComparison.Ordinal));
        if (prefix is null) return null;
        var rest = path[prefix.Length..].Split('/');
        return rest is [{ Length: > 0 } id] ? new(id, "") : rest is [{ Length: > 0 } owner, "input_items" or "cancel"] ? new(owner, rest[1]) : null;
    }

    /// <summary>Answers the request.</summary>
    public ValueTask HandleAsync(HttpContext http, StoredResponsePath path)
    {
        var method = http.Request.Method;
        var isRight = path.Part switch { "cancel" => HttpMethods.IsPost(method), "input_items" => HttpMethods.IsGet(method), _ => HttpMethods.IsGet(method) || HttpMethods.IsDelete(method) };
        if (!isRight) return Refusal.MethodAsync(http, path.Part switch { "cancel" => "POST", "input_items" => "GET", _ => "GET, DELETE" });
        var runtime = state.Runtime;
        if (callers.Check(http.Request, runtime, DialectId.OpenAIResponses, out var caller) is { } refusal) return Refusal.WriteAsync(http, refusal);
        return store.Find(path.Id, caller) is { } kept ? AnswerAsync(http, path, kept) : ForwardAsync(http, runtime, caller, path);
    }

    private async ValueTask AnswerAsync(HttpContext http, StoredResponsePath path, StoredResponse kept)
    {
        if (path.Part == "input_items")
        {
            await GatewayState.WriteAsync(http, writer => InputItems.Write(writer, kept.Input, http.Request.Query));
        }
        else if (path.Part == "cancel")
        {
            await Refusal.WriteAsync(http, GatewayError.Invalid("response_id", "only an answer in the background can be cancelled"));
        }
        else if (HttpMethods.IsDelete(http.Request.Method))
        {
            store.Delete(kept.Id);
            await GatewayState.WriteAsync(http, writer =>
            {
                writer.WriteString("id"u8, kept.Id);
                writer.WriteString("object"u8, "response"u8);
                writer.WriteBoolean("deleted"u8, true);
            });
        }
        else
        {
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = kept.Response.Utf8.Length;
            await http.Response.BodyWriter.WriteAsync(kept.Response.Utf8.ToArray(), http.RequestAborted);
        }
    }

    private async ValueTask ForwardAsync(HttpContext http, GatewayRuntime runtime, VirtualKey? caller, StoredResponsePath path)
    {
        if (await new ResponseForwarder(runtime, homes).TryAsync(http, caller, path.Id, path.Part)) return;
        await Refusal.WriteAsync(http, new GatewayError(ErrorKind.NotFound, $"Response with id '{(path.Id.Length > 100 ? path.Id[..100] : path.Id)}' not found."));
    }
}
