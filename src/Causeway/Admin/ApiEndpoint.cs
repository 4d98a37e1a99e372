using Causeway.Admin.Access;
using Causeway.Core.Management;
using Microsoft.AspNetCore.Http.Features;

namespace Causeway.Admin;

/// <summary>Answers requests to the management API: who may, by the table of routes, and then what.</summary>
/// <param name="routes">The table.</param>
/// <param name="gate">Lets requests in.</param>
/// <param name="log">Told of what fails.</param>
internal sealed class ApiEndpoint(IReadOnlyList<ApiRoute> routes, AccessGate gate, ILogger<ApiEndpoint> log)
{
    /// <summary>Answers one request below <c>/api</c>.</summary>
    public async ValueTask HandleAsync(HttpContext http, string path)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (gate.CheckOrigin(http) is { } foreign)
        {
            await ApiCall.RefuseAsync(http, foreign);
            return;
        }

        try
        {
            var segments = Raw(http, path).Split('/');
            if (Find(http.Request.Method, segments) is var (route, ids)) await RunAsync(http, route, ids);
            else await MissingAsync(http, segments);
        }
        catch (Exception failure) when (failure is IOException and not BadHttpRequestException or FormatException && !http.Response.HasStarted)
        {
            log.LogError("{Method} {Path} failed: {Problem}", http.Request.Method, path, failure.Message);
            await ApiCall.RefuseAsync(http, new ManagementError(503, "store_unavailable", failure.Message));
        }
    }

    private async Task RunAsync(HttpContext http, ApiRoute route, List<string> ids)
    {
        var who = route.Least is null ? null : await gate.FindAsync(http);
        if (route.Least is { } least && (who is null || who.Role < least)) await ApiCall.RefuseAsync(http, Refusal(who, least));
        else
        {
            await Task.Yield();   // lists and changes may take long: not on the thread that polls the sockets
            await route.Handle(new ApiCall(http, who, ids));
        }
    }

    private ManagementError Refusal(Principal? who, Role least) => who is not null
        ? ManagementError.Forbidden($"this needs the role {RoleText.Of(least)}; yours is {RoleText.Of(who.Role)}")
        : gate.NeedsSetup ? new ManagementError(401, "setup_required", "there is no account yet: POST /api/setup with the token that the gateway printed at its start")
        : new ManagementError(401, "unauthenticated", "log in with POST /api/session, or send a token as Authorization: Bearer");

    /// <summary>The path as it came, in which an id may have a slash that is written <c>%2F</c>; decoded it could not be told from others.</summary>
    private static string Raw(HttpContext http, string path)
    {
        var raw = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var end = raw.IndexOf('?');
        if (end >= 0) raw = raw[..end];
        return raw.StartsWith("/api/", StringComparison.Ordinal) ? raw.TrimEnd('/') : path;
    }

    private ValueTask MissingAsync(HttpContext http, string[] segments)
    {
        var methods = routes.Where(route => route.Match(segments) is not null).Select(route => route.Method).Distinct().ToList();
        if (methods.Count == 0) return ApiCall.RefuseAsync(http, new ManagementError(404, "not_found", "there is no such route: /api/openapi.json has them all"));
        http.Response.Headers.Allow = string.Join(", ", methods);
        return ApiCall.RefuseAsync(http, new ManagementError(405, "method_not_allowed", $"this takes {string.Join(", ", methods)}"));
    }

    private (ApiRoute Route, List<string> Ids)? Find(string method, string[] segments)
    {
        foreach (var route in routes)
        {
            if (route.Method == method && route.Match(segments) is { } ids) return (route, ids);
        }

        return null;
    }
}
