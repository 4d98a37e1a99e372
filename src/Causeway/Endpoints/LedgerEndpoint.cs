using System.Text.Json.Nodes;
using Causeway.Admin;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Governance.Reports;
using Causeway.Core.Management;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Log;
using Causeway.Storage;

namespace Causeway.Endpoints;

/// <summary>What was spent, and the rows that say so.</summary>
/// <param name="state">Has the prices.</param>
/// <param name="stores">The database; null as long as there is none.</param>
/// <param name="log">Opens the request log, which shows what is rated anew; null: none is kept.</param>
/// <param name="time">The clock.</param>
internal sealed class LedgerEndpoint(GatewayState state, Func<Stores?> stores, Func<Task<ILogStore>>? log, TimeProvider time)
{
    /// <summary>What may stand in the query of all of them, beside a value of each dimension.</summary>
    public static readonly (string Name, string Meaning)[] Range = [("from", "from this day or moment on"), ("to", "before this day or moment"), .. LedgerDimensions.Names.Select(name => (name, $"only with this {name.Replace('_', ' ')}; empty: with none"))];

    private const int UsualLimit = 100;

    /// <summary>GET /api/spend: what was spent, by up to three dimensions.</summary>
    public ValueTask SpendAsync(ApiCall call) => AnswerAsync(call, Query(call), ["from", "to", "by"], async (ledger, question) =>
    {
        var report = await SpendReport.OfAsync(ledger, question, call.Gone);
        await GatewayState.WriteAsync(call.Http, report.Write);
    });

    /// <summary>GET /api/ledger: rows in the order of their ids, and what to give as <c>after</c> for the next ones.</summary>
    public ValueTask RowsAsync(ApiCall call) => AnswerAsync(call, Query(call), ["from", "to", "limit", "after"], async (ledger, question) =>
    {
        var limit = question.Filter.Limit ?? UsualLimit;
        var rows = new List<LedgerEntry>();
        await foreach (var entry in ledger.ReadAsync(question.Filter with { Limit = limit + 1 }, call.Gone)) rows.Add(entry);
        await GatewayState.WriteAsync(call.Http, writer =>
        {
            writer.WriteStartArray("rows"u8);
            foreach (var entry in rows.Take(limit)) LedgerFields.Write(writer, entry);
            writer.WriteEndArray();
            writer.WriteString("next"u8, rows.Count > limit ? rows[limit - 1].Id.ToString() : null);
        });
    });

    /// <summary>GET /api/ledger.csv: all rows.</summary>
    public ValueTask CsvAsync(ApiCall call) => AnswerAsync(call, Query(call), ["from", "to"], async (ledger, question) =>
    {
        call.Http.Response.ContentType = "text/csv; charset=utf-8; header=present";
        call.Http.Response.Headers.ContentDisposition = "attachment; filename=\"ledger.csv\"";
        await LedgerFields.WriteCsvAsync(ledger.ReadAsync(question.Filter, call.Gone), async piece => await call.Http.Response.BodyWriter.WriteAsync(piece, call.Gone));
    });

    /// <summary>POST /api/ledger/rerate: rates rows by today's prices; with <c>dry_run</c> it only says what would change.</summary>
    public async ValueTask RerateAsync(ApiCall call)
    {
        if (await call.ReadAsync(mayBeEmpty: true) is not { } body) return;
        var (words, isDry) = (new List<(string Name, string Value)>(), false);
        foreach (var (name, value) in body)
        {
            if (name == "dry_run" ? value is JsonValue flag && flag.TryGetValue(out isDry) : value is null) continue;   // null: not asked for
            if (name != "dry_run" && value is JsonValue text && text.TryGetValue(out string? word))
            {
                words.Add((name, word));
                continue;
            }

            await call.RefuseAsync(ManagementError.Invalid(name, name == "dry_run" ? "must be true or false" : "must be text"));
            return;
        }

        await AnswerAsync(call, words, ["from", "to"], (ledger, question) => RerateAsync(call, ledger, question, isDry));
    }

    private async Task RerateAsync(ApiCall call, ILedgerStore ledger, LedgerQuestion question, bool isDry)
    {
        Rerated? done = null;
        try
        {
            done = await new Rerating(state.Runtime.Config).RunAsync(ledger, question.Filter, isDry, call.Gone);
            if (!isDry && done.Changed > 0 && log is not null) await new LedgerCheck(ledger, await log()).RunAsync(question.Filter, time.GetUtcNow(), call.Gone);
        }
        finally
        {
            if (!isDry) await stores()!.Management.NoteAsync(Noted(call, done), CancellationToken.None);   // what was stopped on its way may have changed rows, too
        }

        var result = done;
        await GatewayState.WriteAsync(call.Http, writer =>
        {
            writer.WriteBoolean("dry_run"u8, isDry);
            writer.WriteNumber("rows"u8, result.Entries);
            writer.WriteNumber("changed"u8, result.Changed);
            writer.WriteNumber("unknown_before"u8, result.Unknown);
            writer.WriteNumber("unpriced"u8, result.Unpriced);
            writer.WriteNumber("dollars_before"u8, result.Before);
            writer.WriteNumber("dollars_after"u8, result.After);
            writer.WriteNumber("difference"u8, result.After - result.Before);
        });
    }

    private AuditEntry Noted(ApiCall call, Rerated? done)
    {
        var (who, now) = (call.Author, time.GetUtcNow());
        return new AuditEntry
        {
            Id = AuditEntry.NextId(now), Time = now, Actor = who.Actor, Address = who.Address, Action = "rerate", Kind = "ledger", Object = "rows",
            Before = done is null ? null : new JsonObject { ["dollars"] = done.Before }.ToJsonString(),
            After = done is null ? null : new JsonObject { ["dollars"] = done.After, ["changed"] = done.Changed }.ToJsonString(),
        };
    }

    private static IEnumerable<(string Name, string Value)> Query(ApiCall call) => call.Http.Request.Query.SelectMany(pair => pair.Value.Select(value => (pair.Key, value ?? "")));

    private async ValueTask AnswerAsync(ApiCall call, IEnumerable<(string Name, string Value)> words, string[] allowed, Func<ILedgerStore, LedgerQuestion, Task> answer)
    {
        if (stores()?.Ledger is not { } ledger)
        {
            await call.RefuseAsync(new ManagementError(503, "no_ledger", "no ledger is kept: there are no virtual keys and budgets, or config_store.enabled is false"));
            return;
        }

        if (LedgerQuestionReader.Read(words, allowed, out var problem) is not { } question)
        {
            await call.RefuseAsync(ManagementError.Invalid(problem!.Name, problem.Value.Length == 0 ? problem.Fix : $"'{problem.Value}' {problem.Fix}"));
            return;
        }

        try
        {
            call.Http.Response.Headers.CacheControl = "no-store";
            await answer(ledger, question);
        }
        catch (OperationCanceledException) when (call.Gone.IsCancellationRequested)
        {
            // nobody is there to be told
        }
        catch (StoreException) when (call.Http.Response.HasStarted)
        {
            call.Http.Abort();   // what is there of the rows must not look like all of them
        }
    }
}
