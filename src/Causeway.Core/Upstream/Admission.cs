using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream;

/// <summary>
/// Bounds how many requests a provider has at a time. Those that find no room wait, in a queue of their owner's; the owners take turns,
/// so that one that asks a thousand times does not make the others wait for all of it. Thread-safe.
/// </summary>
/// <param name="most">Requests at a time.</param>
/// <param name="mostWaiting">Requests that may wait; more are refused.</param>
/// <param name="waits">false: none waits.</param>
/// <param name="time">The clock; null: the system's.</param>
public sealed class Admission(int most, int mostWaiting, bool waits, TimeProvider? time = null)
{
    /// <summary>The code of the error of a request that found no room.</summary>
    public const string Refused = "request_dropped";

    private const double RetryAfter = 1;   // seconds

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedList<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _turns = new();   // owners with requests that wait, the next one first
    private int _inFlight;
    private int _queued;

    /// <summary>How many requests the provider has, and how many wait.</summary>
    public (int InFlight, int Waiting) Load
    {
        get
        {
            lock (_lock) return (_inFlight, _queued);
        }
    }

    /// <summary>Waits for room. The error if there is none and none is to be waited for; else <see cref="Leave"/> must follow.</summary>
    /// <param name="provider">The provider's name, for the error.</param>
    /// <param name="owner">Who asks: requests of one owner wait behind each other.</param>
    /// <param name="patience">How long to wait at most.</param>
    /// <param name="cancel">Gives up the place in the queue.</param>
    public async ValueTask<GatewayError?> EnterAsync(string provider, string owner, TimeSpan patience, CancellationToken cancel)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_lock)
        {
            if (_inFlight < most)
            {
                _inFlight++;
                return null;
            }

            if (!waits || _queued >= mostWaiting || patience <= TimeSpan.Zero)
                return Full($"provider '{provider}' has {_inFlight} requests under way and {_queued} waiting, which is all that concurrency_and_buffer_size allows");
            place = Queue(owner);
        }

        using var limit = new CancellationTokenSource(patience, time ?? TimeProvider.System);
        using var tooLong = limit.Token.UnsafeRegister(_ => GiveUp(owner, place, limit.Token), null);
        using var gone = cancel.UnsafeRegister(_ => GiveUp(owner, place, cancel), null);
        try
        {
            await place.Value.Task;   // whoever leaves has handed its room over
            return null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Full($"provider '{provider}' had no room for the request within {patience.TotalSeconds:0.#} s: see concurrency_and_buffer_size");
        }
    }

    /// <summary>A request is done: the next one that waits gets its room.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (_turns.First is not { } turn)
            {
                _inFlight--;
                return;
            }

            var next = _waiting[turn.Value].First!;
            _turns.RemoveFirst();
            _turns.AddLast(turn);
            Remove(turn.Value, next);
            next.Value.SetResult();
        }
    }

    private static GatewayError Full(string message) => new(ErrorKind.Overloaded, message) { Status = 503, Code = Refused, RetryAfterSeconds = RetryAfter };

    private void GiveUp(string owner, LinkedListNode<TaskCompletionSource> place, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (place.List is null) return;   // its turn had come
            Remove(owner, place);
            place.Value.SetCanceled(cancel);
        }
    }

    private void Remove(string owner, LinkedListNode<TaskCompletionSource> place)
    {
        var queue = place.List!;
        queue.Remove(place);
        _queued--;
        if (queue.Count > 0) return;
        _waiting.Remove(owner);
        _turns.Remove(owner);
    }

    private LinkedListNode<TaskCompletionSource> Queue(string owner)
    {
        if (!_waiting.TryGetValue(owner, out var queue))
        {
            _waiting[owner] = queue = new LinkedList<TaskCompletionSource>();
            _turns.AddLast(owner);
        }

        var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _queued++;
        return queue.AddLast(place);
    }
}
