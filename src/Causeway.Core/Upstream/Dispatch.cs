using Causeway.Core.Configuration;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Upstream;

/// <summary>
/// The last stage: sends the request to one candidate after the other until one answers.
/// <code>
///  candidate ─▶ 1 lane ─▶ 2 key ─▶ 3 send ─▶ 4 head ─┬─▶ 5 relay ─▶ done
///      ▲                   ▲                          │ nothing reached the client yet
///      └──── fallback ◀────┴─ retry, with back-off ◀──┘
/// </code>
/// Until the first content has reached the client every failure is invisible to it: retry and fallback are free. Afterwards
/// a failure is told in the stream and nothing is tried again.
/// </summary>
public sealed class Dispatch(ILogger<Dispatch> log, TimeProvider time) : IStage
{
    /// <inheritdoc/>
    public async ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        foreach (var candidate in exchange.Candidates)
        {
            // :: Step 1: lane. Once a candidate: its retries send the same bytes.
            exchange.Answering = candidate;
            exchange.RequestLosses = new LossReport();
            var prepared = Lane.Prepare(exchange, candidate);
            exchange.Error = prepared.Error;
            if (prepared.IsOk)
            {
                using var request = prepared.Value;
                var tried = new List<KeyConfig>();
                for (var retry = 0; ; retry++)
                {
                    // :: Step 2: key. A retry prefers one that was not tried yet.
                    exchange.Error = PickKey(exchange, candidate, tried) ?? await SendAsync(exchange, candidate, request, exchange.Key);
                    if (BackOff(candidate.Provider.Config.Network, retry, exchange.Error) is not { } pause) break;
                    await Task.Delay(pause, time, exchange.ClientGone);
                }
            }

            if (exchange.Error is not { } error || exchange.ClientGone.IsCancellationRequested || !MayFallBack(error)) return;
            log.LogInformation("{Candidate} failed: {Status} {Message}", candidate, error.Status, error.Message);
        }
    }

    /// <summary>One upstream call. Null when the client has its answer (or all of it there will be); else the failure that it has not seen.</summary>
    private async ValueTask<GatewayError?> SendAsync(Exchange exchange, Candidate candidate, PreparedRequest prepared, KeyConfig? key)
    {
        exchange.Attempts++;
        exchange.NativeError = default;
        var config = candidate.Provider.Config;
        using var call = CallLimit.Start(config.Network.RequestTimeout, exchange.ClientGone);
        var cancel = call.Token;
        try
        {
            // :: Step 3: send.
            var url = exchange.IsCompaction && prepared.Endpoint.CompactUrl is { } compact ? compact : prepared.Endpoint.UrlFor(candidate.Model, exchange.Stream);
            using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new PiecesContent(prepared.Body) };
            ForwardedHeaders.SetRequest(message, exchange.Http.Request.Headers, config, key, prepared.IsSameDialect);
            using var reply = await candidate.Provider.Client.SendAsync(message, cancel);

            // :: Step 4: head.
            if (!reply.IsSuccessStatusCode) return await UpstreamFailure.ReadAsync(exchange, prepared, reply, key?.Value, cancel);

            // :: Step 5: relay. A stream may go on past the request's time limit; silence in it has a limit of its own.
            ForwardedHeaders.CopyAnswer(reply, exchange.Http.Response.Headers);
            Announce(exchange, candidate);
            if (!exchange.Stream) return await WholeRelay.RunAsync(exchange, prepared, reply, cancel);
            using var relay = new StreamRelay(exchange, prepared, config.Network.StreamIdleTimeout, time);
            var firstByteLimit = config.Network.RequestTimeout;
            call.StopClock();
            return await relay.RunAsync(reply, firstByteLimit, cancel);
        }
        catch (OperationCanceledException) when (!exchange.ClientGone.IsCancellationRequested)
        {
            return UpstreamFailure.TimedOut(candidate, config.Network.RequestTimeout);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or InvalidDataException)
        {
            exchange.ClientGone.ThrowIfCancellationRequested();
            return UpstreamFailure.From(candidate, broken);
        }
    }

    /// <summary>What the client learns from headers: who answers, and what could not be said to it.</summary>
    private static void Announce(Exchange exchange, Candidate candidate)
    {
        if (exchange.StreamOpened) return;
        var headers = exchange.Http.Response.Headers;
        headers["x-causeway-model"] = HeaderText.Clean(candidate.ToString());
        if (exchange.RequestLosses.Losses.Count > 0) headers[LossPolicy.Header] = HeaderText.Losses(exchange.RequestLosses);
        else headers.Remove(LossPolicy.Header);
    }

    /// <summary>A request that is itself wrong would be refused by the next provider too, and the client must see why.</summary>
    private static bool MayFallBack(GatewayError error) =>
        error.Kind is not (ErrorKind.InvalidRequest or ErrorKind.RequestTooLarge) || error.Code == LossPolicy.Code;

    /// <summary>
    /// How long to wait before the next retry; null if none is to be made: there is no error, retrying does not help or was done often
    /// enough, or the provider asks for more patience than is configured.
    /// </summary>
    private static TimeSpan? BackOff(NetworkConfig network, int retry, GatewayError? error)
    {
        if (error is not { IsRetryable: true } || retry >= network.MaxRetries) return null;
        if (error.RetryAfterSeconds is { } seconds)
            return seconds <= network.RetryBackoffMax.TotalSeconds ? TimeSpan.FromSeconds(Math.Max(0, seconds)) : null;
        var longest = Math.Min(network.RetryBackoffMax.TotalMilliseconds, network.RetryBackoffInitial.TotalMilliseconds * Math.Pow(2, retry));
#pragma warning disable CA5394 // spreading retries needs no secrecy
        return TimeSpan.FromMilliseconds(longest * (0.5 + (Random.Shared.NextDouble() / 2)));
#pragma warning restore CA5394
    }

    /// <summary>Chooses the key, none if the provider wants none; an error if there is none for the model.</summary>
    private static GatewayError? PickKey(Exchange exchange, Candidate candidate, List<KeyConfig> tried)
    {
        exchange.Key = null;
        if (candidate.Provider.Config.IsKeyless) return null;
        exchange.Key = candidate.Provider.Keys.Pick(candidate.Model, tried, exchange.Home?.Key);
        if (exchange.Key is null) return NoKey(candidate.Provider, candidate.Model);
        tried.Add(exchange.Key);
        return null;
    }

    private static GatewayError NoKey(ProviderRuntime provider, string model) => provider.Keys.Count == 0
        ? new GatewayError(ErrorKind.Authentication, $"provider '{provider.Name}' has no usable key: set {provider.Config.Provider.KeyHint} and restart, or mend providers.{provider.Name}.keys")
        : new GatewayError(ErrorKind.PermissionDenied, $"no key of provider '{provider.Name}' may be used for model '{HeaderText.Clean(model)}': see providers.{provider.Name}.keys[].models");
}
