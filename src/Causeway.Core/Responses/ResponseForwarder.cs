using Causeway.Core.Authentication;
using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Microsoft.AspNetCore.Http;

namespace Causeway.Core.Responses;

/// <summary>Passes a request about a stored answer to the provider that stored it, or, if that is not known, to each that may have.</summary>
public sealed class ResponseForwarder(GatewayRuntime gateway, ResponseHomes homes)
{
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
            if (await TryAsync(http, place, rest)) return true;
        }

        return false;
    }

    private static async ValueTask<bool> TryAsync(HttpContext http, ResponsePlace place, string rest)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        limit.CancelAfter(place.Limit);
        try
        {
            using var reply = await place.SendAsync(new HttpMethod(http.Request.Method), rest, limit.Token);
            if ((int)reply.StatusCode is 404 or 401 or 403 or 405 or >= 500) return false;
            await CopyAsync(reply, http, limit.Token);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or InvalidDataException or OperationCanceledException)
        {
            http.RequestAborted.ThrowIfCancellationRequested();
            if (!http.Response.HasStarted) return false;
            http.Abort();   // half an answer must not look whole
        }

        return true;
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
