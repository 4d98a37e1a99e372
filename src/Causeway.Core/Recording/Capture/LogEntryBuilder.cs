using Causeway.Core.Governance;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Log;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Recording.Capture;

/// <summary>Makes rows of what was taken from exchanges.</summary>
internal static class LogEntryBuilder
{
    private const int LongestName = 200;      // clients may name a model with megabytes
    private const int LongestMessage = 2000;

    private static readonly string[] StopWords = ["end", "length", "tool_use", "stop_sequence", "filter", "other"];   // in the order of StopReason

    /// <summary>The row of an exchange.</summary>
    /// <param name="draft">What was taken.</param>
    /// <param name="said">What was said in it; null if that is not known.</param>
    public static LogEntry Build(LogDraft draft, Said? said)
    {
        var (caller, headers, answering) = (draft.Caller, draft.Headers, draft.Answering);
        var due = new Tokens(draft.Trail);
        return new LogEntry
        {
            Id = draft.Id == Guid.Empty ? Guid.CreateVersion7(draft.Time) : draft.Id,
            Time = DateTimeOffset.FromUnixTimeMilliseconds(draft.Time.ToUnixTimeMilliseconds()),
            Dialect = draft.Dialect.Id.Name(),
            Provider = answering?.Provider.Name,
            Model = Cut(answering?.Model, LongestName),
            Asked = Cut(draft.Asked, LongestName)!,
            Key = draft.Trail is [.., var last] ? last.Key : null,
            Status = draft.Status,
            Error = draft.Error is { } error ? ErrorWords.Of(error.Kind) : null,
            Stop = said?.Stop is { } stop ? StopWords[(int)stop] : null,
            Stream = draft.Stream,
            VirtualKey = caller?.Id,
            Team = caller?.TeamId,
            Customer = caller?.CustomerId,
            User = caller?.UserId,
            Session = headers.Session,
            SessionName = headers.SessionName,
            Agent = headers.Agent,
            ParentAgent = headers.ParentAgent,
            Client = ClientOf(headers.UserAgent),
            Repository = headers.Repository,
            Branch = headers.Branch,
            Rule = draft.Rule,
            Losses = [.. LossesOf(draft.RequestLosses, isOfAnswer: false), .. LossesOf(draft.AnswerLosses, isOfAnswer: true)],
            Tools = said?.Tools ?? [],
            Custom = headers.Custom,
            Duration = draft.Duration,
            FirstToken = draft.FirstToken,
            Overhead = draft.Duration > draft.Waited ? draft.Duration - draft.Waited : TimeSpan.Zero,
            InputTokens = due.Sum(usage => usage.InputTokens),
            CacheReadTokens = due.Sum(usage => usage.CacheReadTokens),
            CacheWriteTokens = due.Sum(usage => usage.CacheWriteTokens),
            OutputTokens = due.Sum(usage => usage.OutputTokens),
            ReasoningTokens = due.Sum(usage => usage.ReasoningTokens),
            Dollars = draft.Bill.IsUnknown ? null : draft.Bill.Known,
            Unrated = draft.Bill.Unrated,
            SavedDollars = draft.Bill.SavedDollars,
            RequestBytes = draft.RequestBytes,
            Attempts = AttemptsOf(draft.Trail, draft.Bill),
            Route = answering is null ? null : Cut(DryRun.Explanation(draft.Why), LongestMessage),
            Message = Cut(draft.Error?.Message, LongestMessage),
            Path = headers.Path,
            UserAgent = headers.UserAgent,
            AnswerId = draft.AnswerId,
            ContinuedBy = draft.ContinuedBy?.ToString(),
        };
    }

    private static IEnumerable<LogLoss> LossesOf(LossReport report, bool isOfAnswer) =>
        report.Losses.Select(loss => new LogLoss(Cut(loss.Key.Path, LongestName)!, loss.Key.Reason, loss.Value, isOfAnswer));

    private static LogAttempt[] AttemptsOf(IReadOnlyList<Attempt> trail, Bill bill)
    {
        var attempts = new LogAttempt[trail.Count];
        for (var i = 0; i < attempts.Length; i++)
        {
            var attempt = trail[i];
            attempts[i] = new LogAttempt(attempt.Target.Provider.Name, Cut(attempt.Target.Model, LongestName)!, attempt.Key, attempt.Status, attempt.Elapsed, Cut(attempt.Why, LongestMessage))
            {
                InputTokens = attempt.Usage?.InputTokens,
                OutputTokens = attempt.Usage?.OutputTokens,
                Dollars = bill.Costs[i],
            };
        }

        return attempts;
    }

    /// <summary>The first word of a user agent: <c>claude-cli/2.1.0</c>.</summary>
    private static string? ClientOf(string? agent) => agent is null ? null : Cut(agent.AsSpan(0, agent.IndexOf(' ') is > 0 and var end ? end : agent.Length).ToString(), LongestName);

    private static string? Cut(string? text, int most) => text is { } known && known.Length > most ? known[..most] : text;

    /// <summary>The tokens of those attempts that a provider worked for.</summary>
    private readonly struct Tokens(IReadOnlyList<Attempt> trail)
    {
        public long? Sum(Func<Usage, long?> count)
        {
            long? sum = null;
            foreach (var attempt in trail)
            {
                if (LedgerEntries.IsDue(attempt) && attempt.Usage is { } usage && count(usage) is { } more) sum = (sum ?? 0) + more;
            }

            return sum;
        }
    }
}
