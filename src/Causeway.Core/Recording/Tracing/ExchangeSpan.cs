using System.Diagnostics;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Routing;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Recording.Tracing;

/// <summary>
/// What the span of an exchange says. Tokens and the answer's particulars are said by its attempts' spans alone, so that who adds up spans counts
/// nothing twice.
/// </summary>
internal static class ExchangeSpan
{
    private const int LongestText = 1024;   // characters: clients choose names, and may choose megabytes

    public static void Write(Activity span, Exchange exchange, TimeSpan elapsed, int status, string? session)
    {
        var request = exchange.Http.Request;
        var operation = GenAiWords.OperationOf(exchange.Client.Id);
        var asked = Cut(exchange.RequestedModel);
        span.DisplayName = asked.Length > 0 ? $"{operation} {asked}" : operation;
        span.AddTag(GenAiNames.Operation, operation);
        if (asked.Length > 0) span.AddTag(GenAiNames.RequestModel, asked);
        if (exchange.Stream) span.AddTag(GenAiNames.Stream, true);
        if (session is not null) span.AddTag(GenAiNames.Conversation, session);
        span.AddTag(CommonNames.Method, request.Method);
        span.AddTag(CommonNames.Path, Cut(request.Path.Value ?? "/"));
        span.AddTag(CommonNames.Status, status);
        if (request.Headers.UserAgent is [{ Length: > 0 } agent]) span.AddTag(CommonNames.UserAgent, Cut(agent));
        if (exchange.FirstContentAfter is { } first) span.AddTag(GenAiNames.TimeToFirstChunk, first.TotalSeconds);
        WriteOwn(span, exchange, elapsed);
        WriteEnd(span, exchange, status);
    }

    /// <summary>What was said.</summary>
    public static void Write(Activity span, TracedContent content)
    {
        if (content.Input is { } input) span.AddTag(GenAiNames.InputMessages, input);
        if (content.Output is { } output) span.AddTag(GenAiNames.OutputMessages, output);
        if (content.System is { } system) span.AddTag(GenAiNames.SystemInstructions, system);
    }

    private static void WriteOwn(Activity span, Exchange exchange, TimeSpan elapsed)
    {
        span.AddTag(OwnNames.Exchange, exchange.Id.ToString());
        span.AddTag(OwnNames.Dialect, exchange.Client.Id.Name());
        if (exchange.Caller is { } caller)
        {
            span.AddTag(OwnNames.VirtualKey, caller.Id);
            if (caller.TeamId is { } team) span.AddTag(OwnNames.Team, team);
        }

        if (exchange.Answering is { } target) span.AddTag(OwnNames.Target, Cut(target.ToString()));
        if (exchange.ContinuedBy is { } second) span.AddTag(OwnNames.ContinuedBy, Cut(second.ToString()));
        if (exchange.Candidates.Count > 0) span.AddTag(OwnNames.Route, Cut(DryRun.Explanation(exchange)));
        if (HeaderText.Losses(exchange.RequestLosses, exchange.AnswerLosses) is { Length: > 0 } losses) span.AddTag(OwnNames.Losses, losses);
        span.AddTag(OwnNames.Attempts, exchange.Trail.Count);
        span.AddTag(OwnNames.Overhead, (elapsed - exchange.Waits.Total).TotalSeconds);
        if (exchange.Bill!.Dollars is { } dollars) span.AddTag(OwnNames.Cost, (double)dollars);
    }

    /// <summary>A request that is refused is no failure of who refuses it: as of HTTP servers, only 500 and above are, and answers that break off.</summary>
    private static void WriteEnd(Activity span, Exchange exchange, int status)
    {
        if (exchange.Error is { } error)
        {
            span.AddTag(CommonNames.ErrorType, ErrorWords.Of(error.Kind));
            if (status >= 500 || exchange.ErrorIsSaid) span.SetStatus(ActivityStatusCode.Error, Cut(error.Message));
        }
        else if (status == Attempt.Abandoned)
        {
            span.AddTag(CommonNames.ErrorType, "client_left");
        }
    }

    internal static string Cut(string text) => text.Length > LongestText ? text[..LongestText] : text;
}
