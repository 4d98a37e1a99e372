using System.Globalization;
using System.Text.Json.Nodes;
using Causeway.Core.Management;

namespace Causeway.Admin;

/// <summary>Lists, makes, changes and deletes things of one kind.</summary>
internal class ObjectsEndpoint(ManagedConfig managed, ObjectKind kind)
{
    /// <summary>Bodies may come back as they were answered: what the gateway adds is left out.</summary>
    private const string Meta = "meta";

    /// <summary>GET: all of them, page by page.</summary>
    public ValueTask ListAsync(ApiCall call)
    {
        var query = call.Http.Request.Query;
        var (search, after) = (query["search"].ToString(), query["after"].ToString());
        if (!call.TryLimit(1000, 10_000, out var limit)) return call.RefuseAsync(ManagementError.Invalid("limit", "must be a number from 1 to 10000"));
        var found = managed.List(kind);
        if (after.Length > 0) found = Behind(after, found);
        if (search.Length > 0) found = found.Where(item => item.Id.Contains(search, StringComparison.OrdinalIgnoreCase) || item.Body.ToJsonString().Contains(search, StringComparison.OrdinalIgnoreCase));   // in what is shown: hashes are not to be found out letter by letter
        var page = found.Take(limit + 1).ToList();
        var items = new JsonArray();
        foreach (var item in page.Take(limit)) items.Add((JsonNode)Shown(item));
        return call.AnswerAsync(new JsonObject { ["items"] = items, ["next_after"] = page.Count > limit ? page[limit - 1].Id : null });
    }

    /// <summary>Those behind the last one of a page. If that is gone, what is stored goes on by the order that it has.</summary>
    private IEnumerable<ManagedObject> Behind(string id, IEnumerable<ManagedObject> all) => managed.Find(kind, id) is not null
        ? all.SkipWhile(item => item.Id != id).Skip(1)
        : all.SkipWhile(item => item.Source == ObjectSource.File || (item.Source == ObjectSource.Store && string.CompareOrdinal(item.Id, id) < 0));

    /// <summary>GET: one, with its version as <c>ETag</c>.</summary>
    public ValueTask GetAsync(ApiCall call) => managed.Find(kind, IdOf(call)) is { } item ? ShowAsync(call, item, 200) : call.RefuseAsync(ManagementError.NotFound(kind.Name, IdOf(call)));

    /// <summary>POST: a new one.</summary>
    public async ValueTask CreateAsync(ApiCall call)
    {
        if (await call.ReadAsync() is not { } body) return;
        await ChangeAsync(call, IdFor(body) ?? "", "create", mustExist: false, before => Edit(call, body, before), 201);
    }

    /// <summary>PUT: the whole of one. Who creates by PUT says <c>If-None-Match: *</c>.</summary>
    public async ValueTask ReplaceAsync(ApiCall call)
    {
        if (await call.ReadAsync() is not { } body) return;
        var mustExist = call.Http.Request.Headers.IfNoneMatch != "*";
        await ChangeAsync(call, IdOf(call), mustExist ? "update" : "create", mustExist, before => Edit(call, body, before), mustExist ? 200 : 201);
    }

    /// <summary>PATCH: some members of one, by the rules of JSON Merge Patch (RFC 7396).</summary>
    public async ValueTask PatchAsync(ApiCall call)
    {
        if (await call.ReadAsync() is not { } patch) return;
        await ChangeAsync(call, IdOf(call), "update", mustExist: true, before => Edit(call, MergePatch.Apply(ManagedConfig.Redact(kind, before!), patch), before), 200);
    }

    /// <summary>DELETE.</summary>
    public ValueTask DeleteAsync(ApiCall call) => new(ChangeAsync(call, IdOf(call), "delete", mustExist: true, _ => new ChangedBody(null, WhyKept(call)), 204));

    /// <summary>Why a thing cannot be deleted; null: it can.</summary>
    protected virtual ManagementError? WhyKept(ApiCall call) => null;

