using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream.Relay;

/// <summary>
/// What a stream has consumed so far. Providers say it at the end; of a stream that ends before, the output is estimated from what came: most
/// providers send one token in each event, and those that send more send longer ones.
/// </summary>
internal sealed class StreamTally
{
    private const int LongEvent = 8;        // bytes on average: what is longer holds more than one token
    private const int BytesPerToken = 4;

    private Usage? _reported;
    private long _deltas;
    private long _bytes;
    private bool _finished;

    /// <summary>What was consumed, as far as it is known; estimated where the provider has not said it.</summary>
    public Usage? Usage => (_finished ? _reported?.OutputTokens is not null : _deltas == 0) ? _reported
        : (_reported ?? new Usage()) with { OutputTokens = Math.Max(_reported?.OutputTokens ?? 0, Estimate), IsEstimate = true };

    private long Estimate => _bytes <= LongEvent * _deltas ? _deltas : Math.Max(_deltas, _bytes / BytesPerToken);

    /// <summary>Takes an event.</summary>
    public void Note(StreamEvent item)
    {
        switch (item)
        {
            case PartDelta { Kind: DeltaKind.Text or DeltaKind.Arguments } delta:
                _deltas++;
                _bytes += Math.Max(0, delta.Value.Utf8.Length - 2);   // without its quotes
                break;
            case UsageReported report: _reported = report.Usage.Believed().Over(_reported); break;
            case Finished: _finished = true; break;
        }
    }
}
