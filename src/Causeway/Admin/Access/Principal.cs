namespace Causeway.Admin.Access;

/// <summary>Who makes a request to the management API.</summary>
/// <param name="Actor">For the audit log: <c>account:ada</c>, <c>token:ci</c>, <c>local</c>.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Account">The account; null: they have none.</param>
internal sealed record Principal(string Actor, Role Role, string? Account)
{
    /// <summary>Whoever sits at a gateway that has no account yet and that no other machine can reach.</summary>
    public static Principal Local { get; } = new("local", Role.Admin, null);
}
