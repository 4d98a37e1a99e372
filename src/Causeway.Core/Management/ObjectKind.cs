namespace Causeway.Core.Management;

/// <summary>How things of a kind stand in the file.</summary>
public enum ObjectShape
{
    /// <summary>As items of a list; their id is a member of theirs.</summary>
    List,

    /// <summary>As members of an object; their id is the member's name.</summary>
    Map,

    /// <summary>There is only one, a section.</summary>
    Single,

    /// <summary>Not at all: they are of the store alone.</summary>
    None,
}

/// <summary>A kind of thing that can be managed.</summary>
/// <param name="Name">Its name in the store and in the audit log: <c>virtual_key</c>.</param>
/// <param name="Path">Its name in addresses: <c>virtual-keys</c>.</param>
/// <param name="Shape">How things of it stand in the file.</param>
/// <param name="Section">Where they stand in the file: <c>governance.virtual_keys</c>.</param>
/// <param name="IdMember">The member that is their id in requests and answers.</param>
public sealed record ObjectKind(string Name, string Path, ObjectShape Shape, string Section, string IdMember)
{
    /// <summary>The members that are secrets wherever they stand, which the gateway must be able to read, so that they are sealed.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>Has it such members?</summary>
    public bool HasSecrets => Secrets.Count > 0;

    /// <summary>Are things of it looked at in order?</summary>
    public bool IsOrdered { get; init; }

    /// <summary>What clients authenticate with.</summary>
    public static ObjectKind VirtualKey { get; } = new("virtual_key", "virtual-keys", ObjectShape.List, "governance.virtual_keys", "id");

    /// <summary>Vendors and servers with their keys.</summary>
    public static ObjectKind Provider { get; } = new("provider", "providers", ObjectShape.Map, "providers", "name")
    {
        // The last ones nothing reads: other programs have them, and who writes one means a secret.
        Secrets = ["value", "access_key", "secret_key", "session_token", "password", "client_secret", "auth_credentials", "api_key", "apiKey", "secret", "token"],
    };

    /// <summary>Settings of the side that clients see.</summary>
    public static ObjectKind Client { get; } = new("client", "client", ObjectShape.Single, "client", "id");

    /// <summary>Who may manage the gateway.</summary>
    public static ObjectKind Account { get; } = new("account", "accounts", ObjectShape.None, "", "name");

    /// <summary>What programs manage the gateway with.</summary>
    public static ObjectKind Token { get; } = new("token", "tokens", ObjectShape.None, "", "id");

    /// <summary>The kinds that are parts of the configuration, in the order in which they refer to each other.</summary>
    public static IReadOnlyList<ObjectKind> OfConfiguration { get; } =
    [
        Provider,
        new("customer", "customers", ObjectShape.List, "governance.customers", "id"),
        new("team", "teams", ObjectShape.List, "governance.teams", "id"),
        new("user", "users", ObjectShape.List, "governance.users", "id"),
        VirtualKey,
        new("provider_limit", "provider-limits", ObjectShape.List, "governance.providers", "name"),
        new("model_limit", "model-limits", ObjectShape.List, "governance.model_configs", "id"),
        new("alert", "alerts", ObjectShape.List, "governance.alerts", "name") { Secrets = ["url", "secret"] },   // addresses of chats are secrets themselves
        new("price_override", "price-overrides", ObjectShape.List, "governance.pricing_overrides", "id"),
        new("rule", "rules", ObjectShape.List, "routing.rules", "name") { IsOrdered = true },
        new("alias", "aliases", ObjectShape.Map, "model_aliases", "pattern") { IsOrdered = true },
        new("fallback", "fallbacks", ObjectShape.Map, "fallbacks", "pattern") { IsOrdered = true },
        new("filter_fallback", "filter-fallbacks", ObjectShape.Map, "content_filter_fallbacks", "pattern") { IsOrdered = true },
        Client,
    ];

    /// <summary>The configuration's kind of a name; null if there is none.</summary>
    public static ObjectKind? Find(string name) => OfConfiguration.FirstOrDefault(kind => kind.Name == name);
}
