using System.Collections.Concurrent;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Redaction;

namespace Causeway.Core.Recording.Live;

/// <summary>
/// Knows what goes on, and tells those who listen: an exchange has begun, its client has got the first content, it is over; and what it says, to those who
/// listen to it. While nobody listens an exchange costs a slot of <see cref="RunningSet"/>, and nothing on its way. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class LiveHub(TimeProvider time) : ILogObserver
{
    private sealed record KnownEdit(RedactionConfig Config, ContentEdit Edit);

    private const int MostListeners = 64;
    private const int MostWatched = 256;   // exchanges of which is kept what they say
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly RunningSet _running = new();
    private readonly ConcurrentDictionary<Guid, LiveExchange> _watched = new();
    private readonly Lock _gate = new();
    private volatile LiveListener[] _listeners = [];   // of all exchanges
    private volatile KnownEdit? _edit;
    private int _count;                                // listeners of both kinds
    private bool _isClosed;

    /// <summary>Somebody listens to all exchanges.</summary>
    public bool IsWatched => _listeners.Length > 0;

    /// <summary>An exchange begins: its model and its caller are known.</summary>
    internal void Begin(Exchange exchange)
    {
        _ = exchange.Id;   // made before others can ask for it
        if (IsWatched) Watch(exchange);
        exchange.LiveSlot = _running.Add(exchange);
    }

    /// <summary>It is over, and what it used is settled.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="elapsed">How long it took.</param>
    internal void End(Exchange exchange, TimeSpan elapsed)
    {
        if (exchange.LiveSlot >= 0) _running.Remove(exchange.LiveSlot);
        if (exchange.Live is { } live) live.EndedAt = time.GetTimestamp();
        else if (!IsWatched) return;
        if (exchange.Log is not null) return;   // its row follows
        using var draft = LogDraft.Of(exchange, elapsed, Outcome.StatusOf(exchange), time);
        Note(LogEntryBuilder.Build(draft, said: null), digest: null);
    }

    /// <inheritdoc/>
    public void Note(LogEntry entry, ExchangeDigest? digest)
    {
        var isWatched = _watched.TryRemove(entry.Id, out var live);
        if (!isWatched && !IsWatched) return;
        var finished = LiveEvents.Finished(entry);
        live?.End(finished);
        Tell(finished);
    }

    /// <summary>Somebody wants to be told of all exchanges, beginning with those that are going on. Null: too many do, or the gateway stops.</summary>
    public LiveListener? Listen()
    {
        var listener = new LiveListener();
        lock (_gate)
        {
            if (_isClosed || _count == MostListeners) return null;
            _count++;
            _listeners = [.. _listeners, listener];
        }

        listener.Tell(Snapshot());
        return listener;
    }

    /// <summary>Somebody wants to be told what an exchange says, beginning with what it said so far, if that is known.</summary>
    /// <param name="id">The exchange.</param>
    /// <param name="isRunning">Is it going on? If so, and the result is null, too many listen, or the gateway stops.</param>
    public LiveListener? Listen(Guid id, out bool isRunning)
    {
        var found = Find(id);
        isRunning = found is not null;
        if (found is not { } live) return null;
        var listener = new LiveListener();
        lock (_gate)
        {
            if (_isClosed || _count == MostListeners) return null;
            _count++;
        }

        if (live.TryAdd(listener)) return listener;
        lock (_gate) _count--;
        isRunning = false;   // it is over since
        return null;
    }

    /// <summary>Somebody listens no longer.</summary>
    public void Leave(LiveListener listener)
    {
        lock (_gate)
        {
            _count--;
            _listeners = [.. _listeners.Where(other => other != listener)];
        }

        foreach (var live in _watched.Values) live.Remove(listener);
    }

    /// <summary>What is going on at this moment, as an event.</summary>
    public LiveEvent Snapshot() => LiveEvents.Snapshot(_running.All(), time);

    /// <summary>Exchanges that ended without a row, because the log had too much to do, are over, too. Called now and then by those who listen.</summary>
    public void Sweep()
    {
        foreach (var (id, live) in _watched)
        {
            if (live.EndedAt is not { } ended || time.GetElapsedTime(ended) < Patience || !_watched.TryRemove(id, out _)) continue;
            var lost = LiveEvents.Lost(id);
            live.End(lost);
            Tell(lost);
        }
    }

    /// <summary>The gateway stops: nobody is told anything any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            foreach (var listener in _listeners) listener.End();
        }

        foreach (var live in _watched.Values) live.Close();
    }

    /// <summary>The client of an exchange has got the first content.</summary>
    internal void TellFirstToken(Guid id, TimeSpan after)
    {
        if (IsWatched) Tell(LiveEvents.FirstToken(id, after));
    }

    private void Watch(Exchange exchange)
    {
        var live = new LiveExchange(this, exchange.Id, _watched.Count < MostWatched ? EditOf(exchange) : null, isWhole: true) { Client = LogHeaders.Of(exchange) };
        _watched[live.Id] = exchange.Live = live;
        Tell(LiveEvents.Started(exchange, time));
        Sweep();
    }

    private LiveExchange? Find(Guid id)
    {
        if (_watched.TryGetValue(id, out var known)) return known;
        if (_running.All().Find(exchange => exchange.Id == id) is not { } running) return null;
        var live = _watched.GetOrAdd(id, id => new LiveExchange(this, id, EditOf(running), isWhole: false));
        running.Live ??= live;
        if (!_running.Has(running)) live.EndedAt ??= time.GetTimestamp();   // it may have ended before it knew
        return live;
    }

    /// <summary>What is done to what an exchange says before it is told; null: it is not to be told.</summary>
    private ContentEdit? EditOf(Exchange exchange)
    {
        if (!exchange.Stream || exchange.ContentPolicy == ContentPolicy.Drop) return null;
        if (exchange.ContentPolicy == ContentPolicy.Keep) return ContentEdit.None;
        var config = exchange.Gateway.Config.Log.Redaction;
        var edit = _edit;
        if (edit is null || !ReferenceEquals(edit.Config, config)) _edit = edit = new KnownEdit(config, ContentEdit.Of(config));
        return edit.Edit;
    }

    private void Tell(LiveEvent item)
    {
        foreach (var listener in _listeners) listener.Tell(item);
    }
}
