namespace Causeway.Core.Recording.Capture;

/// <summary>Takes exchanges for the request log.</summary>
public interface IRequestLog
{
    /// <summary>An exchange is over. Returns at once: what is too much at a time is dropped, and counted.</summary>
    internal void Post(LogDraft draft);
}
