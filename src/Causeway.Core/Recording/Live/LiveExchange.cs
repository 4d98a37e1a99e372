using Causeway.Core.Recording.Capture;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Recording.Live;

/// <summary>
/// An exchange that somebody watches: what was said in it so far, and who listens to that. An exchange that nobody watches has none. Thread-safe: the exchange
/// talks, listeners come and go.
/// </summary>
public sealed class LiveExchange
{
    private readonly Lock _gate = new();
    private readonly LiveHub _hub;
    private readonly ContentEdit _edit;
    private readonly LiveParts _said;
    private readonly List<LiveListener> _listeners = [];
    private readonly Action<LiveEvent> _tell;
    private readonly bool _isWhole;   // it is watched from its beginning
    private bool _isOver;

    /// <summary>Begins to watch.</summary>
    /// <param name="hub">Told of the first content.</param>
    /// <param name="id">The exchange's number.</param>
    /// <param name="edit">What is done to what is said before it is told; null: it is not to be told.</param>
    /// <param name="isWhole">It is watched from its beginning.</param>
    internal LiveExchange(LiveHub hub, Guid id, ContentEdit? edit, bool isWhole)
    {
        (_hub, Id, IsHeard, _edit, _said, _isWhole) = (hub, id, edit is not null, edit ?? ContentEdit.None, new LiveParts(edit ?? ContentEdit.None), isWhole);
        _tell = Tell;
    }

    /// <summary>The exchange's number.</summary>
    public Guid Id { get; }

    /// <summary>What it says is kept, for those who listen.</summary>
    internal bool IsHeard { get; }

    /// <summary>Something has to be taken out of it before it is told.</summary>
    internal bool IsEdited => !_edit.IsNone;

    /// <summary>Who asks, as the request says; null: nobody looked.</summary>
    internal LogHeaders? Client { get; init; }

    /// <summary>When it was over, as a timestamp; null: it is not.</summary>
    internal long? EndedAt { get; set; }

    /// <summary>The client has got the first content.</summary>
    internal void NoteFirstToken(TimeSpan after) => _hub.TellFirstToken(Id, after);

    /// <summary>The answer goes on.</summary>
    internal void Take(List<StreamEvent> events)
    {
        lock (_gate)
        {
            if (!_isOver) _said.Take(events, _listeners.Count > 0 ? _tell : null);
        }
    }

    /// <summary>The answer has begun with this.</summary>
    internal void Take(LiveParts said)
    {
        lock (_gate)
        {
            if (!_isOver) _said.Take(said, _listeners.Count > 0 ? _tell : null);
        }
    }

    /// <summary>Somebody listens from now on, and gets what was said so far first.</summary>
    internal bool TryAdd(LiveListener listener)
    {
        lock (_gate)
        {
            if (_isOver) return false;
            listener.Tell(LiveEvents.Listening(this, _isWhole && !_said.IsCut));
            _said.Tell(_tell, listener.Tell);
            _listeners.Add(listener);
            return true;
        }
    }

    /// <summary>Somebody listens no longer.</summary>
    internal void Remove(LiveListener listener)
    {
        lock (_gate) _listeners.Remove(listener);
    }

    /// <summary>It is over; those who listen are told so, and nothing else.</summary>
    internal void End(LiveEvent finished)
    {
        lock (_gate)
        {
            if (_isOver) return;
            _isOver = true;
            Tell(finished);
            EndAll();
            _said.Clear();
        }
    }

    /// <summary>Nobody is told anything any more.</summary>
    internal void Close()
    {
        lock (_gate) EndAll();
    }

    private void EndAll()
    {
        foreach (var listener in _listeners) listener.End();
        _listeners.Clear();
    }

    private void Tell(LiveEvent item)
    {
        foreach (var listener in _listeners) listener.Tell(item);
    }
}
