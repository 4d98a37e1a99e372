using Causeway.Core.Management;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Log.Reports;

namespace Causeway.Admin.Logs;

/// <summary>Sessions of agents, and what branches cost.</summary>
/// <param name="query">Asks the log.</param>
internal sealed class SessionsEndpoint(LogQuery query)
{
    private const int MostSessions = 100;
    private const int MostSkipped = 100_000;
    private const int MostRequests = 10_000;   // of one session

    private static readonly LogDimension Session = LogDimension.TryFind("session", out var session) ? session : throw new InvalidOperationException();

    /// <summary>GET /api/sessions.</summary>
    public ValueTask ListAsync(ApiCall call) => query.AnswerAsync(call, ["sort", "limit", "after"], Read, async (store, asked) =>
    {
        var list = await SessionList.OfAsync(store, asked.Filter, asked.Order, asked.Skip, asked.Limit, call.Gone);
        await LogQuery.WriteAsync(call, writer =>
        {
            list.Write(writer);
            writer.WriteString("next_after"u8, list.HasMore ? $"{asked.Skip + asked.Limit}" : null);
        });
    });

    /// <summary>GET /api/sessions/{id}: the tree.</summary>
    public ValueTask GetAsync(ApiCall call) => query.AnswerAsync(call, async store =>
    {
        var entries = new List<LogEntry>();
        await foreach (var entry in store.ReadAsync(new LogFilter { Values = [new LogValueTest(Session, [call.Id])] }, call.Gone))
        {
            entries.Add(entry);
            if (entries.Count > MostRequests) break;
        }

        if (entries.Count == 0)
        {
            await call.RefuseAsync(ManagementError.NotFound("session", call.Id));
            return;
        }

        var tree = SessionTree.Of(entries.Take(MostRequests));
        await LogQuery.WriteAsync(call, writer =>
        {
            writer.WriteString("id"u8, call.Id);
            SessionTree.WriteHead(writer, entries);
            writer.WriteBoolean("is_cut"u8, entries.Count > MostRequests);
            writer.WriteStartObject("main"u8);
            tree.Write(writer);
            writer.WriteEndObject();
        });
    });

    /// <summary>GET /api/reports/branches: what each branch of each repository cost, or each value of other dimensions.</summary>
    public ValueTask BranchesAsync(ApiCall call) => query.AnswerAsync(call, ["by", "top"], reader => (reader.Filter, By: reader.Dimensions("by", GroupReport.MostDimensions), Top: reader.Count("top", 100, 1000)), async (store, asked) =>
    {
        var report = await GroupReport.OfAsync(store, asked.Filter, asked.By.Count > 0 ? asked.By : GroupReport.Branches, asked.Top, call.Gone);
        await LogQuery.WriteAsync(call, report.Write);
    });

    private static (LogFilter Filter, LogOrder Order, int Skip, int Limit) Read(LogQuestionReader reader)
    {
        var order = reader.Choice("sort", "last", ["last", "cost", "requests", "tokens"]) switch { "cost" => LogOrder.Cost, "requests" => LogOrder.Requests, "tokens" => LogOrder.Tokens, _ => LogOrder.Last };
        return (reader.Filter, order, reader.Text("after") is null ? 0 : reader.Count("after", 0, MostSkipped), reader.Count("limit", 20, MostSessions));
    }
}
