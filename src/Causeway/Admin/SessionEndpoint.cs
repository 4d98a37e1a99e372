using System.Globalization;
using System.Text.Json.Nodes;
using Causeway.Admin.Access;
using Causeway.Core.Management;

namespace Causeway.Admin;

/// <summary>Logging in and out, and the first account.</summary>
internal sealed class SessionEndpoint(ManagedConfig managed, Accounts accounts, AccessGate gate, LoginThrottle throttle, SetupToken setup, TimeProvider time, ILogger<SessionEndpoint> log)
{
    private static readonly TimeSpan Length = TimeSpan.FromDays(7);

    /// <summary>GET /api/session: who one is, and whether one can be anybody.</summary>
    public async ValueTask GetAsync(ApiCall call)
    {
        var who = await gate.FindAsync(call.Http);
        await call.AnswerAsync(new JsonObject
        {
            ["authenticated"] = who is not null,
            ["account"] = who?.Account,
            ["role"] = who is null ? null : RoleText.Of(who.Role),
            ["has_accounts"] = accounts.Any,
            ["setup_required"] = gate.NeedsSetup,
        });
    }

    /// <summary>POST /api/session with <c>{"username", "password"}</c>: sets the cookie of a new session.</summary>
    public async ValueTask LogInAsync(ApiCall call)
    {
        if (await call.ReadAsync() is not { } body) return;
        if (body["username"]?.ToString() is not { Length: > 0 and <= 200 } name || body["password"]?.ToString() is not { Length: > 0 and <= 1000 } password)
        {
            await call.RefuseAsync(ManagementError.Invalid("username", "is required, and a password"));
            return;
        }

        var isRight = await accounts.IsPasswordAsync(throttle, name, password, call.Gone);
        if (isRight is null)
        {
            var seconds = Math.Max(1, Math.Ceiling(throttle.WaitOf(name).TotalSeconds));
            call.Http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await call.RefuseAsync(new ManagementError(429, "too_many_attempts", $"too many wrong passwords: wait {seconds} seconds"));
            return;
        }

        if (isRight == false)
        {
            log.LogWarning("wrong name or password for the account '{Account}' from {Address}", Cleaned(name), call.Author.Address);
            await call.RefuseAsync(new ManagementError(401, "wrong_credentials", "wrong name or password"));
            return;
        }

        await BeginAsync(call, name);
    }

    /// <summary>DELETE /api/session: ends it.</summary>
    public async ValueTask LogOutAsync(ApiCall call)
    {
        if (call.Http.Request.Cookies[AccessGate.Cookie] is { Length: > 0 } secret && managed.Store is { } store) await store.EndSessionAsync(VirtualKeyValues.Hash(secret), call.Gone);
        call.Http.Response.Cookies.Delete(AccessGate.Cookie, Options(call.Http, null));
        await call.DoneAsync();
    }

    /// <summary>POST /api/setup with <c>{"token", "username", "password"}</c>: makes the first account, an admin, and logs it in.</summary>
    public async ValueTask SetUpAsync(ApiCall call)
    {
        if (await call.ReadAsync() is not { } body) return;
        if (accounts.Any)
        {
            await call.RefuseAsync(new ManagementError(409, "done", "there is an account already: log in"));
            return;
        }

        if (throttle.WaitOf(SetupToken.Name) is { Ticks: > 0 } || !setup.Matches(body["token"]?.ToString(), throttle))
        {
            await call.RefuseAsync(new ManagementError(401, "wrong_token", "the token is not the one that the gateway printed at its start, or was guessed too often: wait, or start the gateway anew"));
            return;
        }

        if (AccountsEndpoint.Check(body["username"]?.ToString(), body["password"]?.ToString()) is { } problem)
        {
            await call.RefuseAsync(problem);
            return;
        }

        var name = body["username"]!.ToString();
        var password = await Task.Run(() => PasswordHash.Of(body["password"]!.ToString()), call.Gone);
        var outcome = await managed.ChangeAsync(
            new Change
            {
                Kind = ObjectKind.Account, Id = name, Action = "create", Author = new ChangeAuthor("setup", call.Author.Address), MustExist = false,
                Edit = _ => accounts.Any ? new ChangedBody(null, new ManagementError(409, "done", "there is an account already: log in"))
                    : new ChangedBody(new JsonObject { ["role"] = RoleText.Of(Role.Admin), ["password"] = password }),
            },
            call.Gone);
        if (outcome.Error is { } refusal) await call.RefuseAsync(refusal);
        else await BeginAsync(call, name);
    }

    private async ValueTask BeginAsync(ApiCall call, string account)
    {
        var (store, error) = await managed.StoreAsync();
        if (store is null)
        {
            await call.RefuseAsync(error!);
            return;
        }

        var (now, secret) = (time.GetUtcNow(), VirtualKeyValues.New("cws-"));
        await store.AddSessionAsync(new Session(VirtualKeyValues.Hash(secret), accounts.HolderOf(account, secret), now, now + Length), call.Gone);
        await store.NoteAsync(
            new AuditEntry { Id = AuditEntry.NextId(now), Time = now, Actor = $"account:{account}", Address = call.Author.Address, Action = "login", Kind = ObjectKind.Account.Name, Object = account },
            call.Gone);
        call.Http.Response.Cookies.Append(AccessGate.Cookie, secret, Options(call.Http, Length));
        await call.AnswerAsync(new JsonObject { ["account"] = account, ["role"] = accounts.RoleOf(account) is { } role ? RoleText.Of(role) : null, ["expires_at"] = ApiText.Of(now + Length) });
    }

    private static CookieOptions Options(HttpContext http, TimeSpan? length) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", MaxAge = length,
        Secure = http.Request.IsHttps || http.Request.Headers["X-Forwarded-Proto"] == "https",
    };

    private static string Cleaned(string text) => string.Concat(text.Where(letter => !char.IsControl(letter)));
}
