using System.Text.Json.Nodes;
using Causeway.Core.Management;

namespace Causeway.Admin;

/// <summary>Who changed what.</summary>
internal sealed class AuditEndpoint(ManagedConfig managed)
{
    private const int Most = 1000;

    /// <summary>GET /api/audit: the newest entries; <c>before</c> goes on from the last one.</summary>
    public async ValueTask ListAsync(ApiCall call)
    {
        var query = call.Http.Request.Query;
        Guid? before = null;
        if (!call.TryLimit(100, Most, out var limit))
        {
            await call.RefuseAsync(ManagementError.Invalid("limit", $"must be a number from 1 to {Most}"));
            return;
        }

        if (query["before"].ToString() is { Length: > 0 } id)
        {
            if (!Guid.TryParse(id, out var known))
            {
                await call.RefuseAsync(ManagementError.Invalid("before", "must be the id of an entry"));
                return;
            }

            before = known;
        }

        var filter = new AuditFilter { Actor = Of("actor"), Kind = Of("kind"), Object = Of("object"), Before = before, Limit = limit };
        var entries = managed.Store is { } store ? await store.AuditAsync(filter, call.Gone) : [];
        var items = new JsonArray();
        foreach (var entry in entries) items.Add((JsonNode)Shown(entry));
        await call.AnswerAsync(new JsonObject { ["items"] = items, ["next_before"] = entries.Count == limit ? entries[^1].Id.ToString() : null });

        string? Of(string name) => query[name].ToString() is { Length: > 0 } value ? value : null;
    }

    private static JsonObject Shown(AuditEntry entry) => new()
    {
        ["id"] = entry.Id.ToString(), ["time"] = ApiText.Of(entry.Time), ["actor"] = entry.Actor, ["address"] = entry.Address, ["action"] = entry.Action,
        ["kind"] = entry.Kind, ["object"] = entry.Object, ["before"] = Parsed(entry.Before), ["after"] = Parsed(entry.After),
    };

    private static JsonNode? Parsed(string? body) => body is null ? null : JsonNode.Parse(body);
}
