using System.Buffers.Binary;
using Causeway.Core.Recording.Log;
using Causeway.Storage.Logs.Columns;
using Causeway.Storage.Sqlite;

namespace Causeway.Storage.Logs.Sqlite;

/// <summary>What was said, and its words.</summary>
internal sealed partial class SqliteLogStore
{
    private const long PartRows = 500_000;
    private const long PartSpan = 24 * 60 * 60 * 1000;   // milliseconds

    /// <inheritdoc/>
    public override Task<LogContent?> FindContentAsync(Guid id, CancellationToken cancel) => _database.ReadAsync(session =>
    {
        if (SqliteRows.NumberOf(session, id) is not { } row) return null;
        var parts = new List<LogPart>();
        var rows = session.Raw("SELECT kind, packed FROM log_content WHERE n = ? AND kind >= 0 ORDER BY kind").Bind(row);
        while (rows.Step()) parts.Add(new LogPart((LogPartKind)rows.Int64(0), rows.Blob(1).ToArray()));
        rows.Reset();
        return parts.Count == 0 ? null : new LogContent { Parts = parts };
    }, cancel);

    /// <inheritdoc/>
    public override Task<IReadOnlyDictionary<UInt128, ReadOnlyMemory<byte>>> FindPiecesAsync(IReadOnlyCollection<UInt128> hashes, CancellationToken cancel) =>
        _database.ReadAsync<IReadOnlyDictionary<UInt128, ReadOnlyMemory<byte>>>(session =>
        {
            var found = new Dictionary<UInt128, ReadOnlyMemory<byte>>();
            Span<byte> key = stackalloc byte[16];
            foreach (var hash in hashes)
            {
                BinaryPrimitives.WriteUInt128BigEndian(key, hash);
                var rows = session.Raw("SELECT packed FROM log_pieces WHERE hash = ?").Bind(key);
                if (rows.Step()) found[hash] = rows.Blob(0).ToArray();
                rows.Reset();
            }

            return found;
        }, cancel);

    private static void AddContent(SqliteSession session, LogRow row, LogContent content)
    {
        foreach (var part in LogContents.PartsOf(content))
            session.Raw("INSERT OR REPLACE INTO log_content (n, kind, packed) VALUES (?, ?, ?)").Bind(row.Number).Bind((int)part.Kind).Bind(part.Packed.Span).Run();
        Span<byte> key = stackalloc byte[16];
        foreach (var piece in content.Pieces)
        {
            BinaryPrimitives.WriteUInt128BigEndian(key, piece.Hash);
            session.Raw("INSERT INTO log_pieces (hash, used, packed) VALUES (?, ?, ?) ON CONFLICT (hash) DO UPDATE SET used = excluded.used WHERE used < excluded.used - ?")
                .Bind(key).Bind(row.Time).Bind(piece.Packed.Span).Bind(LogContents.Unhurried).Run();
        }

        if (content.Text.Length > 0) AddText(session, row, content.Text);
    }

    private static void AddText(SqliteSession session, LogRow row, string text)
    {
        var last = session.Raw("SELECT part, first, last, began, rows FROM log_texts ORDER BY part DESC LIMIT 1");
        var part = last.Step() ? Part(last) : null;
        last.Reset();
        if (part is null || part.Rows >= PartRows || Math.Abs(row.Time - part.Began) >= PartSpan)
        {
            part = new TextPart((part?.Number ?? 0) + 1, row.Number, row.Number, row.Time, 0);
            session.Once($"CREATE VIRTUAL TABLE {part.Table} USING fts5(text, content='', tokenize=\"unicode61 remove_diacritics 2\")");
        }

        session.Raw($"INSERT INTO {part.Table} (rowid, text) VALUES (?, ?)").Bind(row.Number).Bind(StoredText.Of(text)).Run();
        session.Raw("INSERT OR REPLACE INTO log_texts (part, first, last, began, rows) VALUES (?, ?, ?, ?, ?)").Bind(part.Number).Bind(part.First).Bind(row.Number).Bind(part.Began).Bind(part.Rows + 1).Run();
    }

    private static List<TextPart> Parts(SqliteSession session)
    {
        var parts = new List<TextPart>();
        var rows = session.Raw("SELECT part, first, last, began, rows FROM log_texts ORDER BY part");
        while (rows.Step()) parts.Add(Part(rows));
        rows.Reset();
        return parts;
    }

    private static TextPart Part(SqliteStatement rows) => new(rows.Int64(0), rows.Int64(1), rows.Int64(2), rows.Int64(3), rows.Int64(4));
}
