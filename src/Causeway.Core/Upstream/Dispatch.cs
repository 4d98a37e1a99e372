using Causeway.Core.Configuration;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Core.Upstream.Health;
using Causeway.Dialects.Canonical;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Upstream;

/// <summary>
/// The last stage: sends the request to one candidate after the other until one answers.
/// <code>
///  candidate ─▶ 1 lane ─▶ 2 key ─▶ 3 room ─▶ 4 send ─▶ 5 head ─┬─▶ 6 relay ─▶ done
///      ▲                   ▲                                    │ nothing reached the client yet
///      └──── fallback ◀────┴── other key, or retry with back-off ◀┘
/// </code>
/// Until the first content has reached the client every failure is invisible to it: retry and fallback are free. Afterwards
/// a failure is told in the stream and nothing is tried again. What failed lately (<see cref="ProviderHealth"/>) is asked last.
/// </summary>
public sealed class Dispatch(ILogger<Dispatch> log, TimeProvider time) : IStage
{
    /// <inheritdoc/>
    public async ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        long? window = null;   // tokens that were too few for the conversation
        foreach (var candidate in RestingLast(exchange.Candidates))
        {
            if (window is not null && !(candidate.ContextWindow > window)) continue;

            // :: Step 1: lane. Once a candidate: its retries send the same bytes.
            exchange.Answering = candidate;
            exchange.RequestLosses = new LossReport();
            var prepared = Lane.Prepare(exchange, candidate);
            exchange.Error = prepared.Error;
            if (prepared.IsOk)
            {
                using var request = prepared.Value;
                if (await TryAsync(exchange, candidate, request)) return;
            }

            if (exchange.Error is not { } error || exchange.ClientGone.IsCancellationRequested) return;
            if (error.IsContextOverflow && candidate.ContextWindow is { } full) window = full;
            else if (!MayFallBack(error)) return;
            log.LogInformation("{Candidate} failed: {Status} {Message}", candidate, error.Status, error.Message);
        }
    }

    /// <summary>Asks one candidate, with one key after the other and again after a pause; false if all failed, and the client has seen nothing.</summary>
    private async ValueTask<bool> TryAsync(Exchange exchange, Candidate candidate, PreparedRequest request)
    {
        var tried = new List<KeyConfig>();
        for (var retry = 0; ;)
        {
            // :: Step 2: key. After a refusal or at its limit another one, at once.
            var error = PickKey(exchange, candidate, tried);
            if (error is null)
            {
                var began = time.GetTimestamp();
                error = await AdmitAsync(exchange, candidate, request);
                Note(exchange, candidate, error, time.GetElapsedTime(began));
                if (error is null) return true;
            }

            exchange.Error = error;
            if (exchange.Key is { } key && IsKeysOwn(error) && exchange.Home is null)
            {
                tried.Add(key);
                if (candidate.Provider.Keys.HasOther(candidate.Model, tried)) continue;
            }

            if (BackOff(candidate.Provider.Config.Network, retry++, error) is not { } pause) return false;
            await Task.Delay(pause, time, exchange.ClientGone);
        }
    }

    /// <summary>What rests is asked last, in the order it had; with one candidate there is no choice.</summary>
    private static IReadOnlyList<Candidate> RestingLast(IReadOnlyList<Candidate> candidates)
    {
        if (candidates.Count < 2 || !candidates.Any(candidate => candidate.IsResting)) return candidates;
        return [.. candidates.Where(candidate => !candidate.IsResting), .. candidates.Where(candidate => candidate.IsResting)];
    }

    /// <summary>Remembers how an attempt ended: for the record, and for the choice of others. A client that left says nothing about the provider.</summary>
    private static void Note(Exchange exchange, Candidate candidate, GatewayError? error, TimeSpan elapsed)
    {
        if (exchange.ClientGone.IsCancellationRequested) return;
        var outcome = error ?? exchange.Error;   // a stream that broke off has reached the client, so it is no failure to be tried again
        exchange.Trail.Add(new Attempt(candidate, exchange.Key?.Name, outcome?.Status ?? 200, elapsed));
        var health = candidate.Provider.Health;
        if (outcome is null) health.Succeeded(candidate.Model, exchange.Key);
        else if (outcome.Code != Admission.Refused) health.Failed(candidate.Model, exchange.Key, outcome);
    }

    /// <summary>Step 3: room at the provider.</summary>
    private async ValueTask<GatewayError?> AdmitAsync(Exchange exchange, Candidate candidate, PreparedRequest request)
    {
        if (candidate.Provider.Admission is not { } admission) return await SendAsync(exchange, candidate, request, exchange.Key);
        if (await admission.EnterAsync(candidate.Provider.Name, exchange.Owner, exchange.ClientGone) is { } full) return full;
        try
        {
            return await SendAsync(exchange, candidate, request, exchange.Key);
        }
        finally
        {
            admission.Leave();
        }
    }

    /// <summary>One upstream call. Null when the client has its answer (or all of it there will be); else the failure that it has not seen.</summary>
    private async ValueTask<GatewayError?> SendAsync(Exchange exchange, Candidate candidate, PreparedRequest prepared, KeyConfig? key)
    {
        exchange.NativeError = default;
        exchange.Error = null;
        candidate.Provider.Health.Begin(candidate.Model);
        var config = candidate.Provider.Config;
        using var call = CallLimit.Start(config.Network.RequestTimeout, exchange.ClientGone);
        var cancel = call.Token;
        try
        {
            // :: Step 4: send.
            var url = exchange.IsCompaction && prepared.Endpoint.CompactUrl is { } compact ? compact : prepared.Endpoint.UrlFor(candidate.Model, exchange.Stream);
            using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new PiecesContent(prepared.Body) };
            ForwardedHeaders.SetRequest(message, exchange.Http.Request.Headers, config, key, prepared.IsSameDialect);
            using var reply = await candidate.Provider.Client.SendAsync(message, cancel);

            // :: Step 5: head.
            if (!reply.IsSuccessStatusCode) return await UpstreamFailure.ReadAsync(exchange, prepared, reply, key?.Value, cancel);

            // :: Step 6: relay. A stream may go on past the request's time limit; silence in it has a limit of its own.
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
        if (exchange.Trail.Count > 0) headers["x-causeway-attempts"] = HeaderText.Clean(string.Join(", ", exchange.Trail));
        if (exchange.RequestLosses.Losses.Count > 0) headers[LossPolicy.Header] = HeaderText.Losses(exchange.RequestLosses);
        else headers.Remove(LossPolicy.Header);
    }

    /// <summary>The failure is the key's: another one may do.</summary>
    private static bool IsKeysOwn(GatewayError error) =>
        error.Kind is ErrorKind.Authentication or ErrorKind.PermissionDenied or ErrorKind.Billing or ErrorKind.RateLimited;

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
        var (provider, model) = (candidate.Provider, candidate.Model);
        exchange.Key = provider.Keys.Count == 1
            ? provider.Keys.Pick(model, tried, seed: 0)
            : provider.Keys.Pick(model, tried, exchange.Seed, exchange.Home?.Key, key => provider.Health.IsResting(key, model));
        return exchange.Key is null ? NoKey(provider, model) : null;
    }

    private static GatewayError NoKey(ProviderRuntime provider, string model) => provider.Keys.Count == 0
        ? new GatewayError(ErrorKind.Authentication, $"provider '{provider.Name}' has no usable key: set {provider.Config.Provider.KeyHint} and restart, or mend providers.{provider.Name}.keys")
        : new GatewayError(ErrorKind.PermissionDenied, $"no key of provider '{provider.Name}' may be used for model '{HeaderText.Clean(model)}': see providers.{provider.Name}.keys[].models");
}
