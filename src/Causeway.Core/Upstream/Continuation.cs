using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Upstream;

/// <summary>
/// When an upstream dies in the middle of a text, the next candidate goes on with it, if the route wants that. It is given the conversation with
/// the text so far as the model's own last words; a model that cannot begin its answer with given words is asked to go on.
/// </summary>
internal static class Continuation
{
    private const long LeastTokens = 16;   // OpenAI refuses less

    private static readonly RawJson GoOn = RawJson.FromString(
        "Your last message was cut off by a technical failure. Go on exactly where it ends. Do not repeat anything, do not apologise, and do not mention the interruption.");

    /// <summary>Lets the candidates that are left go on; false if none has brought the answer to its end. The client has not been told then.</summary>
    public static async ValueTask<bool> TryAsync(Exchange exchange, CandidateRun first, GatewayError broken, CandidateLine line, TimeProvider time, ILogger log)
    {
        var usage = first.Usage;
        if (first.Client?.Spoken is not { CanContinue: true } spoken || broken.IsContentFilter || Settlement.IsOurs(broken) || exchange.DecodeRequest() is not { IsOk: true, Value.Output: null }) return false;
        while (line.Next() is { } candidate)
        {
            using var run = new CandidateRun(exchange, candidate, line, time, first.Client, usage);
            if (!await run.OpenAsync((all, next) => Prepare(all, next, spoken.Text, usage?.OutputTokens ?? 0), exchange.ClientGone))
            {
                log.LogInformation("{Candidate} cannot go on: {Message}", candidate, run.Error!.Message);
                continue;
            }

            log.LogInformation("{Candidate} goes on after {Characters} characters", candidate, spoken.Text.Length);
            exchange.ContinuedBy = candidate;
            try
            {
                if (await run.RelayAsync() is not { } again) return true;
                log.LogInformation("{Candidate} broke off: {Message}", candidate, again.Message);
                if (!spoken.CanContinue || again.IsContentFilter || Settlement.IsOurs(again)) return false;
            }
            finally
            {
                exchange.Usage = usage = run.Sum;
            }
        }

        return false;
    }

    /// <summary>The request with the answer so far at its end.</summary>
    private static Decoded<PreparedRequest> Prepare(Exchange exchange, Candidate candidate, string text, long tokens)
    {
        if (candidate.Provider.EndpointFor(exchange.Client.Id) is not { } endpoint)
            return new GatewayError(ErrorKind.NotSupported, $"provider '{candidate.Provider.Name}' offers no chat API that Causeway speaks");
        var request = exchange.DecodeRequest().Value!;
        var (length, limit) = (request.Turns.Count, request.MaxTokens);
        request.MaxTokens = limit is { } most ? Math.Max(LeastTokens, most - tokens) : null;
        var said = new Turn(Role.Assistant);
        said.Parts.Add(new TextPart(RawJson.FromString(text.TrimEnd())));
        request.Turns.Add(said);
        if (candidate.Traits.Prefills != true || request.Reasoning is { Mode: not ReasoningMode.Off })
        {
            var wish = new Turn(Role.User);
            wish.Parts.Add(new TextPart(GoOn));
            request.Turns.Add(wish);
        }

        try
        {
            return Lane.Translate(exchange, candidate, endpoint);
        }
        finally
        {
            request.Turns.RemoveRange(length, request.Turns.Count - length);
            request.MaxTokens = limit;
        }
    }
}
