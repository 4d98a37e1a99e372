namespace Causeway.Core.Recording.Log;

/// <summary>Looks at each exchange when it is over, on the log's own thread: neither requests nor the store wait for it. Called by one thread at a time.</summary>
public interface ILogObserver
{
    /// <summary>An exchange is over.</summary>
    /// <param name="entry">Its row.</param>
    /// <param name="digest">What was said in it, in hashes; null: it is not known, or the request belongs to no session.</param>
    void Note(LogEntry entry, ExchangeDigest? digest);
}

/// <summary>What was said in an exchange, in hashes: enough to see what changed from one request to the next, and nothing to be read by anybody.</summary>
public sealed record ExchangeDigest
{
    /// <summary>The system prompt; 0: there is none.</summary>
    public ulong System { get; init; }

    /// <summary>The tools that were offered, in their order: the name, and a hash of all of it.</summary>
    public IReadOnlyList<KeyValuePair<string, ulong>> Tools { get; init; } = [];

    /// <summary>The turns of the conversation, in their order.</summary>
    public IReadOnlyList<ulong> Turns { get; init; } = [];

    /// <summary>The tool calls of the answer, in their order: the name, and a hash of the arguments.</summary>
    public IReadOnlyList<KeyValuePair<string, ulong>> Calls { get; init; } = [];

    /// <summary>The results of tools in the last turn, all together; 0: there is none.</summary>
    public ulong Results { get; init; }

    /// <summary>The text of the answer; 0: there is none.</summary>
    public ulong AnswerText { get; init; }
}
