using System.Collections.Frozen;
using System.Diagnostics;
using System.Security.Cryptography;
using Causeway.Core.Catalog;
using Causeway.Core.Configuration;
using Causeway.Core.Governance.Limits;
using Causeway.Core.Recording.Tracing;
using Causeway.Core.Routing.Rules;
using Microsoft.AspNetCore.Http;

namespace Causeway.Core.Upstream;

/// <summary>Which headers cross the gateway. Everything not named here stays on its side: credentials and cookies above all.</summary>
public static class ForwardedHeaders
{
    private static readonly FrozenSet<string> RequestNames = FrozenSet.ToFrozenSet(
        ["user-agent", "x-app", "idempotency-key", "x-client-request-id", "http-referer", "x-title"], StringComparer.OrdinalIgnoreCase);

    private static readonly string[] RequestPrefixes = ["anthropic-", "openai-", "x-stainless-", "x-claude-code-"];

    /// <summary>They choose who of a key's account is charged, and the key is not the client's.</summary>
    private static readonly FrozenSet<string> AccountNames = FrozenSet.ToFrozenSet(["openai-organization", "openai-project"], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> AnswerNames = FrozenSet.ToFrozenSet(
        ["request-id", "x-request-id", "retry-after", "retry-after-ms", "x-should-retry"], StringComparer.OrdinalIgnoreCase);

    private static readonly string[] AnswerPrefixes = ["anthropic-ratelimit-", "x-ratelimit-", "openai-processing", "openai-version"];

    /// <summary>
    /// Sets the headers of an upstream request: the client's own that mean something to a provider of its dialect (unknown
    /// beta headers among them), then the provider's fixed and configured ones, then the credential.
    /// </summary>
    /// <param name="upstream">The request.</param>
    /// <param name="client">The client's headers.</param>
    /// <param name="provider">Who gets it.</param>
    /// <param name="key">The credential.</param>
    /// <param name="sameDialect">Does the client speak the provider's dialect?</param>
    /// <param name="span">The span of the call, which the provider is told of; null: it is told of the client's.</param>
    public static void SetRequest(HttpRequestMessage upstream, IHeaderDictionary client, ProviderConfig provider, KeyConfig? key, bool sameDialect, Activity? span = null)
    {
        var headers = upstream.Headers;
        if (sameDialect)
        {
            foreach (var (name, value) in client)
            {
                if (RequestNames.Contains(name) || (HasPrefix(name, RequestPrefixes) && !SecretHeader.Is(name) && !AccountNames.Contains(name))) headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
            }
        }

        TraceHeaders.Write(upstream, client, span);
        SetCredential(upstream, provider, key);
    }

    /// <summary>Sets the provider's fixed and configured headers and the credential.</summary>
    public static void SetCredential(HttpRequestMessage upstream, ProviderConfig provider, KeyConfig? key)
    {
        var headers = upstream.Headers;
        foreach (var (name, value) in provider.Provider.Headers)
        {
            if (!headers.Contains(name)) headers.TryAddWithoutValidation(name, value);
        }

        foreach (var (name, value) in provider.Network.ExtraHeaders)
        {
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, value);
        }

        if (key is null) return;
        if (key.Aws is { } aws) upstream.RequestUri = aws.Relocate(upstream.RequestUri!);
        if (key.Signer is { } signer)
        {
            signer.Sign(upstream, (upstream.Content as PiecesContent)?.Hash() ?? SHA256.HashData([]), TimeProvider.System.GetUtcNow());
            return;
        }

        switch (provider.Provider.Auth)
        {
            case ProviderAuth.Bearer: headers.TryAddWithoutValidation("Authorization", "Bearer " + key.Value); break;
            case ProviderAuth.XApiKey: headers.TryAddWithoutValidation("x-api-key", key.Value); break;
            case ProviderAuth.XGoogApiKey: headers.TryAddWithoutValidation("x-goog-api-key", key.Value); break;
        }
    }

    /// <summary>Copies the upstream's request ids and rate limits to the client's response; the limits not if the client is shown its own.</summary>
    public static void CopyAnswer(HttpResponseMessage upstream, IHeaderDictionary client, bool hasOwnLimits)
    {
        foreach (var (name, values) in upstream.Headers.NonValidated)
        {
            if (hasOwnLimits && LimitHeaders.IsOne(name)) continue;
            if (AnswerNames.Contains(name) || HasPrefix(name, AnswerPrefixes)) client[name] = HeaderText.Clean(values.ToString());
        }
    }

    private static bool HasPrefix(string name, string[] prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
