using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Core.Upstream.Relay;
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
    private static readonly RawJson GoOn = RawJson.FromString(
        "Your last message was cut off by a technical failure. Go on exactly where it ends. Do not repeat anything, do not apologise, and do not mention the interruption.");

    /// <summary>Lets the candidates that are left go on; false if none has brought the answer to its end. The client has not been told then.</summary>
    public static async ValueTask<bool> TryAsync(Exchange exchange, CandidateRun broken, CandidateLine line, TimeProvider time, ILogger log)
    {
        var usage = broken.Usage;
        if (broken.Client?.Spoken is not { CanContinue: true } spoken || exchange.DecodeRequest() is not { IsOk: true, Value.Output: null }) return false;
        while (line.Next() is { } candidate)
        {
            var splice = new StreamSplice(spoken, usage);
            using var run = new CandidateRun(exchange, candidate, time, broken.Client, splice);
            if (!await run.OpenAsync((all, next) => Prepare(all, next, spoken.Text), exchange.ClientGone))
            {
                log.LogInformation("{Candidate} cannot go on: {Message}", candidate, run.Error!.Message);
                continue;
            }

            log.LogInformation("{Candidate} goes on after {Characters} characters", candidate, spoken.Text.Length);
            exchange.ContinuedBy = candidate;
            var failure = await run.RelayAsync();
            exchange.Usage = run.Usage is { } second ? splice.Sum(second) : usage;
            if (failure is null) return true;
            if (!spoken.CanContinue) return false;
            usage = exchange.Usage;
        }

        return false;
    }

    /// <summary>The request with the answer so far at its end.</summary>
    private static Decoded<PreparedRequest> Prepare(Exchange exchange, Candidate candidate, string text)
    {
        if (candidate.Provider.EndpointFor(exchange.Client.Id) is not { } endpoint)
            return new GatewayError(ErrorKind.NotSupported, $"provider '{candidate.Provider.Name}' offers no chat API that Causeway speaks");
        var request = exchange.DecodeRequest().Value!;
        var length = request.Turns.Count;
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
        }
    }
}
