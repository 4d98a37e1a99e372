using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Core.Configuration;
using Causeway.Core.Management;

namespace Causeway.Admin.Access;

/// <summary>Who has an account: those of the store, and the one of the file's <c>auth_config</c>.</summary>
internal sealed class Accounts(ManagedConfig managed, ConfigStore config)
{
    /// <summary>Is there any?</summary>
    public bool Any => config.Current.Admin is not null || managed.Snapshot.Of(ObjectKind.Account.Name).Any();

    /// <summary>The role of an account; null if there is none of this name.</summary>
    public Role? RoleOf(string name) => config.Current.Admin?.Name == name ? Role.Admin : RoleText.Parse(Body(ObjectKind.Account, name)?["role"]?.ToString());

    /// <summary>
    /// What a session is kept under: the account; for the file's admin something that only the session's secret and the present password give together, so
    /// that another password in the file ends it.
    /// </summary>
    public string HolderOf(string name, string secret) => config.Current.Admin is { } admin && admin.Name == name ? HolderOf(admin, secret) : name;

    /// <summary>Whose a session is; null if who began it is gone.</summary>
    public Principal? OfSession(Session session, string secret)
    {
        var admin = config.Current.Admin;
        if (admin is not null && session.Account == HolderOf(admin, secret)) return new Principal($"account:{admin.Name}", Role.Admin, admin.Name);
        if (admin?.Name == session.Account) return null;   // it is of a stored account, whose name the file has taken
        return RoleOf(session.Account) is { } role ? new Principal($"account:{session.Account}", role, session.Account) : null;
    }

    /// <summary>Is it the password of an account? Null: the name has to wait, see <see cref="LoginThrottle.WaitOf"/>. Takes as long for a name that nobody has.</summary>
    public Task<bool?> IsPasswordAsync(LoginThrottle throttle, string name, string password, CancellationToken cancel)
    {
        // The file has its own in clear or in the environment, so that there is nothing to stretch; the hashes are of one length.
        if (config.Current.Admin is { } admin && admin.Name == name)
            return throttle.CheckAsync(name, () => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(password)), admin.PasswordHash.Span) || PasswordHash.Matches(password, PasswordHash.OfNobody), cancel);
        var kept = PasswordOf(name);
        return throttle.CheckAsync(name, () => PasswordHash.Matches(password, kept ?? PasswordHash.OfNobody) && kept is not null, cancel);
    }

    /// <summary>How the password of a stored account is kept; null if there is none of this name.</summary>
    public string? PasswordOf(string name) => Body(ObjectKind.Account, name)?["password"]?.ToString();

    /// <summary>The account that made a token; null if it was made before there was any.</summary>
    public static string? MakerOf(StoredObject token) => JsonNode.Parse(token.Body)?["account"]?.ToString();

    /// <summary>Whom a token is of; null if there is none of this secret, it has expired, or who made it is gone.</summary>
    public Principal? OfToken(string secret, DateTimeOffset now)
    {
        var hash = VirtualKeyValues.Hash(secret);
        foreach (var item in managed.Snapshot.Of(ObjectKind.Token.Name))
        {
            var body = JsonNode.Parse(item.Body)!.AsObject();
            if (body["secret_sha256"]?.ToString() != hash) continue;   // of a hash: how long the comparison takes tells nothing of the secret
            if (body["expires_at"] is { } expires && DateTimeOffset.Parse(expires.ToString(), System.Globalization.CultureInfo.InvariantCulture) <= now) return null;
            if (RoleText.Parse(body["role"]?.ToString()) is not { } role) return null;
            var creator = body["account"]?.ToString();
            if (creator is null) return new Principal($"token:{item.Id}", role, null);
            return RoleOf(creator) is { } most ? new Principal($"token:{item.Id}", role < most ? role : most, creator) : null;   // never more than who made it may do now
        }

        return null;
    }

    /// <summary>Would nobody be an admin any more without this account?</summary>
    public bool IsLastAdmin(string name) => config.Current.Admin is null && RoleOf(name) == Role.Admin
        && !managed.Snapshot.Of(ObjectKind.Account.Name).Any(item => item.Id != name && RoleOf(item.Id) == Role.Admin);

    /// <summary>No account is called so: names have no control characters.</summary>
    private static string HolderOf(AdminConfig admin, string secret) => "\u0001" + VirtualKeyValues.Hash(secret + Convert.ToHexString(admin.PasswordHash.Span));

    private JsonObject? Body(ObjectKind kind, string id) => managed.Snapshot.Find(kind.Name, id) is { } stored ? JsonNode.Parse(stored.Body)!.AsObject() : null;
}
