using System.Collections.Concurrent;
using Causeway.Core.Authentication;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Governance.Limits;

/// <summary>
/// The meters of all limits of a configuration, on this node. What a caller has to do with is found once for each virtual key, so a request costs the
/// same with ten limits as with 100,000. Thread-safe.
/// </summary>
public sealed class LimitBook
{
    private const uint TrimEvery = 8;   // requests

    private readonly Dictionary<string, LimitMeter> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<(char Kind, string Id), List<LimitMeter>> _byOwner = [];
    private readonly List<LimitMeter> _forAll = [];
    private readonly LimitMeter[] _meters;
    private readonly ConcurrentDictionary<VirtualKey, CallerLimits> _ofKeys = new(ReferenceEqualityComparer.Instance);   // its own equality compares all it has
    private readonly CallerLimits _ofOthers;
    private uint _hand;

    /// <summary>
    /// Makes a meter for each limit. Those of <paramref name="previous"/> whose id and scope are the same go on counting, with the new numbers, also for
    /// exchanges that began with the old ones.
    /// </summary>
    public LimitBook(IReadOnlyList<RateLimit> limits, LimitBook? previous = null)
    {
        foreach (var limit in limits)
        {
            var meter = previous?._byId.GetValueOrDefault(limit.Id) is { } same && same.Limit.Scope == limit.Scope && !_byId.ContainsKey(limit.Id) ? same : new LimitMeter(limit);
            lock (meter)
            {
                meter.Change(limit);
                if (previous?.Shares is { } shares) meter.ShareBy(shares);
            }

            _byId.TryAdd(limit.Id, meter);
            ListOf(limit.Scope).Add(meter);
        }

        Shares = previous?.Shares;
        _meters = [.. _forAll, .. _byOwner.Values.SelectMany(list => list)];
        _ofOthers = Find(null);
    }

    /// <summary>What this node may have; null: it is the only one.</summary>
    internal LimitShares? Shares { get; private set; }

    /// <summary>Are there no limits at all?</summary>
    public bool IsEmpty => _meters.Length == 0;

    /// <summary>
    /// Admits a request by the limits that are for its caller, whatever it goes to: by all of them, or it is counted by none. Sets
    /// <see cref="Exchange.Limits"/> if there are any.
    /// </summary>
    public GatewayError? Enter(Exchange exchange, TimeProvider time)
    {
        if (IsEmpty || Of(exchange.Caller) is not { Own: { Length: > 0 } own } limits) return null;
        exchange.Limits = new LimitPermit(limits, own, time);
        return exchange.Limits.Enter(exchange);
    }

    /// <summary>The same, but where other nodes have the limits, too, a short wait may bring more for this one.</summary>
    public ValueTask<GatewayError?> EnterAsync(Exchange exchange, TimeProvider time)
    {
        var error = Enter(exchange, time);
        return error is null || Shares is null ? new(error) : new(exchange.Limits!.GrowAsync(exchange, Shares, error));
    }

    /// <summary>The same for one upstream call.</summary>
    internal async ValueTask<(GatewayError? Error, LimitPermit? Permit)> EnterAsync(Exchange exchange, Candidate candidate, TimeProvider time)
    {
        var error = Enter(exchange, candidate, time, out var permit);
        if (error is not null && Shares is not null) error = await permit!.GrowAsync(exchange, Shares, error);
        return (error, permit);
    }

    /// <summary>From now on other nodes have these limits, too.</summary>
    internal LimitShares Share()
    {
        Shares = new LimitShares();
        foreach (var meter in _meters)
        {
            lock (meter) meter.ShareBy(Shares);
        }

        return Shares;
    }

    /// <summary>Admits one upstream call by the limits of its provider and model; the permit is null if there are none.</summary>
    internal GatewayError? Enter(Exchange exchange, Candidate candidate, TimeProvider time, out LimitPermit? permit)
    {
        permit = null;
        if (IsEmpty || Of(exchange.Caller) is not { } limits || limits.Of(candidate) is not { Length: > 0 } meters) return null;
        permit = new LimitPermit(limits, meters, time);
        return permit.Enter(exchange);
    }

    /// <summary>How all limits stand.</summary>
    public IReadOnlyList<LimitStatus> Status(TimeProvider time) => Array.ConvertAll(_meters, meter =>
    {
        lock (meter) return meter.Status(Ticks(time));
    });

    /// <summary>The time of the meters: ticks of 100 ns.</summary>
    internal static long Ticks(TimeProvider time)
    {
        var (seconds, rest) = Math.DivRem(time.GetTimestamp(), time.TimestampFrequency);   // GetElapsedTime counts in doubles, which are too coarse
        return (seconds * TimeSpan.TicksPerSecond) + (rest * TimeSpan.TicksPerSecond / time.TimestampFrequency);
    }

    /// <summary>
    /// With every eighth request one other meter gives back the memory that it does not need any more, in turn: those that are idle hold none after a while, and
    /// none need be looked for.
    /// </summary>
    internal void TrimNext(TimeProvider time)
    {
        var (turn, rest) = Math.DivRem(Interlocked.Increment(ref _hand), TrimEvery);
        if (rest != 0) return;
        var meter = _meters[turn % (uint)_meters.Length];
        if (!Monitor.TryEnter(meter)) return;   // it is in use
        try
        {
            meter.Trim(Ticks(time));
        }
        finally
        {
            Monitor.Exit(meter);
        }
    }

    private CallerLimits Of(VirtualKey? caller) =>
        caller is null ? _ofOthers : _ofKeys.TryGetValue(caller, out var known) ? known : _ofKeys.GetOrAdd(caller, Find(caller));

    private CallerLimits Find(VirtualKey? caller)
    {
        var found = _forAll.ToList();
        Add('k', caller?.Id);
        Add('t', caller?.TeamId);
        Add('c', caller?.CustomerId);
        Add('u', caller?.UserId);
        return new CallerLimits(this, found);

        void Add(char kind, string? id)
        {
            if (id is not null && _byOwner.TryGetValue((kind, id), out var list)) found.AddRange(list.Where(meter => meter.Limit.Scope.Covers(caller)));
        }
    }

    /// <summary>Where a limit is found: by the narrowest of what its scope names.</summary>
    private List<LimitMeter> ListOf(Scope scope)
    {
        (char, string)? owner = scope switch
        {
            { VirtualKey: { } key } => ('k', key),
            { User: { } user } => ('u', user),
            { Team: { } team } => ('t', team),
            { Customer: { } customer } => ('c', customer),
            _ => null,
        };
        if (owner is not { } known) return _forAll;
        if (!_byOwner.TryGetValue(known, out var list)) _byOwner[known] = list = new List<LimitMeter>(1);
        return list;
    }
}
