using System.Security.Cryptography;
using System.Text;
using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Columns;
using Causeway.Storage.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Causeway.Storage.Logs.Postgres;

/// <summary>Writing rows, and sealing blocks when no row can come into them any more.</summary>
internal sealed partial class PostgresLogStore
{
    /// <summary>Held by who seals, changes or deletes. No other program's number: the first bytes of the SHA-256 of "causeway log".</summary>
    private const string Alone = "SELECT pg_advisory_xact_lock(6284713095526487071)";

    private const string AddNames = "INSERT INTO log_names (dimension, hash, name) SELECT * FROM unnest(@p0, @p1, @p2) ON CONFLICT (dimension, hash) DO NOTHING";
    private const string FindNames = "SELECT n.id, n.dimension, n.name FROM unnest(@p0, @p1) AS asked (dimension, hash) JOIN log_names n USING (dimension, hash)";
    private const string AddSize = "UPDATE log_size SET bytes = bytes + @p0 WHERE slot = pg_backend_pid() % 16";
    private const int Tries = 3;
    private const int RowBytes = 400;      // besides its detail, with its indexes and columns
    private const int ContentBytes = 60;   // besides the bytes
    private const string WordsBytes = "20 * length(words)";

    private readonly SemaphoreSlim _sealing = new(1, 1);

    private long _drawn;       // the last number that was drawn when this was last looked at
    private long _settledBy;   // a transaction that began after that; 0: it is to be looked at anew

