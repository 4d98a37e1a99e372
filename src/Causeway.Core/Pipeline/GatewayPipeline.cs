using Causeway.Core.Counting;
using Causeway.Core.Routing;
using Causeway.Core.Upstream;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Pipeline;

/// <summary>The whole life of an exchange, top to bottom.</summary>
public static class GatewayPipeline
{
    /// <summary>The stages of a request for an answer, the outermost first.</summary>
    public static ExchangeDelegate Build(ILoggerFactory logs, TimeProvider time) => Common(logs, time)
        .Run(new Dispatch(logs.CreateLogger<Dispatch>(), time));   // each attempt: key, lane, send, relay

    /// <summary>The stages of a request that only wants its tokens counted.</summary>
    public static ExchangeDelegate BuildCounting(ILoggerFactory logs, TimeProvider time) => Common(logs, time)
        .Run(new CountTokens(time));                               // the provider's count, else an estimate

    private static Stages Common(ILoggerFactory logs, TimeProvider time) => new Stages()
        .Use(new Record(logs.CreateLogger<Record>(), time))        // one log line; always runs
        .Use(new TranslateErrors(logs.CreateLogger<TranslateErrors>()))   // GatewayError -> the caller's dialect
        .Use(new ReadRequest())                                    // body, model, stream; refuses what is no request
        .Use(new Route());                                         // aliases, providers, fallbacks -> ordered candidates

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
