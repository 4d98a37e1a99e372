namespace Causeway.Storage.Logs.Columns;

/// <summary>Goes over all blocks with several workers, each with a result of its own.</summary>
/// <param name="open">Opens a reader for a worker.</param>
/// <param name="chunk">How many blocks a worker takes at a time.</param>
internal sealed class ColumnPass(Func<CancellationToken, ValueTask<IColumnReader>> open, int chunk)
{
    private const int MostWorkers = 4;

    /// <summary>Opens a reader.</summary>
    public ValueTask<IColumnReader> OpenAsync(CancellationToken cancel) => open(cancel);

    /// <summary>Goes over the blocks; the results of the workers.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="filter">Which of their rows.</param>
    /// <param name="make">Makes a worker's result.</param>
    /// <param name="add">Adds some blocks' rows to it.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<T>> RunAsync<T>(
        IReadOnlyList<Block> blocks, BlockFilter filter, Func<T> make, Func<T, IColumnReader, IReadOnlyList<Selection>, CancellationToken, ValueTask> add, CancellationToken cancel)
    {
        var open = blocks.Where(filter.MayPass).ToList();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var next = 0;
        var workers = Math.Clamp(open.Count / (2 * chunk), 1, Math.Min(MostWorkers, Environment.ProcessorCount));
        return await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(WorkAsync, stop.Token)));

        async Task<T> WorkAsync()
        {
            try
            {
                var result = make();
                await using var reader = await OpenAsync(stop.Token);
                for (int at; (at = Interlocked.Add(ref next, chunk) - chunk) < open.Count;)
                {
                    var some = open.GetRange(at, Math.Min(chunk, open.Count - at));
                    stop.Token.ThrowIfCancellationRequested();
                    await add(result, reader, await filter.SelectAsync(reader, some, stop.Token), stop.Token);
                    foreach (var block in some) block.Release();
                }

                return result;
            }
            catch
            {
                await stop.CancelAsync();   // the others need not go on
                throw;
            }
        }
    }
}
