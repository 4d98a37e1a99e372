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
/// <param name="Objects">The objects, in the order of their kinds and ids, letter by letter.</param>
public sealed record StoreSnapshot(long Revision, IReadOnlyList<StoredObject> Objects)
{
    /// <summary>Nothing.</summary>
    public static StoreSnapshot Empty { get; } = new(0, []);

    /// <summary>The object of a kind and id; null if there is none.</summary>
    public StoredObject? Find(string kind, string id)
    {
        var at = IndexOf(kind, id);
        return at >= 0 ? Objects[at] : null;
    }

    /// <summary>Those of one kind.</summary>
    public IEnumerable<StoredObject> Of(string kind) => Objects.Where(item => item.Kind == kind);

    /// <summary>What would be stored after a change.</summary>
    public StoreSnapshot With(ObjectChange change, DateTimeOffset now, string by)
    {
        var objects = Objects.ToList();
        var at = IndexOf(change.Kind, change.Id);
        if (at >= 0) objects.RemoveAt(at);
        if (change.Body is { } body) objects.Insert(at >= 0 ? at : ~at, new StoredObject(change.Kind, change.Id, body, Revision + 1, now, by));
        return new StoreSnapshot(Revision + 1, objects);
    }

    /// <summary>Where an object is; if it is not there, the complement of where it belongs.</summary>
    private int IndexOf(string kind, string id)
    {
        var (low, high) = (0, Objects.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(Objects[middle].Kind, kind) is not 0 and var byKind ? byKind : string.CompareOrdinal(Objects[middle].Id, id);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }
}

/// <summary>Another body for an object.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Id">The id.</param>
/// <param name="Body">The body; null: it is deleted.</param>
public sealed record ObjectChange(string Kind, string Id, string? Body);
