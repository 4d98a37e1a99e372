using Causeway.Core.Configuration;
using Causeway.Dialects.Canonical;

namespace Causeway.Endpoints;

/// <summary>
/// Requests that a browser makes for a web page. A gateway that takes any key would work, and pay, for every page that its user looks at; so pages of other
/// origins are refused unless the configuration allows them or a virtual key is needed anyway. Pages of this machine are welcome.
/// </summary>
internal static class BrowserOrigin
{
    /// <summary>Answers what is not for the routes: a page's question whether it may ask, or a refusal; null: the request goes on.</summary>
    public static Task? Check(HttpContext http, ClientConfig config)
    {
        var (request, headers) = (http.Request, http.Response.Headers);
        var origin = request.Headers.Origin.ToString();
        if (!IsPage(origin, out var page)) return null;
        if (IsAllowed(origin, page, request, config))
        {
            headers.AccessControlAllowOrigin = origin;
            headers.Vary = "Origin";
            headers.AccessControlExposeHeaders = "*";
            if (!HttpMethods.IsOptions(request.Method)) return null;
            headers.AccessControlAllowMethods = "GET, POST, DELETE";
            headers.AccessControlAllowHeaders = request.Headers.AccessControlRequestHeaders;
            headers.AccessControlMaxAge = "600";
            http.Response.StatusCode = 204;
            return Task.CompletedTask;
        }

        return config.RequiresVirtualKey && !HttpMethods.IsOptions(request.Method) ? null
            : Refusal.WriteAsync(http, new GatewayError(ErrorKind.PermissionDenied, "web pages of this origin may not use the gateway: add the origin to client.allowed_origins")).AsTask();
    }

    /// <summary>Is it a web page's, and not an extension's or an app's? A page without an origin of its own, such as one in a frame, says <c>null</c>.</summary>
    private static bool IsPage(string origin, out Uri? page) => (Uri.TryCreate(origin, UriKind.Absolute, out page) && page.Scheme is "http" or "https") || origin == "null";

    /// <summary>The gateway's own pages are welcome where it is called by its number: a name may have been pointed at it by whoever owns the page (DNS rebinding).</summary>
    private static bool IsAllowed(string origin, Uri? page, HttpRequest request, ClientConfig config) =>
        config.AllowedOrigins.Contains("*") || config.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
        || (page is not null && (page.IsLoopback || (page.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 && page.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase))));
}
