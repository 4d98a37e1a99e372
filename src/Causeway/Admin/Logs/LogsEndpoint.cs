using System.Text.Json.Nodes;
using Causeway.Core.Management;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Log.Reports;

namespace Causeway.Admin.Logs;

/// <summary>Rows of the log, and what was said in them.</summary>
/// <param name="query">Asks the log.</param>
/// <param name="managed">Keeps the audit log.</param>
/// <param name="time">The clock.</param>
internal sealed class LogsEndpoint(LogQuery query, ManagedConfig managed, TimeProvider time)
{
    /// <summary>The most rows of a page.</summary>
    public const int Most = 1000;

    private const int Usual = 50;

    private static readonly string[] Sorts = [.. LogNumber.All.Select(number => number.Name)];

    /// <summary>GET /api/logs: a page of rows.</summary>
    public ValueTask ListAsync(ApiCall call) => query.AnswerAsync(call, ["sort", "order", "limit", "after"], Question, async (store, question) =>
    {
        var page = await store.ListAsync(question, call.Gone);
        await LogQuery.WriteAsync(call, writer =>
        {
            writer.WriteStartArray("items"u8);
            foreach (var entry in page.Entries) LogFields.Write(writer, entry);
            writer.WriteEndArray();
            writer.WriteString("next_after"u8, page.Next is { } next ? LogCursorText.Of(question, next) : null);
        });
    });

    /// <summary>GET /api/logs/{id}: all there is of a row.</summary>
    public ValueTask GetAsync(ApiCall call) => query.AnswerAsync(call, async store =>
    {
        if (Guid.TryParse(call.Id, out var id) && await store.FindAsync(id, call.Gone) is { } entry) await LogQuery.WriteAsync(call, writer => LogFields.WriteMembers(writer, entry));
        else await call.RefuseAsync(LogQuery.NoRow(call.Id));
    });

    /// <summary>GET /api/logs/{id}/content: what was said.</summary>
    public ValueTask ContentAsync(ApiCall call) => query.AnswerAsync(call, async store =>
    {
        if (!Guid.TryParse(call.Id, out var id) || await store.FindAsync(id, call.Gone) is null) await call.RefuseAsync(LogQuery.NoRow(call.Id));
        else if (await LogContentReader.ReadAsync(store, id, call.Gone) is { } said) await call.AnswerAsync(said);
        else await call.RefuseAsync(new ManagementError(404, "no_content", "what was said in it is not kept: the policy for content was drop, or it was too old"));
    });

    /// <summary>DELETE /api/logs with <c>{"ids": [...]}</c>: deletes rows, and what was said in them. It stands in the audit log.</summary>
    public async ValueTask DeleteAsync(ApiCall call)
    {
        if (await call.ReadAsync() is not { } body) return;
        if (Ids(body["ids"]) is not { } ids)
        {
            await call.RefuseAsync(ManagementError.Invalid("ids", $"must be the ids of 1 to {Most} rows"));
            return;
        }

        await query.AnswerAsync(call, async store =>
        {
            var (management, error) = await managed.StoreAsync();
            if (management is null)
            {
                await call.RefuseAsync(error!);
                return;
            }

            var count = await store.DeleteAsync(ids, call.Gone);
            if (count > 0) await management.NoteAsync(Noted(call, ids, count), CancellationToken.None);
            await call.AnswerAsync(new JsonObject { ["deleted"] = count });
        });
    }

    private static LogListQuestion Question(LogQuestionReader reader)
    {
        var order = reader.Choice("sort", LogNumber.Time.Name, Sorts);
        var question = new LogListQuestion(reader.Filter, reader.Count("limit", Usual, Most))
        {
            Order = LogNumber.All.First(number => number.Name == order), IsAscending = reader.Choice("order", "desc", ["asc", "desc"]) == "asc",
        };
        return question with { After = reader.Of("after", text => LogCursorText.Read(question, text), "must be `next_after` of the page before, with the same `sort` and `order`") };
    }

    private static List<Guid>? Ids(JsonNode? node)
    {
        if (node is not JsonArray { Count: >= 1 and <= Most } items) return null;
        var ids = new List<Guid>();
        foreach (var item in items)
        {
            if (item is not JsonValue value || !value.TryGetValue(out string? text) || !Guid.TryParse(text, out var id)) return null;
            ids.Add(id);
        }

        return ids;
    }

    private AuditEntry Noted(ApiCall call, List<Guid> ids, int count)
    {
        var (who, now) = (call.Author, time.GetUtcNow());
        return new AuditEntry
        {
            Id = AuditEntry.NextId(now), Time = now, Actor = who.Actor, Address = who.Address, Action = "delete", Kind = "log", Object = ids is [var one] ? one.ToString() : "rows",
            Before = new JsonObject { ["ids"] = new JsonArray([.. ids.Select(id => (JsonNode)id.ToString())]), ["deleted"] = count }.ToJsonString(),
        };
    }
}
