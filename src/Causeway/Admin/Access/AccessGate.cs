using System.Net;
using Causeway.Core.Authentication;
using Causeway.Core.Configuration;
using Causeway.Core.Management;

namespace Causeway.Admin.Access;

/// <summary>
/// Lets requests to the management API in: first by where they come from, so that no web page can use a browser against the gateway, then by who makes them.
/// </summary>
/// <param name="accounts">Who has an account.</param>
/// <param name="managed">Has the sessions.</param>
/// <param name="config">Has the origins that are allowed.</param>
/// <param name="time">The clock.</param>
/// <param name="isExposed">Other machines can reach the gateway.</param>
internal sealed class AccessGate(Accounts accounts, ManagedConfig managed, ConfigStore config, TimeProvider time, bool isExposed)
{
    /// <summary>The cookie of a session.</summary>
    public const string Cookie = "causeway_session";

    /// <summary>What tokens begin with.</summary>
    public const string TokenPrefix = "cwt-";

    private const string Bearer = "Bearer ";

    /// <summary>Must the first account be made before anything can be done?</summary>
    public bool NeedsSetup => isExposed && !accounts.Any;

    /// <summary>
    /// Why a request is refused by where it comes from; null: it is not. A gateway of one machine is called by a name of that machine alone (else a page's own name may
    /// have been pointed at it: DNS rebinding), and what changes something comes from the gateway's own pages or from no page.
    /// </summary>
    public ManagementError? CheckOrigin(HttpContext http)
    {
        var request = http.Request;
        if (!isExposed && !IsLoopback(request.Host.Host) && !config.Current.Client.AllowedOrigins.Any(origin => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Host == request.Host.Host))
            return ManagementError.Forbidden($"the gateway is not called '{Shorten(request.Host.Host)}': use localhost, or add the address to client.allowed_origins");
        if (!IsAllowedOrigin(request)) return ManagementError.Forbidden("pages of other origins may not use the management API; if this is the gateway's own address, such as that of a proxy before it, add it to client.allowed_origins");
        var hasBody = request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0;
        if (!HttpMethods.IsGet(request.Method) && (hasBody || request.ContentType is not null) && !IsJson(request.ContentType))
            return new ManagementError(415, "not_json", "send the body as Content-Type: application/json");
        return null;
    }

    /// <summary>Who makes a request; null: nobody that is known.</summary>
    public async Task<Principal?> FindAsync(HttpContext http)
    {
        var request = http.Request;
        if (request.Headers.Authorization.ToString() is var text && text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return accounts.OfToken(text[Bearer.Length..].Trim(), time.GetUtcNow());
        if (request.Cookies[Cookie] is { Length: > 0 } secret && managed.Store is { } store
            && await store.FindSessionAsync(VirtualKeyValues.Hash(secret), time.GetUtcNow(), http.RequestAborted) is { } session
            && accounts.OfSession(session, secret) is { } who)
            return who;
        return !isExposed && !accounts.Any && LocalClient.Is(http) ? Principal.Local : null;
    }

    /// <summary>
    /// Does a request come from the gateway's own pages, whose address may be that of a proxy before it, or from no page? Pages elsewhere have no use for
    /// the API: no answer has the headers by which a browser would let them read it.
    /// </summary>
    private bool IsAllowedOrigin(HttpRequest request)
    {
        if (request.Headers.Origin.ToString() is not { Length: > 0 } origin) return request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none" || HttpMethods.IsGet(request.Method);
        return config.Current.Client.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
            || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool IsJson(string? type) => type is not null && type.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);

    private static string Shorten(string text) => text.Length > 100 ? text[..100] + "..." : text;
}
