using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Json;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Governance.Alerts;

/// <summary>
/// Tells web addresses of events, beside the requests: posting blocks nobody and never fails. What is not taken is sent again for some minutes; what is
/// too much at a time is dropped, and counted.
/// </summary>
public sealed class AlertSender : IAsyncDisposable
{
    /// <summary>Most messages that are on their way or wait to be sent again.</summary>
    public const int MostPending = 1000;

    /// <summary>How long to wait before each further attempt.</summary>
    public static readonly IReadOnlyList<TimeSpan> Pauses = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(180)];

    private const int MostAtOnce = 8;
    private const string Gone = "it answered 410: nobody is there any more";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly Func<IReadOnlyList<AlertTarget>> _targets;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly HttpMessageInvoker _http;
    private readonly SemaphoreSlim _room = new(MostAtOnce);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _pending;
    private long _sent;
    private long _failed;
    private long _dropped;

    /// <summary>Sends to the addresses that <paramref name="targets"/> gives at the time of an event.</summary>
    public AlertSender(Func<IReadOnlyList<AlertTarget>> targets, TimeProvider time, ILogger<AlertSender> log) : this(targets, time, log, CreateHandler())
    {
    }

    /// <summary>The same, by another way than the network.</summary>
    internal AlertSender(Func<IReadOnlyList<AlertTarget>> targets, TimeProvider time, ILogger<AlertSender> log, HttpMessageHandler handler) =>
        (_targets, _time, _log, _http) = (targets, time, log, new HttpMessageInvoker(handler));

    /// <summary>How long messages may still take when the gateway stops.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How it gets on.</summary>
    public AlertStatus Status => new(Volatile.Read(ref _pending), Interlocked.Read(ref _sent), Interlocked.Read(ref _failed), Interlocked.Read(ref _dropped));

    /// <summary>Tells all who want to know of an event. Returns at once.</summary>
    public void Post(AlertEvent happened)
    {
        byte[]? body = null;
        foreach (var target in _targets())
        {
            if (!target.Wants(happened.Type)) continue;
            if (!Enter())
            {
                var dropped = Interlocked.Increment(ref _dropped);
                if (ulong.IsPow2((ulong)dropped)) _log.LogError("the alert {Type} {Id} for {Host} was dropped: too many wait to be sent ({Dropped} were dropped so far)", happened.Type, happened.Id, target, dropped);
                continue;
            }

            var message = body ??= BodyOf(happened);
            _ = Task.Run(() => DeliverAsync(target, happened, message));   // the caller is in the middle of a request
        }
    }

    /// <summary>Sends what waits to be sent again for a last time, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (Volatile.Read(ref _pending) > 0) await Task.WhenAny(_idle.Task, Task.Delay(StopWithin, _time));
        await _giveUp.CancelAsync();
        if (Volatile.Read(ref _pending) > 0) await _idle.Task;
        _http.Dispose();
        _room.Dispose();
        _stop.Dispose();
        _giveUp.Dispose();
    }

    /// <summary>Takes a place among those that are pending; false if there is none, or no more.</summary>
    private bool Enter()
    {
        if (_stop.IsCancellationRequested) return false;
        if (Interlocked.Increment(ref _pending) <= MostPending) return true;
        Leave();
        return false;
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _pending) == 0 && _stop.IsCancellationRequested) _idle.TrySetResult();
    }

    private static byte[] BodyOf(AlertEvent happened)
    {
        using var body = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(body, JsonOutput.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, happened.Type);
            writer.WriteString("id"u8, happened.Id);
            writer.WriteString("time"u8, TimeText.Of(happened.Time));
            happened.Write(writer);
            writer.WriteEndObject();
        }

        return body.Span.ToArray();
    }

    private async Task DeliverAsync(AlertTarget target, AlertEvent happened, byte[] body)
    {
        for (var attempt = 0; ; attempt++)
        {
            var isLast = attempt == Pauses.Count || _stop.IsCancellationRequested;
            if (await TryAsync(target, happened, body) is not { } problem)
            {
                Interlocked.Increment(ref _sent);
                break;
            }

            if (isLast || problem == Gone)
            {
                Interlocked.Increment(ref _failed);
                _log.LogError("the alert {Type} {Id} for {Host} was not taken after {Attempts} attempts: {Problem}", happened.Type, happened.Id, target, attempt + 1, problem);
                break;
            }

            await Task.Delay(Pauses[attempt], _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Leave();
    }

    /// <summary>Sends a message once; null if it was taken, else why not.</summary>
    private async Task<string?> TryAsync(AlertTarget target, AlertEvent happened, byte[] body)
    {
        var hasRoom = false;
        try
        {
            await _room.WaitAsync(_giveUp.Token);
            hasRoom = true;
            using var patience = new CancellationTokenSource(Patience, _time);
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _giveUp.Token);
            using var request = Request(target, happened.Id.ToString(), body);
            using var answer = await _http.SendAsync(request, cancel.Token);   // its body is not read
            return (int)answer.StatusCode switch
            {
                >= 200 and < 300 => null,
                410 => Gone,
                >= 300 and < 400 and var status => $"it answered {status}: redirects are not followed",
                var status => $"it answered {status}",
            };
        }
        catch (OperationCanceledException)
        {
            return _giveUp.IsCancellationRequested ? "the gateway stops" : $"no answer within {Patience.TotalSeconds} seconds";
        }
        catch (Exception failure)
        {
            return failure.Message;   // whatever the network has: it is tried again
        }
        finally
        {
            if (hasRoom) _room.Release();
        }
    }

    private HttpRequestMessage Request(AlertTarget target, string id, byte[] body)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = Json;
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("causeway", null));
        foreach (var (name, value) in target.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.Add(WebhookSignature.IdHeader, id);
        request.Headers.Add(WebhookSignature.TimestampHeader, now.ToString(CultureInfo.InvariantCulture));
        if (target.Secret is { } key) request.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(key, id, now, body));
        return request;
    }

    /// <summary>Without a proxy: it would dial an address that nobody here has seen.</summary>
    private static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = UpstreamClient.ConnectLimit,
        ConnectCallback = GuardedDial.ConnectAsync,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),   // so that DNS changes are seen
        MaxResponseDrainSize = 0,
        MaxResponseHeadersLength = 16,   // KB
        ActivityHeadersPropagator = null,
    };
}

/// <summary>How the sending of alerts gets on.</summary>
/// <param name="Pending">Messages on their way, or waiting to be sent again.</param>
/// <param name="Sent">Messages that were taken.</param>
/// <param name="Failed">Messages that were given up.</param>
/// <param name="Dropped">Messages that were too many to be sent.</param>
public sealed record AlertStatus(int Pending, long Sent, long Failed, long Dropped);
