using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream.Relay;

/// <summary>The client's side of a streamed answer: writes its events, and what goes out is sent. It outlives the upstream where another one goes on.</summary>
internal sealed class ClientStream : IDisposable
{
    private readonly Exchange _exchange;
    private readonly IStreamEncoder _encoder;
    private readonly LossReport _losses = new();

    /// <summary>Begins an answer of <paramref name="candidate"/>'s.</summary>
    public ClientStream(Exchange exchange, Candidate candidate, bool sameDialect)
    {
        _exchange = exchange;
        var usage = sameDialect || exchange.DecodeRequest() is { IsOk: true, Value.StreamUsage: true };
        _encoder = exchange.Client.CreateStreamEncoder(new AnswerEncoding(candidate.Model, usage, exchange.Said), _losses);
        Spoken = exchange.Policy.Continues ? new SpokenText() : null;
    }

    /// <summary>What is ready to be sent.</summary>
    public PooledBuffer Output { get; } = new();

    /// <summary>The client has some of it: what is sent stays sent.</summary>
    public bool IsSent { get; private set; }

    /// <summary>The end of the answer has been written, if not sent.</summary>
    public bool HasEnd { get; private set; }

    /// <summary>What was said so far, where another candidate may have to go on with it; else null.</summary>
    public SpokenText? Spoken { get; }

    /// <summary>Writes events to <paramref name="output"/>.</summary>
    public void Encode(List<StreamEvent> events, PooledBuffer output)
    {
        foreach (var item in events)
        {
            _encoder.Encode(item, output);
            Spoken?.Note(item);
            HasEnd |= item is Finished;
        }
    }

    /// <summary>An upstream's own frame goes to the client: should another one have to go on, the encoder must know its names and numbers.</summary>
    public void Follow(ReadOnlyMemory<byte> frame)
    {
        if (Spoken is not null) _encoder.Follow(frame);
    }

    /// <summary>Writes the mark that ends a stream.</summary>
    public void EncodeEndMark() => _encoder.EncodeEndMark(Output);

    /// <summary>Sends what is ready.</summary>
    /// <param name="keep">Is it the gateway's own answer, to be kept where answers are?</param>
    public async ValueTask SendAsync(bool keep)
    {
        if (Output.Length == 0) return;
        (IsSent, _exchange.HasContent) = (true, true);
        _exchange.AnswerLosses = _losses;
        if (keep) _exchange.Copy?.Write(Output.Span);
        await _exchange.Pulse!.WriteAsync(Output.Memory);
        Output.Clear();
    }

    /// <summary>Tells the client that the answer broke off.</summary>
    public ValueTask FailAsync(GatewayError error)
    {
        _encoder.Encode(new Failed(error), Output);
        (_exchange.Error, _exchange.ErrorIsSaid) = (error, true);
        return SendAsync(keep: false);
    }

    /// <inheritdoc/>
    public void Dispose() => Output.Dispose();

    /// <summary>Sends the 200 and the headers of a stream, once. Only who has the exchange's <see cref="Pulse"/> may do so.</summary>
    public static void Open(Exchange exchange)
    {
        if (exchange.StreamOpened) return;
        exchange.StreamOpened = true;
        var response = exchange.Http.Response;
        response.StatusCode = 200;
        response.ContentType = exchange.Client.StreamContentType;
        response.Headers.CacheControl = "no-cache";
        response.Headers["x-accel-buffering"] = "no";   // proxies in front must not collect events
    }
}
