using System.Text.Json.Nodes;
using Causeway.Core.Configuration;
using Causeway.Core.Management.Secrets;
using Microsoft.Extensions.Logging;

namespace Causeway.Core.Management;

/// <summary>
/// The managed part of the configuration: what is stored, and how it is changed. A change is taken over only if the whole configuration is right with it and
/// nobody has changed anything meanwhile; it is in force, and in the audit log, when it is answered.
/// </summary>
/// <param name="config">The configuration of this process.</param>
/// <param name="secrets">Seals and opens secrets.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told of what fails in the background.</param>
public sealed class ManagedConfig(ConfigStore config, SecretKeys secrets, TimeProvider time, ILogger<ManagedConfig> log)
{
    private const int MostTries = 10;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile StoreSnapshot _snapshot = StoreSnapshot.Empty;
    private IManagementStore? _store;

    /// <summary>All that is stored, secrets sealed.</summary>
    public StoreSnapshot Snapshot => _snapshot;

    /// <summary>Opens the database when something is first to be stored; null: there is none.</summary>
    public Func<Task<IManagementStore>>? Open { get; init; }

    /// <summary>Makes ready for a configuration before it is in force, such as by opening a ledger.</summary>
    public Func<GatewayConfig, Task>? Prepare { get; init; }

    /// <summary>The store; null as long as nothing was stored.</summary>
    public IManagementStore? Store => _store;

    /// <summary>Takes what is stored, at the start.</summary>
    /// <exception cref="FormatException">Secrets were sealed with another key.</exception>
    public async Task LoadAsync(IManagementStore store, CancellationToken cancel)
    {
        _store = store;
        await TakeAsync(await store.ReadAsync(cancel), null);
    }

    /// <summary>Follows the changes that others make in the store, until it is cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                if (_store is not { } store)
                {
                    await Task.Delay(Look, time, cancel);
                    continue;
                }

