namespace Causeway.Dialects.Canonical;

/// <summary>Something one side said that the other side's dialect cannot carry.</summary>
/// <param name="Path">Where it stood, in the speaker's own dialect: <c>thinking</c>, <c>messages.cache_control</c>. Positions in
/// lists are left out, so that the same loss counts once.</param>
/// <param name="Reason">Why it cannot be carried, in a few words.</param>
public sealed record Loss(string Path, string Reason);

/// <summary>The losses of one direction of an exchange, each path once with how often it occurred.</summary>
public sealed class LossReport
{
    private readonly Dictionary<Loss, int> _losses = [];

    /// <summary>The losses in the order they were met, with their counts.</summary>
    public IReadOnlyCollection<KeyValuePair<Loss, int>> Losses => _losses;

    /// <summary>Notes a loss.</summary>
    public void Add(string path, string reason)
    {
        var loss = new Loss(path, reason);
        _losses[loss] = _losses.GetValueOrDefault(loss) + 1;
    }

    /// <summary>Notes every field of <paramref name="extras"/> as lost if they belong to another dialect than <paramref name="target"/>.</summary>
    public void AddForeign(Extras? extras, DialectId target, string path)
    {
        if (extras is null || extras.Origin == target) return;
        foreach (var (name, _) in extras.Fields) AddForeign(name, extras.Origin, target, path);
    }

    /// <summary>Notes the field <paramref name="name"/> as lost if it belongs to another dialect than <paramref name="target"/>.</summary>
    public void AddForeign(string name, DialectId origin, DialectId target, string path)
    {
        if (origin != target) Add(path.Length == 0 ? name : $"{path}.{name}", $"{target.Name()} has no such field");
    }
}
