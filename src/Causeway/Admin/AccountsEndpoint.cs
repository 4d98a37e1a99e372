using System.Text.Json.Nodes;
using Causeway.Admin.Access;
using Causeway.Core.Management;

namespace Causeway.Admin;

/// <summary>Who may manage the gateway.</summary>
internal sealed class AccountsEndpoint(ManagedConfig managed, Accounts accounts, LoginThrottle throttle) : ObjectsEndpoint(managed, ObjectKind.Account)
{
    private const int ShortestPassword = 8;   // characters

    private readonly ManagedConfig _managed = managed;

    /// <summary>Why a name and a password cannot be those of an account; null if they can.</summary>
    public static ManagementError? Check(string? name, string? password)
    {
        if (name is not { Length: > 0 and <= 200 } || name.Any(char.IsControl)) return ManagementError.Invalid("username", "is required: a name of up to 200 characters");
        return password is { Length: >= ShortestPassword and <= 1000 } ? null : ManagementError.Invalid("password", $"must have from {ShortestPassword} to 1000 characters");
    }

    /// <summary>POST /api/session/password with <c>{"password", "new_password"}</c>: one's own password. Ends all of the account's sessions.</summary>
    public async ValueTask ChangePasswordAsync(ApiCall call)
    {
        if (await call.ReadAsync() is not { } body) return;
        var name = call.Who!.Account;
        if (name is null || _managed.Snapshot.Find(ObjectKind.Account.Name, name) is null)
        {
            await call.RefuseAsync(new ManagementError(409, "no_account", "only accounts that are kept in the store have a password that can be changed here"));
            return;
        }

        if (Check(name, body["new_password"]?.ToString()) is { } problem)
        {
            await call.RefuseAsync(problem);
            return;
        }

        if (await accounts.IsPasswordAsync(throttle, name, body["password"]?.ToString() ?? "", call.Gone) != true)
        {
            await call.RefuseAsync(new ManagementError(403, "wrong_credentials", "wrong password"));
            return;
        }

        var kept = await Task.Run(() => PasswordHash.Of(body["new_password"]!.ToString()), call.Gone);
        var outcome = await _managed.ChangeAsync(
            new Change
            {
                Kind = ObjectKind.Account, Id = name, Action = "password", Author = call.Author, MustExist = true,
                Edit = before =>
                {
                    before!["password"] = kept;
                    return new ChangedBody(before);
                },
            },
            call.Gone);
        if (outcome.Error is { } refusal)
        {
            await call.RefuseAsync(refusal);
            return;
        }

        await EndSessionsAsync(name);
        await call.DoneAsync();
    }

    /// <summary>A change as of anything else; then nobody is let in any more by what was good for the account before.</summary>
    protected override async Task ChangeAsync(ApiCall call, string id, string action, bool? mustExist, Func<JsonObject?, ChangedBody> edit, int status)
    {
        if (mustExist == false && accounts.RoleOf(id) is null) await EndAsync(call, id);   // who had this name once is not who has it now
        var before = accounts.PasswordOf(id);
        try
        {
            await base.ChangeAsync(call, id, action, mustExist, edit, status);
        }
        finally
        {
            // also if there was nobody left to be answered
            var after = accounts.PasswordOf(id);
            if (before is not null && after is null) await EndAsync(call, id);
            else if (before is not null && before != after) await EndSessionsAsync(id);
        }
    }

    /// <summary>Ends the sessions and the tokens of an account that is not there any more.</summary>
    private async Task EndAsync(ApiCall call, string name)
    {
        await EndSessionsAsync(name);
        foreach (var token in _managed.Snapshot.Of(ObjectKind.Token.Name).Where(token => Accounts.MakerOf(token) == name).ToList())
            await _managed.ChangeAsync(new Change { Kind = ObjectKind.Token, Id = token.Id, Action = "delete", Author = call.Author, Edit = static _ => new ChangedBody(null) }, CancellationToken.None);
    }

    private Task EndSessionsAsync(string name) => _managed.Store is { } store ? store.EndSessionsAsync(name, CancellationToken.None) : Task.CompletedTask;

    /// <inheritdoc/>
    protected override ManagementError? WhyKept(ApiCall call) => accounts.IsLastAdmin(call.Id) ? LastAdmin : null;

    /// <inheritdoc/>
    protected override ChangedBody Edit(ApiCall call, JsonObject body, JsonObject? before)
    {
        var name = call.Ids.Count > 0 ? call.Id : body["name"]?.ToString();
        if (RoleText.Parse(body["role"]?.ToString()) is not { } role) return new(null, ManagementError.Invalid("role", $"must be one of {string.Join(", ", RoleText.Names)}"));
        if (role < Role.Admin && name is not null && accounts.IsLastAdmin(name)) return new(null, LastAdmin);
        var password = body["password"]?.ToString();
        if (password is null && before?["password"] is null) return new(null, ManagementError.Invalid("password", "is required"));
        if (password is not null && Check(name, password) is { } problem) return new(null, problem);
        var result = new JsonObject { ["role"] = RoleText.Of(role), ["password"] = password is null ? before!["password"]!.DeepClone() : PasswordHash.Of(password) };   // and nothing else that a body may bring
        return new(result);
    }

    private static ManagementError LastAdmin => new(409, "last_admin", "nobody could manage the gateway any more: make another admin first");
}
