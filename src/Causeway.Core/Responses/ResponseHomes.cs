using System.Collections.Concurrent;

namespace Causeway.Core.Responses;

/// <summary>Where an answer is stored: at a provider, under the account of one of its keys.</summary>
/// <param name="Provider">The provider's configured name.</param>
/// <param name="Key">The key's name; null if the provider takes none.</param>
public sealed record ResponseHome(string Provider, string? Key);

/// <summary>Remembers at which provider the latest answers are stored, so that what refers to one goes there. Thread-safe.</summary>
public sealed class ResponseHomes
{
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<string, ResponseHome> _homes = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    /// <summary>The home of an answer; null if it is not known (any more).</summary>
    public ResponseHome? Find(string id) => _homes.GetValueOrDefault(id);

    /// <summary>Notes where an answer is stored, and forgets the oldest if there are too many.</summary>
    public void Add(string id, ResponseHome home)
    {
        if (id.Length is 0 or > 200 || !_homes.TryAdd(id, home)) return;
        _order.Enqueue(id);
        if (_order.Count > Most && _order.TryDequeue(out var oldest)) _homes.TryRemove(oldest, out _);
    }
}
