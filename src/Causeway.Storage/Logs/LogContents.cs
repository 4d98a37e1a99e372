using Causeway.Core.Recording.Log;

namespace Causeway.Storage.Logs;

/// <summary>How what was said is kept, in both databases.</summary>
internal static class LogContents
{
    /// <summary>A piece is written anew to say that it is used, but not for so many milliseconds.</summary>
    public const long Unhurried = 10 * 60 * 1000;

    /// <summary>A piece that a row refers to was said to be used at most so many milliseconds before it: who packs says it each hour.</summary>
    public const long Resent = 2 * 60 * 60 * 1000;

    private const LogPartKind Nothing = (LogPartKind)(-1);

    /// <summary>The parts of a content; where there are none one that says so, so that its words go when their time comes.</summary>
    public static IReadOnlyList<LogPart> PartsOf(LogContent content) => content.Parts.Count > 0 ? content.Parts : [new LogPart(Nothing, ReadOnlyMemory<byte>.Empty)];
}