    /// <summary>The body that is stored, from the one of a request and the one that is stored now.</summary>
    protected virtual ChangedBody Edit(ApiCall call, JsonObject body, JsonObject? before) => new(body);

    /// <summary>The id of a new thing: what its body says.</summary>
    private string? IdFor(JsonObject body) => kind.Shape == ObjectShape.Single ? kind.Name : (body[kind.IdMember] ?? body["id"] ?? body["name"]) is JsonValue id ? id.ToString() : null;

    /// <summary>May a new thing be called so? Not by letters that nobody can see, nor by what disappears from paths.</summary>
    private static bool IsName(string id) => id.Length is > 0 and <= 200 && id is not ("." or "..") && !id.Any(char.IsControl);

    /// <summary>Makes a change and answers with what came of it.</summary>
    protected virtual async Task ChangeAsync(ApiCall call, string id, string action, bool? mustExist, Func<JsonObject?, ChangedBody> edit, int status)
    {
        long? version = null;
        if (mustExist != true && !IsName(id))
        {
            await call.RefuseAsync(ManagementError.Invalid(kind.IdMember, "is required: a name of up to 200 characters, without control characters, and not . or .."));
            return;
        }

        if (mustExist == true)
        {
            var (wanted, error) = VersionOf(call.Http.Request.Headers.IfMatch.ToString());
            if (error is not null)
            {
                await call.RefuseAsync(error);
                return;
            }

            version = wanted;
        }

        var outcome = await managed.ChangeAsync(
            new Change { Kind = kind, Id = id, Action = action, Author = call.Author, MustExist = mustExist, Version = version, Edit = before => Clean(edit(before)) }, call.Gone);
        if (outcome.Error is { } refusal) await call.RefuseAsync(refusal);
        else if (outcome.Stored is null) await call.DoneAsync();
        else await ShowAsync(call, managed.Find(kind, id)!, status, outcome.Warnings);
    }

    private static ChangedBody Clean(ChangedBody changed)
    {
        changed.Body?.Remove(Meta);
        return changed;
    }

    private async ValueTask ShowAsync(ApiCall call, ManagedObject item, int status, IReadOnlyList<string>? warnings = null)
    {
        if (item.Stored is { } stored) call.Http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{stored.Version}\"");
        var answer = Shown(item);
        if (warnings is { Count: > 0 }) answer[Meta]!["warnings"] = new JsonArray([.. warnings.Select(warning => (JsonNode)warning)]);
        if (call.Issued is { } issued) answer["value"] = issued;
        await call.AnswerAsync(answer, status);
    }

    private JsonObject Shown(ManagedObject item)
    {
        var answer = new JsonObject { [kind.IdMember] = item.Id };
        foreach (var (name, value) in item.Body) answer[name] = value?.DeepClone();
        var meta = new JsonObject { ["source"] = item.Source.ToString().ToLowerInvariant() };
        if (item.Stored is { } stored)
        {
            meta["version"] = stored.Version;
            meta["changed_at"] = ApiText.Of(stored.Changed);
            meta["changed_by"] = stored.By;
        }

        if (item.Problem is { } problem) meta["problem"] = problem;
        answer[Meta] = meta;
        return answer;
    }

    private string IdOf(ApiCall call) => kind.Shape == ObjectShape.Single ? kind.Name : call.Id;

    /// <summary>A change says which version it is of, so that nobody undoes in silence what another has done; <c>*</c> is any.</summary>
    private static (long? Version, ManagementError? Error) VersionOf(string header)
    {
        if (header == "*") return (null, null);
        if (header.Length == 0) return (null, new ManagementError(428, "version_required", "send the ETag that you read as If-Match, or If-Match: * to change whatever is there"));
        return long.TryParse(header.AsSpan().TrimStart("W/").Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? (version, null)
            : (null, new ManagementError(400, "invalid", "If-Match must be an ETag as the gateway gives it, such as \"12\""));
    }
}
