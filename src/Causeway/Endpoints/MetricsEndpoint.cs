using Causeway.Admin;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Metrics;

namespace Causeway.Endpoints;

/// <summary>What the gateway counts, for Prometheus.</summary>
internal sealed class MetricsEndpoint(MetricRegistry registry)
{
    /// <summary>GET /metrics: in OpenMetrics where it is asked for, else in Prometheus' text format.</summary>
    public async ValueTask WriteAsync(ApiCall call)
    {
        await Task.Yield();   // many series take long: not on the thread that polls the sockets
        var format = MetricsFormats.Of(call.Http.Request.Headers.Accept.ToString());
        using var body = new PooledBuffer(64 << 10);
        registry.Write(body, format);
        call.Http.Response.ContentType = format.ContentType();
        call.Http.Response.ContentLength = body.Length;
        call.Http.Response.Headers.CacheControl = "no-store";
        call.Http.Response.Headers.Vary = "Accept";
        await call.Http.Response.BodyWriter.WriteAsync(body.Memory, call.Gone);
    }
}
