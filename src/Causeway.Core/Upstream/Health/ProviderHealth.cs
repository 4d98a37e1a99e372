using System.Collections.Concurrent;
using Causeway.Core.Configuration;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream.Health;

/// <summary>
/// What lately failed at one provider: the provider as a whole (it cannot be reached), a model (it answers with failures or not at all),
/// or a key (it is refused, or is at its limit for a model). What rests is asked last, never not at all: with nothing else to ask, a
/// request is worth more than the rest. Thread-safe.
/// </summary>
public sealed class ProviderHealth(TimeProvider time)
{
    private const int Threshold = 5;         // failures in a row
    private const int MostRemembered = 1000; // models and keys; names of models come from clients

    private static readonly TimeSpan RefusedKeyRest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LimitRest = TimeSpan.FromSeconds(2);   // where a provider at its limit does not say how long

    private readonly Breaker _whole = new(time, Threshold);
    private readonly ConcurrentDictionary<string, TargetLoad> _loads = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Breaker> _models = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Key, string Model), Breaker> _keys = new();

    /// <summary>Is the model to be asked only if no other can be?</summary>
    public bool IsResting(string model) => _whole.IsResting || (!_models.IsEmpty && _models.TryGetValue(model, out var breaker) && breaker.IsResting);

    /// <summary>Does all of it rest, because it could not be reached? So it is until something of it succeeds.</summary>
    public bool RestsWhole => _whole.RestsUntil is not null;

    /// <summary>Is any key resting?</summary>
    public bool HasRestingKeys => !_keys.IsEmpty;

    /// <summary>Is the key to be used for the model only if no other can be?</summary>
    public bool IsResting(KeyConfig key, string model) => !_keys.IsEmpty && (Rests((key.Name, "")) || Rests((key.Name, model)));

    /// <summary>How busy and how fast a model is; null if nobody asked it yet.</summary>
    public TargetLoad? LoadOf(string model) => _loads.GetValueOrDefault(model);

    /// <summary>The models that were asked, with how busy and how fast they are.</summary>
    public IEnumerable<KeyValuePair<string, TargetLoad>> Loads => _loads;

    /// <summary>A request is about to be sent. Its <see cref="TargetLoad.End"/> must follow.</summary>
    public TargetLoad Begin(string model)
    {
        _whole.Begin();
        if (!_models.IsEmpty && _models.TryGetValue(model, out var breaker)) breaker.Begin();
        if (!_loads.TryGetValue(model, out var load))
        {
            if (_loads.Count >= MostRemembered) _loads.Clear();
            load = _loads.GetOrAdd(model, static _ => new TargetLoad());
        }

        load.Begin();
        return load;
    }

    /// <summary>An answer came, or the failure was the request's own.</summary>
    /// <param name="model">The model.</param>
    /// <param name="key">The key; null if the provider takes none.</param>
    /// <param name="sent">When the request was sent, a timestamp: what has begun to rest since then goes on resting.</param>
    public void Succeeded(string model, KeyConfig? key, long sent = long.MaxValue)
    {
        _whole.Succeeded(sent);
        if (!_models.IsEmpty) Succeeded(_models, model, sent);
        if (key is null || _keys.IsEmpty) return;
        Succeeded(_keys, (key.Name, ""), sent);
        Succeeded(_keys, (key.Name, model), sent);
    }

    /// <summary>A stream has shown its first content: what was a probe need not wait for the end of it.</summary>
    public void Answered(string model, KeyConfig? key, long sent)
    {
        _whole.Answered(sent);
        if (!_models.IsEmpty && _models.TryGetValue(model, out var breaker)) breaker.Answered(sent);
        if (key is null || _keys.IsEmpty) return;
        if (_keys.TryGetValue((key.Name, ""), out breaker)) breaker.Answered(sent);
        if (_keys.TryGetValue((key.Name, model), out breaker)) breaker.Answered(sent);
    }

    /// <summary>A request failed.</summary>
    /// <param name="model">The model.</param>
    /// <param name="key">The key; null if the provider takes none.</param>
    /// <param name="error">Why.</param>
    /// <param name="sent">When the request was sent, a timestamp.</param>
    public void Failed(string model, KeyConfig? key, GatewayError error, long sent = long.MaxValue)
    {
        switch (error.Kind)
        {
            case ErrorKind.PermissionDenied when error.IsContentFilter: Succeeded(model, key, sent); break;
            case ErrorKind.Authentication or ErrorKind.PermissionDenied or ErrorKind.Billing when key is not null:
                Of(_keys, (key.Name, error.Kind == ErrorKind.PermissionDenied ? model : "")).Failed(RefusedKeyRest);
                break;
            case ErrorKind.RateLimited when key is not null:
                Of(_keys, (key.Name, model)).Failed(error.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 86_400)) : LimitRest);
                break;
            case ErrorKind.UpstreamUnavailable when error.IsUnreached:
                _whole.Failed();
                break;
            case ErrorKind.UpstreamUnavailable or ErrorKind.Timeout or ErrorKind.Internal or ErrorKind.Overloaded or ErrorKind.RateLimited:
                _whole.Succeeded(sent);
                Of(_models, model).Failed(error.RetryAfterSeconds is { } patience and > 0 ? TimeSpan.FromSeconds(Math.Min(patience, 86_400)) : null);
                break;
            default:
                Succeeded(model, key, sent);
                break;
        }
    }

    /// <summary>What rests now, for people: what it is, and until when.</summary>
    public IReadOnlyList<RestingTarget> Resting()
    {
        var list = new List<RestingTarget>();
        if (_whole.RestsUntil is { } whole) list.Add(new RestingTarget(null, null, whole));
        foreach (var (model, breaker) in _models)
        {
            if (breaker.RestsUntil is { } until) list.Add(new RestingTarget(model, null, until));
        }

        foreach (var ((key, model), breaker) in _keys)
        {
            if (breaker.RestsUntil is { } until) list.Add(new RestingTarget(model.Length > 0 ? model : null, key, until));
        }

        return list;
    }

    private static void Succeeded<TKey>(ConcurrentDictionary<TKey, Breaker> breakers, TKey key, long sent)
        where TKey : notnull
    {
        if (!breakers.TryGetValue(key, out var breaker)) return;
        breaker.Succeeded(sent);
        if (breaker.IsClosed) breakers.TryRemove(KeyValuePair.Create(key, breaker));
    }

    private bool Rests((string, string) key) => _keys.TryGetValue(key, out var breaker) && breaker.IsResting;

    private Breaker Of<TKey>(ConcurrentDictionary<TKey, Breaker> breakers, TKey key)
        where TKey : notnull
    {
        if (breakers.Count >= MostRemembered) breakers.Clear();   // forgetting costs a few failed requests
        return breakers.GetOrAdd(key, static (_, clock) => new Breaker(clock, Threshold), time);
    }
}

/// <summary>Something that is asked last for a while.</summary>
/// <param name="Model">The model; null: all of the provider's, or of the key's.</param>
/// <param name="Key">The key's name; null: it is not about a key.</param>
/// <param name="Until">When it is tried again.</param>
public sealed record RestingTarget(string? Model, string? Key, DateTimeOffset Until);
