using System.Collections.Concurrent;
using Causeway.Core.Configuration;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Tracing;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Recording.Capture;

/// <summary>
/// The request log: exchanges are posted when they are over, and written to a store in batches by a thread of its own, which gives way to requests. Posting never
/// waits: what is too much for it, or for the database, is dropped and counted, what was said before rows.
/// </summary>
public sealed class RequestLog : IRequestLog, IAsyncDisposable
{
    private const int MostQueued = 8192;
    private const int MostQueuedWithContent = 512;   // more at a time is a flood: for a while there are only rows
    private const long MostBytes = 16 << 20;
    private const int LargestBatch = 256;            // what is made and written soon does not grow old in memory
    private const long LargestBatchBytes = 4 << 20;
    private const int MostAttempts = 6;

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Flood = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentQueue<LogDraft> _queue = new();
    private readonly Func<Task<ILogStore>> _open;
    private readonly Func<LogConfig> _config;
    private readonly IReadOnlyList<ILogObserver> _observers;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ManualResetEventSlim _news = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LogConfig? _editOf;
    private ContentEdit _edit = ContentEdit.None;
    private int _isStarted;
    private long _flooded;   // when a flood was last seen, a timestamp
    private int _isFlooded;
    private int _queued;
    private long _bytes;
    private long _written;
    private long _dropped;
    private long _contentsDropped;
    private long _failed;
    private string? _problem;

    /// <summary>Writes what is posted.</summary>
    /// <param name="open">Opens the store when it is first needed, and gives it again.</param>
    /// <param name="config">What is kept, as it is configured now.</param>
    /// <param name="observers">Look at each exchange.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told of what fails.</param>
    public RequestLog(Func<Task<ILogStore>> open, Func<LogConfig> config, IReadOnlyList<ILogObserver> observers, TimeProvider time, ILogger<RequestLog> log) =>
        (_open, _config, _observers, _time, _log) = (open, config, observers, time, log);

    /// <summary>How long the rest may take when the gateway stops.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How it gets on.</summary>
    public LogStatus Status => new(
        Volatile.Read(ref _queued), Interlocked.Read(ref _written), Interlocked.Read(ref _dropped), Interlocked.Read(ref _contentsDropped), Interlocked.Read(ref _failed), Volatile.Read(ref _problem));

    /// <inheritdoc/>
    bool IRequestLog.TakesContent => Volatile.Read(ref _isFlooded) == 0;

    /// <inheritdoc/>
    void IRequestLog.Post(LogDraft draft)
    {
        var waiting = Interlocked.Increment(ref _queued);
        if (waiting > MostQueued || _stop.IsCancellationRequested)
        {
            Interlocked.Decrement(ref _queued);
            draft.Dispose();
            Drop(1, "too many requests wait for it");
            return;
        }

        if (draft.HasLostContent) Interlocked.Increment(ref _contentsDropped);
        var bytes = Interlocked.Add(ref _bytes, draft.Bytes);
        if (waiting > MostQueuedWithContent || bytes > MostBytes) NoteFlood();
        if (bytes > MostBytes && draft.Bytes > 0) DropContent(draft);
        _queue.Enqueue(draft);
        if (!_news.IsSet) _news.Set();
        if (_isStarted == 0 && Interlocked.Exchange(ref _isStarted, 1) == 0) new Thread(Run) { IsBackground = true, Name = "request log" }.Start();
    }

