using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Causeway.Core.Recording.Log;

/// <summary>Something by which rows of the log are told apart: a name, and what a row has of it. Most have one value a row, some several, or none.</summary>
public sealed record LogDimension
{
    private const string CustomPrefix = "dim.";

    private readonly Func<LogEntry, string?>? _value;
    private readonly Func<LogEntry, IReadOnlyList<string>>? _values;

    private LogDimension(string name, string meaning, Func<LogEntry, IReadOnlyList<string>> values) => (Name, Meaning, _values) = (name, meaning, values);

    private LogDimension(string name, string meaning, Func<LogEntry, string?> value) => (Name, Meaning, _value) = (name, meaning, value);

    /// <summary>All that every row may have; the position is the column's number in stores, so new ones come at the end.</summary>
    public static IReadOnlyList<LogDimension> All { get; } =
    [
        new("dialect", "the client's dialect", entry => entry.Dialect),
        new("provider", "the provider that answered, or was asked last", entry => entry.Provider),
        new("model", "the model at the provider", entry => entry.Model),
        new("asked", "the model as the client named it", entry => entry.Asked),
        new("key", "the provider's key", entry => entry.Key),
        new("status", "the HTTP status", entry => entry.Status.ToString(CultureInfo.InvariantCulture)),
        new("outcome", "ok, error, or abandoned by the client", entry => OutcomeOf(entry)),
        new("error", "the kind of error", entry => entry.Error),
        new("stop", "why the model stopped", entry => entry.Stop),
        new("stream", "was a stream asked for: true or false", entry => entry.Stream ? "true" : "false"),
        new("virtual_key", "the id of the virtual key", entry => entry.VirtualKey),
        new("team", "the id of the team", entry => entry.Team),
        new("customer", "the id of the customer", entry => entry.Customer),
        new("user", "the id of the user", entry => entry.User),
        new("session", "the session", entry => entry.Session),
        new("agent", "the agent within the session", entry => entry.Agent),
        new("parent_agent", "the agent that made it", entry => entry.ParentAgent),
        new("client", "the client's program", entry => entry.Client),
        new("repository", "the source repository", entry => entry.Repository),
        new("branch", "the branch of it", entry => entry.Branch),
        new("rule", "the routing rule", entry => entry.Rule),
        new("loss", "what could not be carried", static entry => entry.Losses.Count == 0 ? [] : [.. entry.Losses.Select(loss => loss.Path).Distinct()]),
        new("tool", "tools that the model called", static entry => entry.Tools),
    ];

    /// <summary>Its name in questions and answers.</summary>
    public string Name { get; }

    /// <summary>What it is, in a few words.</summary>
    public string Meaning { get; }

    /// <summary>Is it one of the client's own?</summary>
    public bool IsCustom => Name.StartsWith(CustomPrefix, StringComparison.Ordinal);

    /// <summary>The dimension of that name: one of <see cref="All"/>, or <c>dim.NAME</c> for a client's own.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out LogDimension? dimension)
    {
        dimension = All.FirstOrDefault(known => known.Name == name);
        if (dimension is null && name.StartsWith(CustomPrefix, StringComparison.Ordinal) && name.Length > CustomPrefix.Length) dimension = Custom(name[CustomPrefix.Length..]);
        return dimension is not null;
    }

    /// <summary>A client's own dimension.</summary>
    public static LogDimension Custom(string name) => new(CustomPrefix + name, "the client's own", entry => entry.Custom.FirstOrDefault(pair => pair.Key == name).Value);

    /// <summary>May a row have several values?</summary>
    public bool IsMany => _values is not null;

    /// <summary>What a row has of it; empty: nothing.</summary>
    public IReadOnlyList<string> Of(LogEntry entry) => _values?.Invoke(entry) ?? (OneOf(entry) is { } value ? [value] : []);

    /// <summary>What a row has of it, where it can be one at most; null: nothing.</summary>
    public string? OneOf(LogEntry entry) => _value?.Invoke(entry) is { Length: > 0 } value ? value : null;

    /// <summary>Two are the same if they have the same name.</summary>
    public bool Equals(LogDimension? other) => other?.Name == Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>For people: the name.</summary>
    public override string ToString() => Name;

    private static string OutcomeOf(LogEntry entry) => entry switch
    {
        { Status: 499 } => "abandoned",
        { IsError: true } => "error",
        _ => "ok",
    };
}
