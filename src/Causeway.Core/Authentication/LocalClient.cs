using System.Net;
using Microsoft.AspNetCore.Http;

namespace Causeway.Core.Authentication;

/// <summary>Clients on the gateway's own machine: dry runs are for them, and so is the management API as long as there is no account.</summary>
public static class LocalClient
{
    /// <summary>Does the request come from this machine? What a proxy on it passes on does not.</summary>
    public static bool Is(HttpContext http) => (http.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address))
        && !http.Request.Headers.ContainsKey("Forwarded") && !http.Request.Headers.ContainsKey("X-Forwarded-For");
}
