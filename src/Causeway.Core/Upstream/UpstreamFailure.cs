using System.Text.Json;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Upstream;

/// <summary>What an upstream's failures mean to the client. No message of here holds a key or an address.</summary>
public static class UpstreamFailure
{
    /// <summary>The code of the error when the request's deadline has passed.</summary>
    public const string Deadline = "deadline_exceeded";

    private const int MaxBody = 256 << 10;

    /// <summary>Reads an error answer. Its own body is kept if the client's dialect is the upstream's and the envelope is whole; empty if not.</summary>
    public static async ValueTask<(GatewayError Error, ReadOnlyMemory<byte> Native)> ReadAsync(
        Exchange exchange, PreparedRequest prepared, HttpResponseMessage reply, CancellationToken cancel)
    {
        using var body = new PooledBuffer();
        try
        {
            await using var stream = UpstreamBody.Open(reply);
            while (body.Length < MaxBody && await stream.ReadAsync(body.GetMemory(4096), cancel) is > 0 and var count) body.Advance(count);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or InvalidDataException)
        {
            exchange.ClientGone.ThrowIfCancellationRequested();   // else: the status alone says enough
        }

        var status = (int)reply.StatusCode;
        var error = DialectRegistry.Upstream(prepared.Endpoint.Dialect).DecodeError(status, body.Memory);
        var isNative = prepared.IsSameDialect && exchange.Client.TakesUpstreamFrames && IsNative(body.Memory, prepared.Endpoint.Dialect) && !exchange.Gateway.Secrets.AreIn(body.Span);
        return (error with
        {
            Status = status is >= 400 and <= 599 ? status : 502,
            Kind = status is >= 400 and <= 599 ? error.Kind : ErrorKind.UpstreamUnavailable,
            RetryAfterSeconds = RetryAfter.Seconds(reply, body.Memory, error.Kind, TimeProvider.System.GetUtcNow()),
        }, isNative ? body.Memory.ToArray() : default);
    }

    /// <summary>The upstream did not answer within <paramref name="limit"/>.</summary>
    public static GatewayError TimedOut(Candidate candidate, TimeSpan limit) =>
        new(ErrorKind.Timeout, $"provider '{candidate.Provider.Name}' did not answer within {limit.TotalSeconds:0.#} s");

    /// <summary>The provider's content filter left nothing of the answer.</summary>
    public static GatewayError Filtered(Candidate candidate) =>
        new(ErrorKind.InvalidRequest, $"the content filter of provider '{candidate.Provider.Name}' refused an answer") { Code = GatewayError.ContentFilter };

    /// <summary>The upstream began to answer and then was silent for <paramref name="limit"/>.</summary>
    public static GatewayError FellSilent(Candidate candidate, TimeSpan limit) =>
        new(ErrorKind.Timeout, $"provider '{candidate.Provider.Name}' was silent for {limit.TotalSeconds:0.#} s");

    /// <summary>The upstream sent no content within <paramref name="limit"/>, whatever else it sent.</summary>
    public static GatewayError NoContent(Candidate candidate, TimeSpan limit) =>
        new(ErrorKind.Timeout, $"provider '{candidate.Provider.Name}' sent no content within {limit.TotalSeconds:0.#} s");

    /// <summary>The time for the whole request is up.</summary>
    public static GatewayError DeadlinePassed(TimeSpan deadline) =>
        new(ErrorKind.Timeout, $"there was no answer within {deadline.TotalSeconds:0.#} s, the deadline for the request") { Code = Deadline };

    /// <summary>There was no connection within <see cref="UpstreamClient.ConnectLimit"/>.</summary>
    public static GatewayError NotConnected(Candidate candidate) =>
        new(ErrorKind.UpstreamUnavailable, $"provider '{candidate.Provider.Name}': it cannot be reached: no connection within {UpstreamClient.ConnectLimit.TotalSeconds:0.#} s") { IsUnreached = true };

    /// <summary>A connection that failed or broke.</summary>
    public static GatewayError From(Candidate candidate, Exception broken)
    {
        var reason = broken is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } http ? http.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "its host name cannot be resolved",
            HttpRequestError.ConnectionError => "it cannot be reached",
            HttpRequestError.SecureConnectionError => "TLS with it failed",
            HttpRequestError.ResponseEnded => "it closed the connection before the answer was complete",
            HttpRequestError.InvalidResponse => "it sent something that is not HTTP",
            HttpRequestError.ConfigurationLimitExceeded => "its response head is too large",
            _ => "the connection failed",
        } : "the connection broke";
        return new GatewayError(ErrorKind.UpstreamUnavailable, $"provider '{candidate.Provider.Name}': {reason}")
        {
            IsUnreached = broken is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError },
        };
    }

    /// <summary>An answer of 2xx that is none.</summary>
    public static GatewayError Unreadable(Candidate candidate, string what) =>
        new(ErrorKind.UpstreamUnavailable, $"provider '{candidate.Provider.Name}' {what}");

    private static bool IsNative(ReadOnlyMemory<byte> body, DialectId dialect)
    {
        using var document = JsonInput.TryParse(body, out _);
        if (document is null) return false;
        var root = document.RootElement;
        var error = RequestReader.Get(root, "error"u8);
        return RequestReader.Get(error, "message"u8).ValueKind == JsonValueKind.String
            && RequestReader.Get(error, "type"u8).ValueKind == JsonValueKind.String
            && (dialect != DialectId.AnthropicMessages || ((RawJson)RequestReader.Get(root, "type"u8)).Utf8.SequenceEqual("\"error\""u8));
    }
}
