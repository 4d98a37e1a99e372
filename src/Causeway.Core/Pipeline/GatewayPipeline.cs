using Causeway.Core.Authentication;
using Causeway.Core.Counting;
using Causeway.Core.Governance;
using Causeway.Core.Recording.Live;
using Causeway.Core.Recording.Metrics;
using Causeway.Core.Recording.Tracing;
using Causeway.Core.Responses;
using Causeway.Core.Routing;
using Causeway.Core.Upstream;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Pipeline;

/// <summary>The whole life of an exchange, top to bottom.</summary>
public sealed class GatewayPipeline(ILoggerFactory logs, TimeProvider time, ResponseStore store, ResponseHomes homes, GatewayMetrics metrics, LiveHub live, Telemetry? telemetry = null)
{
    /// <summary>What happens to a request for an answer.</summary>
    public ExchangeDelegate Answer { get; } = Common(logs, time, metrics, live, telemetry)
        .Use(new Admit(time))                                      // the caller's rate limits
        .Use(new Route(time))                                      // rules, virtual key, aliases, fallbacks -> ordered candidates
        .Use(new KeepResponses(store, homes))                      // what an answer goes on from, and what may go on from it
        .Run(new Dispatch(logs.CreateLogger<Dispatch>(), time));   // each attempt: lane, key, funds, call, relay

    /// <summary>What happens to a request that only wants its tokens counted. No limit counts it: Claude Code sends fifteen at once.</summary>
    public ExchangeDelegate CountTokens { get; } = Common(logs, time, metrics: null, live: null, telemetry: null)
        .Use(new Route(time))
        .Run(new CountTokens(time));                               // the provider's count, else an estimate

    /// <summary>What happens to a request to shorten a conversation.</summary>
    public ExchangeDelegate Compact { get; } = Common(logs, time, metrics, live, telemetry)
        .Use(new Admit(time))
        .Use(new Route(time))
        .Use(new KeepResponses(store, homes))
        .Use(new CompactResponse(time))                            // the provider's own, else a summary
        .Run(new Dispatch(logs.CreateLogger<Dispatch>(), time));

    private static Stages Common(ILoggerFactory logs, TimeProvider time, GatewayMetrics? metrics, LiveHub? live, Telemetry? telemetry) => new Stages()
        .Use(new Record(logs.CreateLogger<Record>(), time, metrics, live, telemetry))   // counts, spans, one log line; always runs
        .Use(new TranslateErrors(logs.CreateLogger<TranslateErrors>()))   // GatewayError -> the caller's dialect
        .Use(new ReadRequest())                                    // body, model, stream; refuses what is no request
        .Use(new Authenticate(time))                               // virtual key -> caller
        .Use(new Announce(live));                                  // who watches is told

    private sealed class Stages
    {
        private readonly List<IStage> _stages = [];

        public Stages Use(IStage stage)
        {
            _stages.Add(stage);
            return this;
        }

        public ExchangeDelegate Run(IStage last)
        {
            ExchangeDelegate rest = exchange => last.InvokeAsync(exchange, _ => ValueTask.CompletedTask);
            for (var i = _stages.Count - 1; i >= 0; i--)
            {
                var (stage, next) = (_stages[i], rest);
                rest = exchange => stage.InvokeAsync(exchange, next);
            }

            return rest;
        }
    }
}