    /// <summary>Writes what is left, as far as that is possible in time.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _news.Set();
        if (Interlocked.Exchange(ref _isStarted, 1) == 0) _ended.SetResult();
        await Task.WhenAny(_ended.Task, Task.Delay(StopWithin, _time));
        await _giveUp.CancelAsync();
        await _ended.Task;
        _news.Dispose();
        _stop.Dispose();
        _giveUp.Dispose();
    }

    private void Run()
    {
        using var content = new ContentBuilder(_time);
        ThreadPriorities.GiveWay();
        while (true)
        {
            if (_queue.IsEmpty)
            {
                if (_stop.IsCancellationRequested) break;
                _news.Wait();
                _stop.Token.WaitHandle.WaitOne(Gathering);   // for more to come
            }

            _news.Reset();
            var batch = Take(content);
            if (batch.Count > 0) Write(batch, content);
        }

        _ended.SetResult();
    }

    private List<LogRecord> Take(ContentBuilder content)
    {
        if (_isFlooded != 0 && _time.GetElapsedTime(Volatile.Read(ref _flooded)) > Flood) Volatile.Write(ref _isFlooded, 0);
        var (batch, bytes) = (new List<LogRecord>(), 0L);
        while (batch.Count < LargestBatch && bytes < LargestBatchBytes && _queue.TryDequeue(out var draft))
        {
            Interlocked.Decrement(ref _queued);
            bytes += draft.Bytes;
            Interlocked.Add(ref _bytes, -draft.Bytes);
            if (_isFlooded != 0 && draft.Bytes > 0)
            {
                draft.DropContent();
                Interlocked.Increment(ref _contentsDropped);
            }

            if (Prepare(draft, content) is { } record) batch.Add(record);
        }

        return batch;
    }

    /// <summary>Makes the row and what is kept beside it. What was said may be anything: whatever it brings about, the row is written.</summary>
    private LogRecord? Prepare(LogDraft draft, ContentBuilder content)
    {
        Said? said = null;
        LogContent? kept = null;
        ExchangeDigest? digest = null;
        try
        {
            said = Said.Of(draft);
            digest = draft.Headers.Session is null ? null : DigestBuilder.Of(said);   // only what belongs together is compared
            if (said is not null) kept = content.Build(draft, said, EditOf(_config()));
            if (said is not null) draft.Trace?.Close(TracedContent.Of(said, draft.Policy == ContentPolicy.Redact ? EditOf(_config()) : ContentEdit.None));
        }
        catch (Exception broken)
        {
            Interlocked.Increment(ref _contentsDropped);
            _log.LogError(broken, "what was said in an exchange could not be read for the request log");
        }

        try
        {
            var entry = LogEntryBuilder.Build(draft, said);
            foreach (var observer in _observers) observer.Note(entry, digest);
            return new LogRecord(entry, kept);
        }
        catch (Exception broken)
        {
            _log.LogError(broken, "an exchange could not be written to the request log");
            Interlocked.Increment(ref _dropped);
            return null;
        }
        finally
        {
            said?.Dispose();
            draft.Dispose();
        }
    }

    private void Write(List<LogRecord> batch, ContentBuilder content)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                _open().GetAwaiter().GetResult().AddAsync(batch, _giveUp.Token).GetAwaiter().GetResult();   // this thread has nothing else to do
                Interlocked.Add(ref _written, batch.Count);
                if (Interlocked.Exchange(ref _problem, null) is not null) _log.LogInformation("the request log's database works again");
                return;
            }
            catch (Exception problem)
            {
                Interlocked.Increment(ref _failed);
                if (Interlocked.Exchange(ref _problem, problem.Message) is null) _log.LogError("the request log's database does not take rows: {Problem}", problem.Message);
                if (attempt == MostAttempts || _giveUp.IsCancellationRequested) break;
                _stop.Token.WaitHandle.WaitOne(FirstPause * (1 << attempt));
            }
        }

        content.Forget();
        Drop(batch.Count, "its database does not take them");
    }

    private ContentEdit EditOf(LogConfig config)
    {
        if (ReferenceEquals(config, _editOf)) return _edit;
        (_editOf, _edit) = (config, ContentEdit.Of(config.Redaction));
        return _edit;
    }

    private void NoteFlood()
    {
        Volatile.Write(ref _flooded, _time.GetTimestamp());
        Volatile.Write(ref _isFlooded, 1);
    }

    private void DropContent(LogDraft draft)
    {
        Interlocked.Add(ref _bytes, -draft.Bytes);
        draft.DropContent();
        Interlocked.Increment(ref _contentsDropped);
    }

    private void Drop(int count, string why)
    {
        var before = Interlocked.Add(ref _dropped, count) - count;
        if (before == 0 || ulong.LeadingZeroCount((ulong)before) != ulong.LeadingZeroCount((ulong)(before + count)))
            _log.LogError("the request log drops rows, {Dropped} so far: {Why}", before + count, why);
    }
}
