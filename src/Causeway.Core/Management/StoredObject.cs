namespace Causeway.Core.Management;

/// <summary>A part of the configuration, an account or a token that is kept in the store and not in the file.</summary>
/// <param name="Kind">What it is: the name of an <see cref="ObjectKind"/>.</param>
/// <param name="Id">What it is called among those of its kind.</param>
/// <param name="Body">A JSON object, in the form of the file, with its secrets sealed or hashed.</param>
/// <param name="Version">The revision of the store that it was last changed in.</param>
/// <param name="Changed">When that was.</param>
/// <param name="By">Who did it.</param>
public sealed record StoredObject(string Kind, string Id, string Body, long Version, DateTimeOffset Changed, string By);

/// <summary>All that is stored, as of one moment.</summary>
/// <param name="Revision">How often the store has been changed.</param>
/// <param name="Objects">The objects, by kind and id.</param>
public sealed record StoreSnapshot(long Revision, IReadOnlyList<StoredObject> Objects)
{
    /// <summary>Nothing.</summary>
    public static StoreSnapshot Empty { get; } = new(0, []);

    /// <summary>The object of a kind and id; null if there is none.</summary>
    public StoredObject? Find(string kind, string id)
    {
        foreach (var item in Objects)
        {
            if (item.Kind == kind && item.Id == id) return item;
        }

        return null;
    }

    /// <summary>Those of one kind.</summary>
    public IEnumerable<StoredObject> Of(string kind) => Objects.Where(item => item.Kind == kind);

    /// <summary>What would be stored after a change.</summary>
    public StoreSnapshot With(ObjectChange change, DateTimeOffset now, string by)
    {
        var objects = Objects.Where(item => item.Kind != change.Kind || item.Id != change.Id).ToList();
        if (change.Body is { } body) objects.Add(new StoredObject(change.Kind, change.Id, body, Revision + 1, now, by));
        objects.Sort(static (one, other) => (one.Kind, one.Id).CompareTo((other.Kind, other.Id)));
        return new StoreSnapshot(Revision + 1, objects);
    }
}

/// <summary>Another body for an object.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Id">The id.</param>
/// <param name="Body">The body; null: it is deleted.</param>
public sealed record ObjectChange(string Kind, string Id, string? Body);
