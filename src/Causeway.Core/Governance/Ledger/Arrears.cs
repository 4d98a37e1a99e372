using Microsoft.Extensions.Logging;

namespace Causeway.Core.Governance.Ledger;

/// <summary>
/// Entries that the journal could not take when their exchange was over: the client had left, so there was nobody to refuse an answer to, and the
/// provider is paid all the same. They are kept in memory, so many and no more, and written as soon as that is possible again. Thread-safe.
/// </summary>
internal sealed class Arrears(Action<IReadOnlyList<LedgerEntry>> append, TimeProvider time, ILogger log) : IAsyncDisposable
{
    /// <summary>Most entries that are kept: some megabytes. While the disk is full no provider is asked, so that only calls under way add to them.</summary>
    public const int Most = 10_000;

    private const int LargestWrite = 100;   // a little room takes some of them
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<LedgerEntry> _entries = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;
    private long _lost;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    /// <summary>Keeps entries until they can be written; those that are too many are counted, and told of in the end.</summary>
    public void Add(IReadOnlyList<LedgerEntry> entries)
    {
        lock (_lock)
        {
            var room = Math.Min(entries.Count, Most - _entries.Count);
            for (var i = 0; i < room; i++) _entries.Add(entries[i]);
            _lost += entries.Count - room;
            if (_isWriting || _stop.IsCancellationRequested) return;
            _isWriting = true;
            _writing = WriteAsync();
        }
    }

    /// <summary>Tries a last time.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writing;
        TryWrite();
        if (_entries.Count + _lost is > 0 and var lost) log.LogError("{Entries} entries of the ledger are lost: the journal could not be written to the end", lost);
        _stop.Dispose();
    }

    private async Task WriteAsync()
    {
        do
        {
            await Task.Delay(Pause, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!_stop.IsCancellationRequested && !TryWrite());
    }

    /// <summary>Writes as many as can be; true if that is all.</summary>
    private bool TryWrite()
    {
        lock (_lock)
        {
            try
            {
                while (_entries.Count > 0)
                {
                    var count = Math.Min(_entries.Count, LargestWrite);
                    append(_entries[..count]);
                    _entries.RemoveRange(0, count);
                }

                _isWriting = false;
                return true;
            }
            catch (IOException)
            {
                return false;   // why is in the log, once
            }
        }
    }
}