    /// <inheritdoc/>
    public override async Task AddAsync(IReadOnlyList<LogRecord> records, CancellationToken cancel)
    {
        if (records.Count == 0) return;
        var (detail, names) = (new LogDetail(), new Dictionary<LogName, int>());
        await LearnAsync(records.SelectMany(record => LogRowCodec.NamesOf(record.Entry)), names, cancel);
        await LearnAsync(records.SelectMany(record => LogRowCodec.CustomNamesOf(record.Entry, name => names[name])), names, cancel);
        var rows = records.DistinctBy(record => record.Entry.Id).Select(record => (Row: LogRowCodec.Encode(record.Entry, name => names[name]), record.Entry.Id, Detail: detail.WriteText(record.Entry))).ToList();
        var contents = records.Where(record => record.Content is not null).DistinctBy(record => record.Entry.Id).ToDictionary(record => record.Entry.Id);
        for (var tries = 1; ; tries++)
        {
            try
            {
                var last = await database.TransactAsync(connection => AddAsync(connection, rows, contents, cancel), cancel);
                if (Block.Of(last) > _open.State.Open) await SealAsync(cancel);
                return;
            }
            catch (StoreException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected } && tries < Tries)
            {
                // another node adds the same rows in another order
            }
        }
    }

    private async Task<long> AddAsync(NpgsqlConnection connection, List<(LogRow Row, Guid Id, string Detail)> rows, Dictionary<Guid, LogRecord> contents, CancellationToken cancel)
    {
        var (added, last) = (new List<(long Number, LogRecord Record)>(), 0L);
        var details = rows.ToDictionary(row => row.Id, row => row.Detail.Length);
        var bytes = 0L;
        await using (var insert = PostgresDatabase.Command(connection, PostgresRows.Insert, PostgresRows.Parameters(rows)))
        await using (var fresh = await insert.ExecuteReaderAsync(cancel))
        {
            await fresh.NextResultAsync(cancel);
            while (await fresh.ReadAsync(cancel))
            {
                var (number, id) = (fresh.GetInt64(0), fresh.GetGuid(1));
                last = Math.Max(last, number);
                bytes += RowBytes + details[id];
                if (contents.TryGetValue(id, out var record)) added.Add((number, record));
            }
        }

        bytes += await AddContentsAsync(connection, added, cancel);
        if (bytes > 0) await PostgresDatabase.ExecuteAsync(connection, AddSize, [new NpgsqlParameter<long>("p0", bytes)], cancel);
        return last;
    }

    /// <summary>
    /// Makes the columns of all blocks that are settled. What has drawn a number up to the last one had its transaction before that was looked at: when
    /// none of those runs any more, no row can come. Until then the block waits for the next batch of rows; nobody waits for anybody.
    /// </summary>
    private async Task SealAsync(CancellationToken cancel)
    {
        if (!await _sealing.WaitAsync(0, cancel)) return;
        try
        {
            if (_settledBy == 0)
            {
                _drawn = (await ReadAsync("SELECT last_value FROM log_n", [], rows => rows.GetInt64(0), cancel))[0];
                _settledBy = (await ReadAsync("SELECT pg_current_xact_id()::text::bigint", [], rows => rows.GetInt64(0), cancel))[0];   // after the other
            }

            if ((await ReadAsync($"SELECT {Xmin}", [], rows => rows.GetInt64(0), cancel))[0] < _settledBy) return;
            _settledBy = 0;
            await SealAsync(Block.Of(_drawn + 1), cancel);
        }
        finally
        {
            _sealing.Release();
        }
    }

    private Task<bool> SealAsync(long full, CancellationToken cancel) => database.TransactAsync(async connection =>
    {
        await PostgresDatabase.ExecuteAsync(connection, Alone, [], cancel);
        for (var block = await OpenAsync(connection, cancel); block < full; block++)
        {
            await WriteBlockAsync(connection, block, cancel);
            await PostgresDatabase.ExecuteAsync(connection, "UPDATE log_state SET open = @p0", [new NpgsqlParameter<long>("p0", block + 1)], cancel);
        }

        return true;
    }, cancel);

    private static async Task<long> OpenAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        (await PostgresDatabase.ReadAsync(connection, "SELECT open FROM log_state", [], rows => rows.GetInt64(0), cancel))[0];

    /// <summary>Makes a block's columns of its rows.</summary>
    private static async Task WriteBlockAsync(NpgsqlConnection connection, long number, CancellationToken cancel)
    {
        var places = new LogRow?[Block.Size];
        NpgsqlParameter[] range = [new NpgsqlParameter<long>("p0", number * Block.Size), new NpgsqlParameter<long>("p1", ((number + 1) * Block.Size) - 1)];
        foreach (var row in await PostgresDatabase.ReadAsync(connection, $"{PostgresRows.Select} WHERE n BETWEEN @p0 AND @p1", range, PostgresRows.Row, cancel)) places[Block.PlaceOf(row.Number)] = row;
        var block = RowBlock.Of(number, places);
        if (block.Rows == 0) return;
        await PostgresDatabase.ExecuteAsync(
            connection, "INSERT INTO log_blocks (block, rows, first, last, present) VALUES (@p0, @p1, @p2, @p3, @p4)",
            [
                new NpgsqlParameter<long>("p0", number), new NpgsqlParameter<int>("p1", block.Rows), new NpgsqlParameter<long>("p2", block.First), new NpgsqlParameter<long>("p3", block.Last),
                new NpgsqlParameter<byte[]?>("p4", NpgsqlDbType.Bytea) { TypedValue = block.Present?.ToBytes() },
            ],
            cancel);
        var columns = new PostgresColumns<(int Column, ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Body)>([.. block.Columns().Select(column => LogColumn.IsNumber(column)
            ? (column, block.Numbers(column).Head, block.Numbers(column).Body)
            : (column, block.Dimension(column).Head, block.Dimension(column).Body))], 1);
        columns.Add(NpgsqlDbType.Integer, column => column.Column);
        columns.Add(NpgsqlDbType.Bytea, column => column.Head.ToArray());
        columns.Add(NpgsqlDbType.Bytea, column => column.Body.ToArray());
        await PostgresDatabase.ExecuteAsync(
            connection, "INSERT INTO log_columns (col, block, head, body) SELECT col, @p0, head, body FROM unnest(@p1, @p2, @p3) AS given (col, head, body)", [new NpgsqlParameter<long>("p0", number), .. columns.Parameters], cancel);
    }

    /// <summary>Finds the numbers of names, and gives them to those that have none. A transaction of its own: a name may be there before any row has it.</summary>
    private async Task LearnAsync(IEnumerable<LogName> names, Dictionary<LogName, int> numbers, CancellationToken cancel)
    {
        var unknown = new List<LogName>();
        foreach (var name in names.Distinct())
        {
            if (Names.TryNumber(name, out var number)) numbers[name] = number;
            else unknown.Add(name);
        }

        if (unknown.Count == 0) return;
        unknown.Sort((x, y) => x.Column != y.Column ? x.Column.CompareTo(y.Column) : string.CompareOrdinal(x.Text, y.Text));   // so that two who add the same never wait for each other
        await database.WriteAsync(AddNames, [.. NameParameters(unknown), new NpgsqlParameter<string[]>("p2", [.. unknown.Select(name => name.Text)])], cancel);
        foreach (var (number, name) in await FindNamesAsync(unknown, cancel))
        {
            Names.Learn(number, name);
            numbers[name] = number;
        }
    }

    private static List<NpgsqlParameter> NameParameters(IReadOnlyList<LogName> names)
    {
        var columns = new PostgresColumns<LogName>(names);
        columns.Add(NpgsqlDbType.Integer, name => name.Column);
        columns.Add(NpgsqlDbType.Bytea, name => SHA256.HashData(Encoding.UTF8.GetBytes(name.Text))[..16]);
        return columns.Parameters;
    }

    private static KeyValuePair<int, LogName> NameRow(System.Data.Common.DbDataReader rows) => KeyValuePair.Create(rows.GetInt32(0), new LogName(rows.GetInt32(1), rows.GetString(2)));
}
