namespace Causeway.Storage.Logs.Columns;

/// <summary>Finds the rows of blocks that pass all tests of a filter: heads first, bodies only of blocks that they leave open.</summary>
/// <param name="From">The first moment, in milliseconds since 1970.</param>
/// <param name="To">The last moment.</param>
/// <param name="Checks">The tests.</param>
/// <param name="Text">The words that must stand in what was said; null: it does not matter.</param>
internal sealed record BlockFilter(long From, long To, IReadOnlyList<Check> Checks, TextQuery? Text = null)
{
    private static readonly int TimeColumn = LogColumn.OfNumber(0);

    /// <summary>May the block have rows that pass, as far as times say?</summary>
    public bool MayPass(Block block) => block.Rows > 0 && block.Last >= From && block.First <= To;

    /// <summary>The rows of some blocks that pass, in the order of the blocks; blocks without any are left out.</summary>
    public async ValueTask<List<Selection>> SelectAsync(IColumnReader reader, IReadOnlyList<Block> blocks, CancellationToken cancel)
    {
        var open = blocks.Where(MayPass).ToList();
        if (open.Count == 0) return [];
        await reader.LoadAsync(open, [.. Checks.Select(check => check.Column).Distinct()], withBodies: false, cancel);
        var (verdicts, bodies) = (new Dictionary<Block, List<Check>>(), new Dictionary<int, List<Block>>());
        foreach (var block in open)
        {
            if (!block.IsGone && Undecided(block) is { } checks) verdicts.Add(block, checks);
        }

        foreach (var (block, checks) in verdicts)
        {
            foreach (var check in checks)
            {
                if (!bodies.TryGetValue(check.Column, out var wanted)) bodies.Add(check.Column, wanted = []);
                if (wanted.Count == 0 || wanted[^1] != block) wanted.Add(block);
            }
        }

        foreach (var (column, wanted) in bodies) await reader.LoadAsync(wanted, [column], withBodies: true, cancel);
        var selections = new List<Selection>();
        foreach (var (block, checks) in verdicts)
        {
            cancel.ThrowIfCancellationRequested();
            if (await SelectAsync(reader, block, checks, cancel) is { Count: > 0 } selection) selections.Add(selection);
        }

        return selections;
    }

    private async ValueTask<Selection> SelectAsync(IColumnReader reader, Block block, List<Check> checks, CancellationToken cancel)
    {
        if (checks.Count == 0 && Text is null) return new Selection(block, null, block.Rows);
        var mask = RowMask.Copy(block.Present);
        foreach (var check in checks) check.Narrow(block, mask);
        if (Text is not null && !mask.IsEmpty) await reader.NarrowAsync(Text, block, mask, cancel);
        var count = mask.Count;
        return new Selection(block, count == block.Rows ? null : mask, count);
    }

    /// <summary>The tests that the heads leave open; null: no row passes.</summary>
    private List<Check>? Undecided(Block block)
    {
        var open = new List<Check>();
        if (block.First < From || block.Last > To) open.Add(new RangeCheck(TimeColumn, From, To));
        foreach (var check in Checks)
        {
            var verdict = check.Look(block);
            if (verdict == Verdict.None) return null;
            if (verdict == Verdict.Some) open.Add(check);
        }

        return open;
    }
}

/// <summary>The rows of a block that pass.</summary>
/// <param name="Block">The block.</param>
/// <param name="Mask">The places; null: all that have a row.</param>
/// <param name="Count">How many.</param>
internal sealed record Selection(Block Block, RowMask? Mask, int Count)
{
    private static readonly ushort[] Every = [.. Enumerable.Range(0, Block.Size).Select(place => (ushort)place)];

    private ushort[]? _places;

    /// <summary>The places in ascending order: found once, however many columns are asked.</summary>
    public ReadOnlySpan<ushort> Places => _places ??= Find();

    private ushort[] Find()
    {
        if ((Mask ?? Block.Present) is not { } mask) return Every;
        var places = new ushort[Count];
        mask.Places(places);
        return places;
    }
}

/// <summary>Loads columns of blocks. For one thread at a time.</summary>
internal interface IColumnReader : IAsyncDisposable
{
    /// <summary>Loads columns that are not there yet, with their bodies if wanted; marks blocks that are gone.</summary>
    ValueTask LoadAsync(IReadOnlyList<Block> blocks, IReadOnlyList<int> columns, bool withBodies, CancellationToken cancel);

    /// <summary>Takes the places away whose rows have not all of the words.</summary>
    ValueTask NarrowAsync(TextQuery text, Block block, RowMask mask, CancellationToken cancel);
}
