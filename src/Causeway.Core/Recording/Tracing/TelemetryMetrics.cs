using System.Diagnostics;
using System.Diagnostics.Metrics;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Metrics;

namespace Causeway.Core.Recording.Tracing;

/// <summary>
/// The metrics of the GenAI semantic conventions, and the cost. To providers the gateway is a client: <c>gen_ai.client.*</c>, once a call. To its clients it is
/// the server of the models: <c>gen_ai.server.*</c>, once a request. Names and buckets:
/// https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-metrics.md, read 2026-11-26.
/// </summary>
internal sealed class TelemetryMetrics
{
    private static readonly double[] Seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
    private static readonly double[] FirstSeconds = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
    private static readonly double[] TokenSeconds = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5];
    private static readonly long[] Tokens = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

    private readonly Histogram<double> _callDuration;
    private readonly Histogram<long> _callTokens;
    private readonly Histogram<double> _callFirst;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _first;
    private readonly Histogram<double> _perToken;
    private readonly Counter<double> _cost;

    public TelemetryMetrics(Meter meter)
    {
        _callDuration = Times("gen_ai.client.operation.duration", "From sending an upstream call to the end of its answer.", Seconds);
        _callTokens = meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Tokens of an upstream call.", tags: null, new InstrumentAdvice<long> { HistogramBucketBoundaries = Tokens });
        _callFirst = Times("gen_ai.client.operation.time_to_first_chunk", "From sending an upstream call to the first content of its stream.", Seconds);
        _duration = Times("gen_ai.server.request.duration", "From a request to the end of its answer.", Seconds);
        _first = Times("gen_ai.server.time_to_first_token", "From a request to the first content of its stream.", FirstSeconds);
        _perToken = Times("gen_ai.server.time_per_output_token", "Of a stream, the time for each token after the first.", TokenSeconds);
        _cost = meter.CreateCounter<double>("causeway.cost", "{USD}", "What upstream calls cost in US dollars.");

        Histogram<double> Times(string name, string description, double[] buckets) =>
            meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });
    }

    /// <summary>Adds an exchange that is over.</summary>
    public void Add(Exchange exchange, TimeSpan elapsed, int status)
    {
        for (var i = 0; i < exchange.Trail.Count; i++) Add(exchange, exchange.Trail[i], exchange.Bill!.Costs[i]);
        if (exchange.Answering is not { } target) return;   // it was refused before anybody was chosen: no provider's metric
        var tags = new TagList
        {
            { GenAiNames.Operation, GenAiWords.OperationOf(exchange.Client.Id) },
            { GenAiNames.Provider, GenAiWords.ProviderOf(target.Provider.Config.Provider) },
            { GenAiNames.RequestModel, Labels.ModelOf(target, hasAnswered: status == 200) },
        };
        if (exchange.FirstContentAfter is { } first)
        {
            _first.Record(first.TotalSeconds, tags);
            if (exchange is { Error: null, Usage.OutputTokens: > 1 and var tokens }) _perToken.Record((elapsed - first).TotalSeconds / (tokens - 1), tags);
        }

        if (exchange.Error is { } error) tags.Add(CommonNames.ErrorType, ErrorWords.Of(error.Kind));
        _duration.Record(elapsed.TotalSeconds, tags);
    }

    private void Add(Exchange exchange, Attempt attempt, decimal? cost)
    {
        var target = attempt.Target;
        var (provider, model) = (GenAiWords.ProviderOf(target.Provider.Config.Provider), Labels.ModelOf(target, hasAnswered: attempt.Status == 200));
        if (attempt.Trace is { } trace)
        {
            var tags = new TagList
            {
                { GenAiNames.Operation, GenAiWords.OperationOf(trace.Dialect) }, { GenAiNames.Provider, provider }, { GenAiNames.RequestModel, model },
                { CommonNames.ServerAddress, trace.Url.Host }, { CommonNames.ServerPort, trace.Url.Port },
            };
            if (trace.FirstContentAfter is { } first) _callFirst.Record(first.TotalSeconds, tags);
            if (LedgerEntries.IsDue(attempt) && attempt.Usage is { } usage)
            {
                AddTokens(usage.InputTokens, "input", tags);
                AddTokens(usage.OutputTokens, "output", tags);
            }

            if (attempt.Status != 200) tags.Add(CommonNames.ErrorType, AttemptTable.OutcomeOf(attempt));
            _callDuration.Record(attempt.Elapsed.TotalSeconds, tags);
        }

        if (cost is not { } dollars) return;
        var payers = new TagList { { GenAiNames.Provider, provider }, { GenAiNames.RequestModel, model } };
        if (Labels.KeyOf(exchange) is { Length: > 0 } key) payers.Add(OwnNames.VirtualKey, key);
        if (Labels.TeamOf(exchange) is { Length: > 0 } team) payers.Add(OwnNames.Team, team);
        _cost.Add((double)dollars, payers);
    }

    private void AddTokens(long? count, string type, TagList tags)
    {
        if (count is not { } tokens) return;
        tags.Add(GenAiNames.TokenType, type);
        _callTokens.Record(tokens, tags);
    }
}
