namespace Causeway.Admin.Access;

/// <summary>What someone may do. Each may do all that those before it may.</summary>
public enum Role
{
    /// <summary>See everything but what was said in requests, secrets, accounts and the audit log.</summary>
    Viewer,

    /// <summary>See also what was said; change who may use what: virtual keys, teams, customers, users, limits, rules, aliases, prices.</summary>
    Editor,

    /// <summary>Change everything: providers, where their keys are sent, accounts, tokens.</summary>
    Admin,
}

/// <summary>Names of roles in requests, answers and the store.</summary>
internal static class RoleText
{
    /// <summary>All names, from the least role on.</summary>
    public static string[] Names { get; } = ["viewer", "editor", "admin"];

    /// <summary>The name of a role.</summary>
    public static string Of(Role role) => Names[(int)role];

    /// <summary>The role of a name; null if there is none.</summary>
    public static Role? Parse(string? name) => Array.IndexOf(Names, name) is >= 0 and var at ? (Role)at : null;
}
