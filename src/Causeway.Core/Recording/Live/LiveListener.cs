using System.Threading.Channels;

namespace Causeway.Core.Recording.Live;

/// <summary>Something that is told to those who listen: a server-sent event.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Data">Its data: JSON in one line of UTF-8.</param>
public readonly record struct LiveEvent(string Name, ReadOnlyMemory<byte> Data);

/// <summary>
/// Somebody who listens. What is told waits in a queue of bounded length: who reads slowly loses events, and is told how many. Telling never waits.
/// </summary>
public sealed class LiveListener
{
    private const int Longest = 1024;   // events that wait

    private readonly Channel<LiveEvent> _queue = Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(Longest) { SingleReader = true });
    private long _dropped;

    /// <summary>What is told, until it is over.</summary>
    public ChannelReader<LiveEvent> Events => _queue.Reader;

    /// <summary>How many events were lost since this was asked last.</summary>
    public long TakeDropped() => Interlocked.Exchange(ref _dropped, 0);

    /// <summary>Tells an event.</summary>
    internal void Tell(LiveEvent item)
    {
        if (!_queue.Writer.TryWrite(item)) Interlocked.Increment(ref _dropped);
    }

    /// <summary>There will be no more.</summary>
    internal void End() => _queue.Writer.TryComplete();
}
