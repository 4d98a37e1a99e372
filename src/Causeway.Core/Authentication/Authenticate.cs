using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.AspNetCore.Http;

namespace Causeway.Core.Authentication;

/// <summary>
/// Finds the virtual key that the client sends, in whichever place its API has for keys. A key that is none of the gateway's says nothing and
/// does no harm: clients must send some key, so they send a dummy.
/// </summary>
public sealed class Authenticate(TimeProvider time) : IStage
{
    /// <summary>The header that holds nothing but a virtual key.</summary>
    public const string Header = "x-bf-vk";

    private const string Bearer = "Bearer ";
    private const int Longest = 1000;   // characters of a key
    private static readonly string[] Headers = ["x-api-key", "x-goog-api-key", "api-key"];

    /// <inheritdoc/>
    public ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        exchange.Error = Check(exchange.Http.Request, exchange.Gateway, exchange.Client.Id, out var caller);
        exchange.Caller = caller;
        return exchange.Error is null ? next(exchange) : ValueTask.CompletedTask;
    }

    /// <summary>Who sends a request in a dialect: <paramref name="caller"/> is null without a virtual key. The error if it may not be answered.</summary>
    public GatewayError? Check(HttpRequest request, GatewayRuntime gateway, DialectId dialect, out VirtualKey? caller)
    {
        caller = null;
        if (gateway.Config.VirtualKeys.Count > 0 && Find(request, gateway, dialect, out caller) is { } error) return error;
        return caller is null && gateway.Config.Client.RequiresVirtualKey ? Missing() : null;
    }

    private static GatewayError Missing() =>
        new(ErrorKind.Authentication, $"a virtual key is required: send one as Authorization: Bearer, x-api-key or {Header}") { Code = "virtual_key_required" };

    private GatewayError? Find(HttpRequest request, GatewayRuntime gateway, DialectId dialect, out VirtualKey? caller)
    {
        // 403 and not 401: clients try again and again after a 401, and no later answer would be another.
        var isNamed = request.Headers.TryGetValue(Header, out var own);
        var known = isNamed ? Find(gateway, own.ToString()) : Find(request, gateway, dialect);
        caller = known?.Key;
        if (known is var (key, until)) return Check(key, until);
        return isNamed ? new GatewayError(ErrorKind.PermissionDenied, $"the virtual key in {Header} is not known") { Code = "access_not_found" } : null;
    }

    private static KnownValue? Find(HttpRequest request, GatewayRuntime gateway, DialectId dialect)
    {
        foreach (var name in Headers)
        {
            if (request.Headers.TryGetValue(name, out var values) && Find(gateway, values.ToString()) is { } found) return found;
        }

        if (request.Headers.Authorization.ToString().AsSpan() is var token && token.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            && Find(gateway, token[Bearer.Length..].Trim()) is { } bearer) return bearer;
        return dialect == DialectId.Gemini && request.QueryString.HasValue ? Find(gateway, request.Query["key"].ToString()) : null;
    }

    private GatewayError? Check(VirtualKey key, DateTimeOffset until)
    {
        if (until <= time.GetUtcNow()) return Blocked(key, "has another value since: ask for the new one");
        if (!key.IsActive) return Blocked(key, "is switched off");
        return key.Expires <= time.GetUtcNow() ? Blocked(key, "has expired") : null;
    }

    private static GatewayError Blocked(VirtualKey key, string why) =>
        new(ErrorKind.PermissionDenied, $"virtual key '{key.Name}' {why}") { Code = "access_blocked" };

    /// <summary>Looks the secret up by its hash, so that no comparison depends on its letters.</summary>
    private static KnownValue? Find(GatewayRuntime gateway, ReadOnlySpan<char> secret)
    {
        if (secret.Length is 0 or > Longest) return null;
        Span<byte> utf8 = stackalloc byte[secret.Length * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(secret, utf8)], hash);
        Span<char> text = stackalloc char[Base64Url.GetEncodedLength(SHA256.HashSizeInBytes)];
        Base64Url.EncodeToChars(hash, text);
        return gateway.VirtualKey(text);
    }
}