                await store.WaitAsync(Look, cancel);
                if (await store.RevisionAsync(cancel) != _snapshot.Revision) await RefreshAsync(store, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // Whatever it is, it must not be the last that is seen of the others' changes.
                log.LogWarning("cannot look for changes of the configuration: {Problem}", failure.Message);
                await Task.Delay(Look, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>The store, opened if it was not; or why there is none.</summary>
    public async Task<(IManagementStore? Store, ManagementError? Error)> StoreAsync()
    {
        if (_store is { } known) return (known, null);
        if (Open is null) return (null, new ManagementError(409, "no_store", "config_store.enabled is false: all of this gateway's configuration is in its file"));
        return (_store = await Open(), null);
    }

    /// <summary>Makes a change.</summary>
    /// <exception cref="IOException">The database cannot be used now.</exception>
    public async Task<ChangeOutcome> ChangeAsync(Change change, CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            var (store, error) = await StoreAsync();
            if (store is null) return new ChangeOutcome(null, error);
            for (var tries = 0; tries < MostTries; tries++)
            {
                var snapshot = _snapshot;
                var draft = Draft(change, snapshot);
                if (draft.Error is not null) return new ChangeOutcome(null, draft.Error);
                if (draft.Trial is { } trial && Prepare is not null) await Prepare(trial.Load.Config!);
                if (await store.WriteAsync(snapshot.Revision, [draft.Change!], [draft.Audit!], CancellationToken.None))
                {
                    if (draft.Trial is null) _snapshot = draft.After!;   // accounts and tokens: the configuration is what it was
                    else await TakeAsync(draft.After!, draft.Trial);
                    return new ChangeOutcome(_snapshot.Find(change.Kind.Name, change.Id), null) { Warnings = draft.Warnings };
                }

                await TakeAsync(await store.ReadAsync(cancel), null);   // another gateway was faster: look at what it did, and try again
            }

            return new ChangeOutcome(null, new ManagementError(409, "busy", "others change the configuration all the time: try again"));
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Things of a kind as they are shown: those of the file, those found in the environment, and those stored.</summary>
    public IEnumerable<ManagedObject> List(ObjectKind kind)
    {
        var load = config.Load;
        var shown = FileObjects.Ids(load.File, kind);
        foreach (var (id, body) in FileObjects.Of(load.File, kind)) yield return new ManagedObject(kind, id, ObjectSource.File, () => Redact(kind, body));
        foreach (var item in _snapshot.Of(kind.Name))
        {
            if (shown.Add(item.Id)) yield return Shown(kind, item, load);   // else the file's has taken its place
        }

        if (kind != ObjectKind.Provider) yield break;
        foreach (var provider in load.Config!.Providers.Values)
        {
            if (!shown.Contains(provider.Name)) yield return new ManagedObject(kind, provider.Name, ObjectSource.Environment, () => Found(provider));
        }
    }

    /// <summary>A thing as it is shown; null if there is none.</summary>
    public ManagedObject? Find(ObjectKind kind, string id) =>
        _snapshot.Find(kind.Name, id) is { } item && !FileObjects.Ids(config.Load.File, kind).Contains(id) ? Shown(kind, item, config.Load) : List(kind).FirstOrDefault(item => item.Id == id);

    private static ManagedObject Shown(ObjectKind kind, StoredObject item, ConfigLoad load) => new(kind, item.Id, ObjectSource.Store, () => Redact(kind, JsonNode.Parse(item.Body)!.AsObject()))
    {
        Stored = item, Problem = load.Stored.FirstOrDefault(stored => stored.Object.Kind == item.Kind && stored.Object.Id == item.Id)?.Problem.ToString(),
    };

    private Draft Draft(Change change, StoreSnapshot snapshot)
    {
        var (kind, before) = (change.Kind, snapshot.Find(change.Kind.Name, change.Id));
        if (kind.Shape != ObjectShape.None && FileObjects.Ids(config.Load.File, kind).Contains(change.Id))
            return new(new ManagementError(409, "owned_by_file", $"the {kind.Name.Replace('_', ' ')} '{change.Id}' is declared in {ConfigLoader.FileName}, which owns it: change it there"));
        if (change.MustExist == true && before is null) return new(ManagementError.NotFound(kind.Name, change.Id));
        if (change.MustExist == false && before is not null) return new(new ManagementError(409, "exists", $"there is a {kind.Name.Replace('_', ' ')} '{change.Id}' already"));
        if (kind.Shape == ObjectShape.Map && before is null && snapshot.Of(kind.Name).FirstOrDefault(item => item.Id.Equals(change.Id, StringComparison.OrdinalIgnoreCase)) is { } same)
            return new(new ManagementError(409, "exists", $"there is a {kind.Name.Replace('_', ' ')} '{same.Id}' already, and upper and lower case are the same: change that one"));
        if (change.Version is { } version && version != before?.Version) return new(new ManagementError(412, "changed_meanwhile", $"it is at version {before?.Version} and not at {version}: somebody has changed it: read it again"));
        var old = before is null ? null : JsonNode.Parse(before.Body)!.AsObject();
        var (body, error) = change.Edit(old?.DeepClone().AsObject());
        if (error is not null) return new(error);
        body?.Remove(kind.IdMember);
        if (kind.Shape == ObjectShape.List && body is not null) body[kind.IdMember] = change.Id;   // as it stands in the file
        if (body is not null && kind.HasSecrets)
        {
            body = SecretFields.Seal(kind, body, old, secrets.Seal, Owner(kind, change.Id), out var wrong);
            if (wrong is not null) return new(ManagementError.Invalid(wrong, "must be the secret itself, a text, or env.NAME; {\"is_set\": true} stands for the one that is kept, if there is one"));
        }

        var now = time.GetUtcNow();
        var write = new ObjectChange(kind.Name, change.Id, body?.ToJsonString());
        var after = snapshot.With(write, now, change.Author.Actor);
        var audit = new AuditEntry
        {
            Id = AuditEntry.NextId(now), Time = now, Actor = change.Author.Actor, Address = change.Author.Address, Action = change.Action, Kind = kind.Name, Object = change.Id,
            Before = old is null ? null : Redact(kind, old).ToJsonString(), After = body is null ? null : Redact(kind, body).ToJsonString(),
        };
        var draft = new Draft(null) { Change = write, After = after, Audit = audit };
        if (kind.Shape == ObjectShape.None) return draft;
        if (body is null && References.To(kind, change.Id, after) is { } user) return new(new ManagementError(409, "in_use", $"{user} refers to it: change that first"));
        var trial = config.Try(Opened(after));
        var known = config.Load.Stored.Select(problem => (problem.Object.Kind, problem.Object.Id)).ToHashSet();   // what was wrong before is not this change's fault
        known.Remove((kind.Name, change.Id));
        if (trial.Load.Config is null || trial.Load.Stored.Any(problem => !known.Contains((problem.Object.Kind, problem.Object.Id))))
            return new(Refused(change, trial.Load));
        return draft with { Trial = trial, Warnings = [.. trial.Load.Warnings.Select(warning => warning.ToString()).Except(config.Load.Warnings.Select(warning => warning.ToString()))] };
    }

    /// <summary>What is wrong with the thing itself, else what it does to others.</summary>
    private static ManagementError Refused(Change change, ConfigLoad load)
    {
        var own = load.Stored.Where(problem => problem.Object.Kind == change.Kind.Name && problem.Object.Id == change.Id).Select(problem => problem.Problem).ToList();
        if (own.Count > 0) return new(400, "invalid", string.Join("; ", own)) { Problems = own };
        var others = load.Stored.Select(problem => problem.Problem with { Path = $"{problem.Object.Kind} '{problem.Object.Id}': {problem.Problem.Path}" }).Concat(load.Errors).DistinctBy(problem => problem.ToString()).ToList();
        return new(409, "breaks_others", $"the configuration would not be right any more: {string.Join("; ", others)}") { Problems = others };
    }

    private async Task RefreshAsync(IManagementStore store, CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            await TakeAsync(await store.ReadAsync(cancel), null);
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task TakeAsync(StoreSnapshot snapshot, ConfigTrial? trial)
    {
        await Task.Yield();   // with many keys it takes long: not on a thread that polls sockets, on which a database's answer comes
        if (trial is null)
        {
            trial = config.Try(Opened(snapshot));
            if (Prepare is not null && trial.Load.Config is { } prepared) await Prepare(prepared);
        }

        _snapshot = snapshot;
        config.Take(trial);
    }

    private List<StoredObject> Opened(StoreSnapshot snapshot)
    {
        var opened = new List<StoredObject>();
        foreach (var item in snapshot.Objects)
        {
            if (ObjectKind.Find(item.Kind) is not { } kind) continue;
            opened.Add(kind.HasSecrets ? item with { Body = SecretFields.Open(kind, JsonNode.Parse(item.Body)!.AsObject(), secrets, Owner(kind, item.Id)).ToJsonString() } : item);
        }

        return opened;
    }

    /// <summary>What secrets are sealed for.</summary>
    internal static string Owner(ObjectKind kind, string id) => $"{kind.Name}/{id}";

    /// <summary>A body as it is shown: without its secrets.</summary>
    public static JsonObject Redact(ObjectKind kind, JsonObject body) =>
        kind == ObjectKind.VirtualKey ? VirtualKeyValues.Redact(body)
        : kind.HasSecrets ? SecretFields.Redact(kind, body)
        : kind.Shape == ObjectShape.None ? AccountBodies.Redact(body)
        : body.DeepClone().AsObject();

    private static JsonObject Found(ProviderConfig provider)
    {
        var keys = new JsonArray();
        foreach (var key in provider.Keys) keys.Add((JsonNode)new JsonObject { ["name"] = key.Name, ["value"] = "env." + key.Name });
        return new JsonObject { ["keys"] = keys };
    }
}

/// <summary>A change as it would be, or why it cannot be.</summary>
internal sealed record Draft(ManagementError? Error)
{
    public ObjectChange? Change { get; init; }

    public StoreSnapshot? After { get; init; }

    public AuditEntry? Audit { get; init; }

    public ConfigTrial? Trial { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];
}
