using Causeway.Core.Authentication;
using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.AspNetCore.Http;

namespace Causeway.Core.Responses;

/// <summary>Passes a request about a stored answer to the provider that stored it, or, if that is not known, to each that may have.</summary>
public sealed class ResponseForwarder(GatewayRuntime gateway, ResponseHomes homes)
{
    private const int MostOfError = 256 << 10;   // bytes

    /// <summary>Answers as the provider does; false if none knows the answer <paramref name="id"/>, and nothing was sent then.</summary>
    /// <param name="http">The client's request.</param>
    /// <param name="caller">The client's virtual key; null: it has none.</param>
    /// <param name="id">The answer's id.</param>
    /// <param name="part">What of it: <c>input_items</c> or <c>cancel</c>; empty for the answer itself.</param>
    public async ValueTask<bool> TryAsync(HttpContext http, VirtualKey? caller, string id, string part)
    {
        var rest = $"/{Uri.EscapeDataString(id)}{(part.Length > 0 ? "/" + part : "")}{http.Request.QueryString}";
        foreach (var place in ResponsePlace.Of(gateway, homes.Find(id), caller))
        {
            if (await TryAsync(http, gateway.Secrets, place, rest)) return true;
        }

        return false;
    }

    private static async ValueTask<bool> TryAsync(HttpContext http, SecretValues secrets, ResponsePlace place, string rest)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        limit.CancelAfter(place.Limit);
        try
        {
            using var reply = await place.SendAsync(new HttpMethod(http.Request.Method), rest, limit.Token);
            if ((int)reply.StatusCode is 404 or 401 or 403 or 405 or >= 500 or (>= 300 and < 400)) return false;
            if (reply.IsSuccessStatusCode) await CopyAsync(reply, http, limit.Token);
            else await RefuseAsync(reply, http, secrets, limit.Token);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or InvalidDataException or OperationCanceledException)
        {
            http.RequestAborted.ThrowIfCancellationRequested();
            if (!http.Response.HasStarted) return false;
            http.Abort();   // half an answer must not look whole
        }

        return true;
    }

    /// <summary>Passes an error on, without secrets that it may quote.</summary>
    private static async Task RefuseAsync(HttpResponseMessage reply, HttpContext http, SecretValues secrets, CancellationToken cancel)
    {
        using var body = new PooledBuffer();
        await using var stream = UpstreamBody.Open(reply);
        while (body.Length < MostOfError && await stream.ReadAsync(body.GetMemory(4096), cancel) is > 0 and var count) body.Advance(count);
        if (secrets.AreIn(body.Span) || body.Length >= MostOfError)
        {
            body.Clear();
            DialectRegistry.Client(DialectId.OpenAIResponses).EncodeError(new GatewayError(GatewayError.KindOf((int)reply.StatusCode), "the provider refused it"), body);
        }

        http.Response.StatusCode = (int)reply.StatusCode;
        http.Response.ContentType = "application/json";
        await http.Response.BodyWriter.WriteAsync(body.Memory, cancel);
    }

    private static async Task CopyAsync(HttpResponseMessage reply, HttpContext http, CancellationToken cancel)
    {
        await using var stream = UpstreamBody.Open(reply);
        http.Response.StatusCode = (int)reply.StatusCode;
        http.Response.ContentType = reply.Content.Headers.ContentType?.ToString() ?? "application/json";
        using var buffer = new PooledBuffer();
        while (await stream.ReadAsync(buffer.GetMemory(4096), cancel) is > 0 and var count)
        {
            buffer.Advance(count);
            await http.Response.BodyWriter.WriteAsync(buffer.Memory, cancel);
            buffer.Clear();
        }
    }
}
