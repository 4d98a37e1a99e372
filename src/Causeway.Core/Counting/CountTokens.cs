using System.Text;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Core.Upstream;
using Causeway.Core.Upstream.Relay;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Counting;

/// <summary>
/// Answers count_tokens: with the provider's own count where it has such a route, else, or when that fails, with a local
/// estimate. Claude Code sends real requests to count with if this route answers an error.
/// </summary>
public sealed class CountTokens(TimeProvider time) : IStage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async ValueTask InvokeAsync(Exchange exchange, ExchangeDelegate next)
    {
        var dialect = (ITokenCountDialect)exchange.Client;
        foreach (var candidate in exchange.Candidates)
        {
            exchange.Answering = candidate;
            if (candidate.Provider.EndpointFor(exchange.Client.Id) is not { } endpoint || endpoint.Dialect != exchange.Client.Id) continue;
            if (endpoint.CountUrlFor(candidate.Model) is { } url && await AskAsync(exchange, candidate, url, dialect.CountField)) return;
        }

        var request = dialect.DecodeCountRequest(exchange.Body.Memory);
        if (!request.IsOk)
        {
            exchange.Error = request.Error;
            return;
        }

        using var counted = request.Value;
        using var answer = new PooledBuffer(256);
        dialect.EncodeCount(TokenEstimate.Count(counted), answer);
        await SendAsync(exchange, answer.Memory);
    }

    /// <summary>Asks the provider; false if it has no answer.</summary>
    private async ValueTask<bool> AskAsync(Exchange exchange, Candidate candidate, Uri url, string field)
    {
        var config = candidate.Provider.Config;
        var key = config.IsKeyless ? null : candidate.Provider.Keys.Only(exchange.Caller?.KeysOf(candidate.Provider.Name, candidate.Model)).Pick(candidate.Model, [], exchange.Seed);
        if (key is null && !config.IsKeyless) return false;
        using var timeout = new CancellationTokenSource(Patience, time);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, exchange.ClientGone);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new PiecesContent(Lane.Patch(exchange, candidate.Model).ToPieces()) };
            ForwardedHeaders.SetRequest(message, exchange.Http.Request.Headers, config, key, sameDialect: true);
            using var reply = await candidate.Provider.Client.SendAsync(message, cancel.Token);
            if (!reply.IsSuccessStatusCode) return false;
            using var answer = new PooledBuffer();
            await using var stream = UpstreamBody.Open(reply);
            if (await WholeRelay.ReadAsync(exchange, candidate, stream, answer, cancel.Token) is not null) return false;
            using var document = JsonInput.TryParse(answer.Memory, out _);
            if (document is null || ((RawJson)RequestReader.Get(document.RootElement, Encoding.ASCII.GetBytes(field))).AsInteger() is null) return false;
            await SendAsync(exchange, answer.Memory);
            return true;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or InvalidDataException or OperationCanceledException)
        {
            exchange.ClientGone.ThrowIfCancellationRequested();
            return false;
        }
    }

    private static async ValueTask SendAsync(Exchange exchange, ReadOnlyMemory<byte> body)
    {
        var response = exchange.Http.Response;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, exchange.ClientGone);
    }
}
