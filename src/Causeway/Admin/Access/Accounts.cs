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

    /// <summary>Is it the password of an account? Takes as long for a name that nobody has.</summary>
    public async Task<bool> IsPasswordAsync(LoginThrottle throttle, string name, string password, CancellationToken cancel)
    {
        if (config.Current.Admin is { } admin && admin.Name == name)
        {
            // The file has it in clear or in the environment, so that there is nothing to stretch; the hashes are of one length.
            var isRight = CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(password)), admin.PasswordHash.Span);
            if (!isRight) await throttle.CheckAsync(name, password, PasswordHash.OfNobody, cancel);
            else throttle.Count(name, isRight: true);
            return isRight;
        }

        var kept = Body(ObjectKind.Account, name)?["password"]?.ToString();
        return await throttle.CheckAsync(name, password, kept ?? PasswordHash.OfNobody, cancel) && kept is not null;
    }

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

    private JsonObject? Body(ObjectKind kind, string id) => managed.Snapshot.Find(kind.Name, id) is { } stored ? JsonNode.Parse(stored.Body)!.AsObject() : null;
}
