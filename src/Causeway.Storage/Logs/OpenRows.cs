using Causeway.Storage.Logs.Columns;

namespace Causeway.Storage.Logs;

/// <summary>Where a log stands.</summary>
/// <param name="Next">The number of the next row.</param>
/// <param name="Open">The first block that is not sealed.</param>
/// <param name="Changes">How often rows of blocks that are not sealed were changed or deleted.</param>
internal readonly record struct LogState(long Next, long Open, long Changes);

/// <summary>
/// The rows of blocks that are not sealed, kept in memory as columns know them: at most some blocks. They are a picture of the store's rows, which is
/// brought up to date before each question. For several threads.
/// </summary>
internal sealed class OpenRows
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, LogRow?[]> _blocks = [];
    private List<RowBlock>? _made;
    private LogState _state = new(0, 0, -1);

    /// <summary>What the picture is of.</summary>
    public LogState State
    {
        get
        {
            lock (_lock) return _state;
        }
    }

    /// <summary>Brings the picture up to date with rows that were read already; the blocks of it. For one caller at a time.</summary>
    /// <param name="state">How the store is.</param>
    /// <param name="isWhole">The rows are all that there are.</param>
    /// <param name="rows">The rows.</param>
    public IReadOnlyList<RowBlock> Update(LogState state, bool isWhole, IEnumerable<LogRow> rows)
    {
        lock (_lock)
        {
            if (state.Open > _state.Open) DropBelow(state.Open);
            if (isWhole) _blocks.Clear();
            _made = isWhole ? null : _made;
            Put(rows);
            _state = state;
            return Made();
        }
    }

    /// <summary>Brings the picture up to date; the blocks of it, or null if the picture is already newer than <paramref name="state"/>: look again.</summary>
    /// <param name="state">How the store is.</param>
    /// <param name="read">Reads the rows from a number on. Called with a lock held.</param>
    public IReadOnlyList<RowBlock>? Refresh(LogState state, Func<long, IEnumerable<LogRow>> read)
    {
        lock (_lock)
        {
            if (state.Open < _state.Open) return null;
            if (state.Open > _state.Open) DropBelow(state.Open);
            if (state.Changes > _state.Changes)
            {
                _blocks.Clear();
                _made = null;
                _state = state with { Next = 0 };
            }

            if (state.Next > _state.Next)
            {
                Put(read(Math.Max(_state.Next, state.Open * Block.Size)));
                _state = _state with { Next = state.Next };
            }

            return Made();
        }
    }

    /// <summary>Adds rows that were just written, so that they need not be read.</summary>
    /// <param name="before">The next row's number before.</param>
    /// <param name="after">And after.</param>
    /// <param name="rows">The rows.</param>
    public void Add(long before, long after, IReadOnlyList<LogRow> rows)
    {
        lock (_lock)
        {
            if (_state.Next != before) return;   // the next question reads them
            Put(rows);
            _state = _state with { Next = after };
        }
    }

    private List<RowBlock> Made() => _made ??= [.. _blocks.Select(pair => RowBlock.Of(pair.Key, [.. pair.Value]))];

    private void Put(IEnumerable<LogRow> rows)
    {
        foreach (var row in rows)
        {
            var number = Block.Of(row.Number);
            if (number < _state.Open) continue;
            if (!_blocks.TryGetValue(number, out var block)) _blocks.Add(number, block = new LogRow?[Block.Size]);
            block[Block.PlaceOf(row.Number)] = row;
            _made = null;
        }
    }

    private void DropBelow(long open)
    {
        foreach (var number in _blocks.Keys.TakeWhile(number => number < open).ToList()) _blocks.Remove(number);
        _state = _state with { Open = open };
        _made = null;
    }
}
