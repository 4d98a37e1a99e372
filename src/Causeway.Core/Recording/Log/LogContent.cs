namespace Causeway.Core.Recording.Log;

/// <summary>What was said in an exchange, as it is kept beside its row: packed, and without what the policy takes out.</summary>
public sealed record LogContent
{
    /// <summary>The words by which it is found: the last turn, and the answer. They are indexed, not kept; empty in what is read.</summary>
    public string Text { get; init; } = "";

    /// <summary>What there is.</summary>
    public IReadOnlyList<LogPart> Parts { get; init; } = [];

    /// <summary>Pieces that parts refer to, of those that may not be in the store yet; empty in what is read.</summary>
    public IReadOnlyList<LogPiece> Pieces { get; init; } = [];
}

/// <summary>One of the bodies of an exchange.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Packed">It, packed; what it is packed like is the packer's business.</param>
public sealed record LogPart(LogPartKind Kind, ReadOnlyMemory<byte> Packed);

/// <summary>A piece of a body that others have, too: conversations repeat themselves in each request.</summary>
/// <param name="Hash">What it is known by: 16 bytes of its hash.</param>
/// <param name="Packed">It, packed.</param>
public sealed record LogPiece(UInt128 Hash, ReadOnlyMemory<byte> Packed);

/// <summary>What a body is. The numbers are kept in stores.</summary>
public enum LogPartKind
{
    /// <summary>The request as the client sent it.</summary>
    Request = 0,

    /// <summary>The answer: JSON in the gateway's own form, the same for all dialects.</summary>
    Answer = 1,

    /// <summary>The request as it went to the provider that answered.</summary>
    UpstreamRequest = 2,

    /// <summary>What that provider sent back.</summary>
    UpstreamAnswer = 3,
}

/// <summary>A row of the log with what was said in it.</summary>
/// <param name="Entry">The row.</param>
/// <param name="Content">What was said; null: it is not kept.</param>
public sealed record LogRecord(LogEntry Entry, LogContent? Content = null);
