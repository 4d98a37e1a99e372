using System.Text.Json.Nodes;

namespace Causeway.Core.Management.Secrets;

/// <summary>Seals all secrets of a store anew, with another key.</summary>
public static class Rekeying
{
    private const int MostTries = 20;

    /// <summary>Makes sure that all secrets can be opened.</summary>
    /// <exception cref="FormatException">One was sealed with another key.</exception>
    public static async Task CheckAsync(IManagementStore store, SecretKeys keys, CancellationToken cancel)
    {
        foreach (var (item, kind) in Sealed(await store.ReadAsync(cancel))) Opened(item, kind, keys);
    }

    /// <summary>How many things were sealed anew; all of them or none.</summary>
    /// <param name="store">The store.</param>
    /// <param name="old">Opens them.</param>
    /// <param name="next">Seals them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="FormatException">A secret was sealed with yet another key.</exception>
    /// <exception cref="IOException">The database cannot be used, or others change it all the time.</exception>
    public static async Task<int> RunAsync(IManagementStore store, SecretKeys old, SecretBox next, TimeProvider time, CancellationToken cancel)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var snapshot = await store.ReadAsync(cancel);
            var changes = new List<ObjectChange>();
            foreach (var (item, kind) in Sealed(snapshot))
            {
                var body = SecretFields.Seal(kind, Opened(item, kind, old), null, next.Seal, ManagedConfig.Owner(kind, item.Id), out _);
                changes.Add(new ObjectChange(item.Kind, item.Id, body.ToJsonString()));
            }

            if (changes.Count == 0) return 0;
            var now = time.GetUtcNow();
            var audit = new AuditEntry { Id = Guid.CreateVersion7(now), Time = now, Actor = "cli", Action = "rekey", Kind = "secrets", Object = "all" };
            if (await store.WriteAsync(snapshot.Revision, changes, [audit], cancel)) return changes.Count;
        }

        throw new IOException("others change the configuration all the time: try again");
    }

    private static IEnumerable<(StoredObject Item, ObjectKind Kind)> Sealed(StoreSnapshot snapshot)
    {
        foreach (var item in snapshot.Objects)
        {
            if (ObjectKind.Find(item.Kind) is { HasSecrets: true } kind) yield return (item, kind);
        }
    }

    private static JsonObject Opened(StoredObject item, ObjectKind kind, SecretKeys keys) => SecretFields.Open(kind, JsonNode.Parse(item.Body)!.AsObject(), keys, ManagedConfig.Owner(kind, item.Id));
}
