namespace Causeway.Core.Recording.Capture;

/// <summary>Takes exchanges for the request log.</summary>
public interface IRequestLog
{
    /// <summary>Has it time for what is said? If not, rows come first.</summary>
    bool TakesContent { get; }

    /// <summary>An exchange is over. Returns at once: what is too much at a time is dropped, and counted.</summary>
    internal void Post(LogDraft draft);
}
