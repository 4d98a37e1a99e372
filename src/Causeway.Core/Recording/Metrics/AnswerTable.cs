using System.Collections.Concurrent;
using System.Globalization;
using Causeway.Core.Pipeline;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Recording.Metrics;

/// <summary>The series of whole exchanges, by what tells them apart.</summary>
internal sealed class AnswerTable
{
    private readonly ConcurrentDictionary<Key, AnswerSeries> _known = new();
    private readonly CountedFamily<Count> _requests;
    private readonly CountedFamily<Durations> _duration;
    private readonly CountedFamily<Durations> _firstToken;
    private readonly CountedFamily<Durations> _overhead;
    private readonly CountedFamily<Count> _losses;

    /// <summary>Adds its metrics to <paramref name="registry"/>.</summary>
    public AnswerTable(MetricRegistry registry)
    {
        MetricLabel dialect = new("dialect"), provider = new("provider", IsOpen: true), model = new("model", IsOpen: true);
        _requests = registry.AddCounts(new("causeway_requests", MetricKind.Counter, "", "Requests that were answered, or came to nothing.", [dialect, provider, model, new("status"), .. Labels.OfCallers]));
        _duration = registry.AddDurations(new("causeway_request_duration_seconds", MetricKind.Histogram, "seconds", "From a request to the end of its answer.", dialect, provider, model), Buckets.OfRequests);
        _firstToken = registry.AddDurations(new("causeway_time_to_first_token_seconds", MetricKind.Histogram, "seconds", "From a request to the first content of its stream.", dialect, provider, model), Buckets.OfFirstTokens);
        _overhead = registry.AddDurations(new("causeway_overhead_seconds", MetricKind.Histogram, "seconds", "What a request took without the time in which an upstream was waited for.", dialect), Buckets.OfOverhead);
        _losses = registry.AddCounts(new("causeway_losses", MetricKind.Counter, "", "What could not be carried from one dialect to the other: each kind once a request.", dialect, new("direction")));
    }

    /// <summary>The series of an exchange.</summary>
    public AnswerSeries Of(Exchange exchange, int status)
    {
        var target = exchange.Answering;
        var key = new Key(exchange.Client.Id, target?.Provider.Name ?? "", target?.Model ?? "", status, Labels.KeyOf(exchange), Labels.TeamOf(exchange));
        if (_known.TryGetValue(key, out var known)) return known;
        if (target is not null) key = key with { Model = Labels.ModelOf(target, hasAnswered: status == 200) };
        if (_known.TryGetValue(key, out known)) return known;
        if (_known.Count < MetricRegistry.MostSeries) return _known.GetOrAdd(key, Make(key));
        key = key with { Provider = Labels.Close(key.Provider), Model = Labels.Close(key.Model), VirtualKey = Labels.Close(key.VirtualKey), Team = Labels.Close(key.Team) };
        return _known.TryGetValue(key, out known) ? known : _known.GetOrAdd(key, Make(key));
    }

    private AnswerSeries Make(Key key)
    {
        var dialect = key.Dialect.Name();
        return new AnswerSeries(() => _firstToken.With(dialect, key.Provider, key.Model))
        {
            Requests = _requests.With(dialect, key.Provider, key.Model, key.Status.ToString(CultureInfo.InvariantCulture), key.VirtualKey, key.Team),
            Duration = _duration.With(dialect, key.Provider, key.Model),
            Overhead = _overhead.With(dialect),
            RequestLosses = _losses.With(dialect, "request"),
            AnswerLosses = _losses.With(dialect, "answer"),
        };
    }

    private readonly record struct Key(DialectId Dialect, string Provider, string Model, int Status, string VirtualKey, string Team)
    {
        /// <summary>Of what tells most of them apart: hashing texts is most of the work.</summary>
        public override int GetHashCode() => HashCode.Combine((int)Dialect, Model, Status, VirtualKey);
    }
}

/// <summary>The series of exchanges of one kind.</summary>
/// <param name="firstToken">Finds that of the first token when it is needed: not everybody streams.</param>
internal sealed class AnswerSeries(Func<Durations> firstToken)
{
    public required Count Requests { get; init; }

    public required Durations Duration { get; init; }

    public Durations FirstToken => field ??= firstToken();

    public required Durations Overhead { get; init; }

    public required Count RequestLosses { get; init; }

    public required Count AnswerLosses { get; init; }
}
