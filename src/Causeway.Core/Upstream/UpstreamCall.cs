using Causeway.Core.Configuration;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Tracing;
using Causeway.Core.Routing;
using Causeway.Core.Upstream.Health;
using Causeway.Core.Upstream.Relay;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream;

/// <summary>
/// One upstream call, from the wait for room at the provider to the last byte of its answer. Disposing it closes the connection if the
/// answer is not at its end, so that the provider stops.
/// </summary>
internal sealed class UpstreamCall(Exchange exchange, Candidate candidate, PreparedRequest prepared, KeyConfig? key, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);   // timers and clocks do not agree to the millisecond

    private Admission? _room;
    private CallClock? _clock;
    private TargetLoad? _load;
    private HttpRequestMessage? _message;
    private HttpResponseMessage? _reply;
    private IAnswerRelay? _relay;
    private long _began;
    private bool _isDisposed;

    /// <summary>The key it is sent with; null if the provider takes none.</summary>
    public KeyConfig? Key => key;

    /// <summary>The upstream's own error body, when it is what the client's dialect expects; else empty.</summary>
    public ReadOnlyMemory<byte> NativeError { get; private set; }

    /// <summary>The status of the answer; 0 if there is none.</summary>
    public int Status => (int)(_reply?.StatusCode ?? 0);

    /// <summary>What it consumed, as far as it is known.</summary>
    public Usage? Usage => _relay?.Usage;

    /// <summary>The answer's id; null if unknown.</summary>
    public string? AnswerId => _relay?.Id;

    /// <summary>Since it was sent; without the wait for room.</summary>
    public TimeSpan Elapsed => _began == 0 ? TimeSpan.Zero : time.GetElapsedTime(_began);

    /// <summary>Was it sent at all?</summary>
    public bool IsSent => _began != 0;

    /// <summary>When it was sent, a timestamp.</summary>
    public long Sent => _began;

    /// <summary>What is told of it beside its attempt; null: nothing, or it was not sent.</summary>
    public AttemptTrace? Trace { get; private set; }

    /// <summary>Goes on with another's answer; null: it is the first.</summary>
    public StreamSplice? Splice { get; init; }

    /// <summary>Sends the request, and reads until there is something for the client.</summary>
    /// <param name="client">Takes the answer if it is streamed; null: it is not.</param>
    /// <param name="abandon">Ends the call.</param>
    /// <returns>Null, or the failure, of which the client has seen nothing.</returns>
    public async ValueTask<GatewayError?> OpenAsync(ClientStream? client, CancellationToken abandon)
    {
        // :: Room at the provider.
        if (candidate.Provider.Admission is { } admission && await EnterAsync(admission, abandon) is { } full) return full;
        if (exchange.TimeLeft(time) <= TimeSpan.Zero) return UpstreamFailure.DeadlinePassed(exchange.Policy.Deadline!.Value);
        _load = candidate.Provider.Health.Begin(candidate.Model);
        _began = time.GetTimestamp();
        _clock = new CallClock(exchange, candidate, time, abandon);
        try
        {
            // :: Send.
            var url = exchange.IsCompaction && prepared.Endpoint.CompactUrl is { } compact ? compact : prepared.Endpoint.UrlFor(candidate.Model, exchange.Stream);
            _message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new PiecesContent(prepared.Body) };
            Trace = exchange.Trace?.BeginAttempt(candidate, prepared, url);
            ForwardedHeaders.SetRequest(_message, exchange.Http.Request.Headers, candidate.Provider.Config, key, prepared.IsSameDialect, Trace?.Span ?? exchange.Trace?.Span);
            using (exchange.Waits.Begin()) _reply = await candidate.Provider.Client.SendAsync(_message, _clock.Token);

            // :: Head.
            if (!_reply.IsSuccessStatusCode)
            {
                (var error, NativeError) = await UpstreamFailure.ReadAsync(exchange, prepared, _reply, _clock.Token);
                return error;
            }

            // :: Something to show.
            _relay = client is null ? new WholeRelay(exchange, candidate, prepared) : new StreamRelay(exchange, candidate, prepared, client, Splice);
            var failure = await _relay.OpenAsync(_reply, _clock);
            _clock.StopClock();
            if (failure is null) _load.Answered(Elapsed);
            if (failure is null && client is not null) Trace?.NoteContent();
            return failure;
        }
        catch (OperationCanceledException) when (_clock.IsUp)
        {
            return _clock.Token.IsCancellationRequested ? _clock.WhatIsUp() : UpstreamFailure.NotConnected(candidate);   // the connection has a limit of its own
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or InvalidDataException)
        {
            abandon.ThrowIfCancellationRequested();
            return UpstreamFailure.From(candidate, broken);
        }
    }

    /// <summary>Gives the client what the upstream's headers say to it.</summary>
    public void CopyHeaders() => ForwardedHeaders.CopyAnswer(_reply!, exchange.Http.Response.Headers, exchange.Limits is { IsShown: true });

    /// <summary>
    /// Sends the client what there is, and what comes; asks <paramref name="settle"/> before the end. Null, or why it broke off; the client has not
    /// been told.
    /// </summary>
    public ValueTask<GatewayError?> RelayAsync(Func<GatewayError?> settle) => _relay!.RelayAsync(_clock!, settle);

    /// <summary>It is over.</summary>
    public void EndTrace() => Trace?.End(Status, _relay);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _relay?.Dispose();
        _reply?.Dispose();
        _message?.Dispose();
        _clock?.Dispose();
        _load?.End();
        _room?.Leave();
    }

    /// <summary>Waits for room as long as for an answer, or until the deadline.</summary>
    private async ValueTask<GatewayError?> EnterAsync(Admission admission, CancellationToken abandon)
    {
        var patience = candidate.Provider.Config.Network.RequestTimeout;
        var isLast = exchange.TimeLeft(time) < patience;
        if (isLast) patience = exchange.TimeLeft(time)!.Value;
        if (await admission.EnterAsync(candidate.Provider.Name, exchange.Owner, patience, abandon) is { } full)
            return isLast && exchange.TimeLeft(time) < Breath ? UpstreamFailure.DeadlinePassed(exchange.Policy.Deadline!.Value) : full;
        _room = admission;
        return null;
    }
}
