using System.Buffers.Binary;
using Causeway.Core.Recording.Log;
using Causeway.Storage.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Causeway.Storage.Logs.Postgres;

/// <summary>What was said, and its words.</summary>
internal sealed partial class PostgresLogStore
{
    private const string AddParts = "INSERT INTO log_content (n, kind, packed) SELECT * FROM unnest(@p0, @p1, @p2)";
    private static readonly string AddTexts = $"INSERT INTO log_text (n, words) SELECT n, {PostgresText.Folded("words")}::tsvector FROM unnest(@p0, @p1) AS given (n, words) RETURNING {WordsBytes}";

    /// <summary>Gives back how many bytes are new. Rows that say that a piece is used are few: not for some minutes.</summary>
    private static readonly string AddPieces = $"""
        INSERT INTO log_pieces AS p (hash, used, packed) SELECT * FROM unnest(@p0, @p1, @p2)
        ON CONFLICT (hash) DO UPDATE SET used = excluded.used WHERE p.used < excluded.used - {LogContents.Unhurried} RETURNING CASE WHEN xmax = 0 THEN length(packed) ELSE 0 END
        """;

    /// <inheritdoc/>
    public override async Task<LogContent?> FindContentAsync(Guid id, CancellationToken cancel)
    {
        const string Sql = "SELECT c.kind, c.packed FROM log_content c JOIN log l USING (n) WHERE l.id = @p0 AND c.kind >= 0 ORDER BY c.kind";
        var parts = await ReadAsync(Sql, [new NpgsqlParameter<Guid>("p0", id)], rows => new LogPart((LogPartKind)rows.GetInt16(0), rows.GetFieldValue<byte[]>(1)), cancel);
        return parts.Count == 0 ? null : new LogContent { Parts = parts };
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyDictionary<UInt128, ReadOnlyMemory<byte>>> FindPiecesAsync(IReadOnlyCollection<UInt128> hashes, CancellationToken cancel)
    {
        var keys = new NpgsqlParameter<byte[][]>("p0", NpgsqlDbType.Array | NpgsqlDbType.Bytea) { TypedValue = [.. hashes.Select(Key)] };
        var found = await ReadAsync("SELECT hash, packed FROM log_pieces WHERE hash = ANY(@p0)", [keys], rows => (Hash: rows.GetFieldValue<byte[]>(0), Packed: rows.GetFieldValue<byte[]>(1)), cancel);
        return found.ToDictionary(piece => BinaryPrimitives.ReadUInt128BigEndian(piece.Hash), piece => (ReadOnlyMemory<byte>)piece.Packed);
    }

    /// <summary>Writes what was said in new rows; how many bytes it takes.</summary>
    private static async Task<long> AddContentsAsync(NpgsqlConnection connection, List<(long Number, LogRecord Record)> added, CancellationToken cancel)
    {
        if (added.Count == 0) return 0;
        var parts = added.SelectMany(row => LogContents.PartsOf(row.Record.Content!), (row, part) => (row.Number, Part: part)).ToList();
        var columns = new PostgresColumns<(long Number, LogPart Part)>(parts);
        columns.Add(NpgsqlDbType.Bigint, row => row.Number);
        columns.Add(NpgsqlDbType.Smallint, row => (short)row.Part.Kind);
        columns.Add(NpgsqlDbType.Bytea, row => row.Part.Packed.ToArray());
        await PostgresDatabase.ExecuteAsync(connection, AddParts, columns.Parameters, cancel);
        var texts = new PostgresColumns<(long Number, LogRecord Record)>([.. added.Where(row => row.Record.Content!.Text.Length > 0)]);
        texts.Add(NpgsqlDbType.Bigint, row => row.Number);
        texts.Add(NpgsqlDbType.Text, row => PostgresText.Vector(row.Record.Content!.Text));
        var words = await PostgresDatabase.ReadAsync(connection, AddTexts, texts.Parameters, rows => (long)rows.GetInt32(0), cancel);
        return parts.Sum(row => ContentBytes + (long)row.Part.Packed.Length) + words.Sum() + await AddPiecesAsync(connection, added, cancel);
    }

    private static async Task<long> AddPiecesAsync(NpgsqlConnection connection, List<(long Number, LogRecord Record)> added, CancellationToken cancel)
    {
        var pieces = added.SelectMany(row => row.Record.Content!.Pieces, (row, piece) => (row.Record.Entry.Time, Piece: piece)).GroupBy(row => row.Piece.Hash).OrderBy(group => group.Key)   // so that two who add the same never wait for each other
            .Select(group => (Time: group.Max(row => row.Time.ToUnixTimeMilliseconds()), group.First().Piece)).ToList();
        if (pieces.Count == 0) return 0;
        var columns = new PostgresColumns<(long Time, LogPiece Piece)>(pieces);
        columns.Add(NpgsqlDbType.Bytea, row => Key(row.Piece.Hash));
        columns.Add(NpgsqlDbType.Bigint, row => row.Time);
        columns.Add(NpgsqlDbType.Bytea, row => row.Piece.Packed.ToArray());
        return (await PostgresDatabase.ReadAsync(connection, AddPieces, columns.Parameters, rows => (long)rows.GetInt32(0), cancel)).Sum(length => length == 0 ? 0 : length + ContentBytes);
    }

    private static byte[] Key(UInt128 hash)
    {
        var key = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(key, hash);
        return key;
    }
}
