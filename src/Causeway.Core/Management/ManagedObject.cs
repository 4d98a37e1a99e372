using System.Text.Json.Nodes;

namespace Causeway.Core.Management;

/// <summary>Who says that a thing is as it is.</summary>
public enum ObjectSource
{
    /// <summary>The store: it can be changed.</summary>
    Store,

    /// <summary>The file, which owns it: it is changed there.</summary>
    File,

    /// <summary>The environment: a provider whose key variable is set. A stored one of the same name takes its place.</summary>
    Environment,
}

/// <summary>A thing as it is shown: without its secrets.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">What it is called.</param>
/// <param name="Source">Who says so.</param>
/// <param name="MakeBody">Makes its members, in the form of the file: when it is shown, for there may be many.</param>
public sealed record ManagedObject(ObjectKind Kind, string Id, ObjectSource Source, Func<JsonObject> MakeBody)
{
    private JsonObject? _body;

    /// <summary>Its members, in the form of the file.</summary>
    public JsonObject Body => _body ??= MakeBody();

    /// <summary>How it is stored; null if it is not.</summary>
    public StoredObject? Stored { get; init; }

    /// <summary>Why it has no effect, if it has none: it does not fit what is configured now.</summary>
    public string? Problem { get; init; }
}
