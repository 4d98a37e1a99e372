using System.Diagnostics;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Metrics;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Recording.Tracing;

/// <summary>What the span of an upstream call says.</summary>
internal static class AttemptSpan
{
    public static void Write(Activity span, Exchange exchange, Attempt attempt, decimal? cost, string? session)
    {
        var (trace, target) = (attempt.Trace!, attempt.Target);
        span.DisplayName = ExchangeSpan.Cut(span.DisplayName);
        span.AddTag(GenAiNames.Operation, GenAiWords.OperationOf(trace.Dialect));
        span.AddTag(GenAiNames.Provider, GenAiWords.ProviderOf(target.Provider.Config.Provider));
        span.AddTag(GenAiNames.RequestModel, ExchangeSpan.Cut(target.Model));
        span.AddTag(CommonNames.ServerAddress, trace.Url.Host);
        span.AddTag(CommonNames.ServerPort, trace.Url.Port);
        if (session is not null) span.AddTag(GenAiNames.Conversation, session);
        RequestParameters.Write(span, exchange);
        WriteAnswer(span, trace);
        WriteUsage(span, attempt, cost);
        span.AddTag(OwnNames.Attempt, trace.Number);
        span.AddTag(OwnNames.Provider, target.Provider.Name);
        if (attempt.Key is { } key) span.AddTag(OwnNames.Key, key);
        span.AddTag(OwnNames.Dialect, trace.Dialect.Name());
        span.AddTag(OwnNames.Lane, LaneOf(trace.Lane));
        WriteEnd(span, attempt);
    }

    private static void WriteAnswer(Activity span, AttemptTrace trace)
    {
        if (trace.HttpStatus > 0) span.AddTag(CommonNames.Status, trace.HttpStatus);
        if (trace.AnswerId is { Length: > 0 } id) span.AddTag(GenAiNames.ResponseId, id);
        if (trace.Model is { Length: > 0 } model) span.AddTag(GenAiNames.ResponseModel, ExchangeSpan.Cut(model));
        if (trace.Stop is { } stop) span.AddTag(GenAiNames.FinishReasons, GenAiWords.FinishReasonsOf(stop));
        if (trace.FirstContentAfter is { } first) span.AddTag(GenAiNames.TimeToFirstChunk, first.TotalSeconds);
    }

    private static void WriteUsage(Activity span, Attempt attempt, decimal? cost)
    {
        if (!LedgerEntries.IsDue(attempt) || attempt.Usage is not { } usage) return;
        Add(GenAiNames.InputTokens, usage.InputTokens);
        Add(GenAiNames.OutputTokens, usage.OutputTokens);
        Add(GenAiNames.CacheReadTokens, usage.CacheReadTokens);
        Add(GenAiNames.CacheWriteTokens, usage.CacheWriteTokens);
        Add(GenAiNames.ReasoningTokens, usage.ReasoningTokens);
        if (usage.IsEstimate) span.AddTag(OwnNames.IsEstimate, true);
        if (cost is { } dollars) span.AddTag(OwnNames.Cost, (double)dollars);

        void Add(string name, long? tokens)
        {
            if (tokens is { } count) span.AddTag(name, count);
        }
    }

    /// <summary>Who was not waited for has not failed.</summary>
    private static void WriteEnd(Activity span, Attempt attempt)
    {
        var outcome = AttemptTable.OutcomeOf(attempt);
        span.AddTag(OwnNames.Outcome, outcome);
        if (attempt.Status is 200 or Attempt.Abandoned) return;
        span.AddTag(CommonNames.ErrorType, outcome);
        span.SetStatus(ActivityStatusCode.Error, ExchangeSpan.Cut(attempt.Why ?? outcome));
    }

    private static string LaneOf(LaneKind lane) => lane switch
    {
        LaneKind.Verbatim => "verbatim",
        LaneKind.Patched => "patched",
        _ => "translated",
    };
}
