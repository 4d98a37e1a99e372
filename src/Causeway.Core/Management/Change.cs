using System.Text.Json.Nodes;

namespace Causeway.Core.Management;

/// <summary>Who makes a change.</summary>
/// <param name="Actor">As in <see cref="AuditEntry.Actor"/>.</param>
/// <param name="Address">Where from; null: it is no request.</param>
public sealed record ChangeAuthor(string Actor, string? Address);

/// <summary>A change that someone wants to make.</summary>
public sealed record Change
{
    /// <summary>What kind of thing.</summary>
    public required ObjectKind Kind { get; init; }

    /// <summary>Which one.</summary>
    public required string Id { get; init; }

    /// <summary>What is done, for the audit log.</summary>
    public required string Action { get; init; }

    /// <summary>Who does it.</summary>
    public required ChangeAuthor Author { get; init; }

    /// <summary>Must it be there before? Null: that does not matter.</summary>
    public bool? MustExist { get; init; }

    /// <summary>The version that it must have; null: any.</summary>
    public long? Version { get; init; }

    /// <summary>The body that it gets, from the one that it has, which is null if it is not there; null: it is deleted. Or why not.</summary>
    public required Func<JsonObject?, ChangedBody> Edit { get; init; }
}

/// <summary>What comes of editing a body.</summary>
/// <param name="Body">The body; null: it is deleted.</param>
/// <param name="Error">Why there is none.</param>
public readonly record struct ChangedBody(JsonObject? Body, ManagementError? Error = null);

/// <summary>What came of a change: the thing as it is stored now, or an error.</summary>
/// <param name="Stored">The thing; null: it is deleted, or there is an error.</param>
/// <param name="Error">Why nothing was changed.</param>
public sealed record ChangeOutcome(StoredObject? Stored, ManagementError? Error)
{
    /// <summary>What may not work as it was meant.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
