using System.Diagnostics;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>Who may manage the gateway, and until when.</summary>
public sealed class AccountTests : ManagedGateway
{
    private const string Wrong = "a wrong password";

    private Task<Reply> LogInAsync(string name, string password) => Gateway.PostAsync("/api/session", ApiClient.Credentials(name, password));

    [Fact]
    public async Task Passwords_are_never_shown()
    {
        var ada = await Api.AddAccountAsync("ada", "admin");
        var made = await ada.CreateAsync("/api/accounts", """{"name":"eve","role":"viewer","password":"correct horse battery staple"}""");
        foreach (var text in (string[])[made.Text, (await ada.GetAsync("/api/accounts")).Text, (await ada.GetAsync("/api/accounts/eve")).Text, (await ada.GetAsync("/api/audit")).Text])
        {
            Assert.DoesNotContain("correct horse", text, StringComparison.Ordinal);
            Assert.DoesNotContain("pbkdf2", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\"password\":", text, StringComparison.Ordinal);
        }

        Assert.Empty(Traces.InFolder(Gateway.AppDir, ["correct horse"]));
    }

    [Fact]
    public async Task Wrong_passwords_have_to_wait_however_many_come_at_once()
    {
        await Api.AddAccountAsync("ada", "admin");
        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => LogInAsync("ada", Wrong)));
        Assert.InRange(replies.Count(reply => reply.Status == 401), 5, 8);   // two are looked at at a time; a second may pass meanwhile
        Assert.All(replies.Where(reply => reply.Status != 401), reply =>
        {
            Assert.Equal((429, "too_many_attempts"), (reply.Status, (string)reply.Json["error"]!["type"]!));
            Assert.InRange(int.Parse(reply.Headers["Retry-After"]), 1, 900);
        });
        while ((await LogInAsync("ada", Wrong)).Status == 401)
        {
            // the wait was over
        }

        await LogInAsync("ada", ApiClient.Password).IsAsync(429);   // even the right one waits: else guessing would go on
        await LogInAsync("eve", Wrong).IsAsync(401, "wrong_credentials");   // others do not
    }

    [Fact]
    public async Task An_unknown_name_takes_as_long_as_a_wrong_password()
    {
        const int Times = 4;
        await Api.AddAccountAsync("ada", "admin");
        await LogInAsync("warm-up", Wrong);
        var (known, unknown) = (new List<double>(), new List<double>());
        for (var i = 0; i < Times; i++)
        {
            known.Add(await TimeAsync("ada"));
            unknown.Add(await TimeAsync($"nobody-{i}"));
        }

        Assert.InRange(unknown.Min() / known.Min(), 0.4, 2.5);   // without the work it would be a hundredth
    }

    private async Task<double> TimeAsync(string name)
    {
        var began = Stopwatch.GetTimestamp();
        var reply = await LogInAsync(name, Wrong).IsAsync(401);
        Assert.Equal("wrong name or password", (string)reply.Json["error"]!["message"]!);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    [Fact]
    public async Task A_new_password_ends_the_sessions_of_the_old_one()
    {
        var ada = await Api.AddAccountAsync("ada", "admin");
        var (eve, other) = (await ada.AddAccountAsync("eve", "viewer"), await ApiClient.LogInAsync(Gateway, "eve"));
        await eve.PostAsync("/api/session/password", $$"""{"password":"{{Wrong}}","new_password":"quite another one"}""").IsAsync(403, "wrong_credentials");
        await eve.PostAsync("/api/session/password", $$"""{"password":"{{ApiClient.Password}}","new_password":"short"}""").IsAsync(400, "invalid");
        await eve.PostAsync("/api/session/password", $$"""{"password":"{{ApiClient.Password}}","new_password":"quite another one"}""").IsAsync(204);
        await eve.GetAsync("/api/teams").IsAsync(401);
        await other.GetAsync("/api/teams").IsAsync(401);
        await LogInAsync("eve", ApiClient.Password).IsAsync(401);
        var again = await ApiClient.LogInAsync(Gateway, "eve", "quite another one");
        await ada.PatchAsync("/api/accounts/eve", """{"role":"editor"}""").IsAsync(200);
        await again.GetAsync("/api/teams").IsAsync(200);   // another role needs no new session
        await ada.PatchAsync("/api/accounts/eve", """{"password":"given by an admin"}""").IsAsync(200);
        await again.GetAsync("/api/teams").IsAsync(401);
        await ada.GetAsync("/api/teams").IsAsync(200);
        Assert.Equal(["create", "login", "login", "password", "login", "update", "update"], await ActionsAsync(ada, "eve"));
    }

    private static async Task<List<string>> ActionsAsync(ApiClient client, string name) =>
        [.. (await client.GetAsync($"/api/audit?kind=account&object={name}")).Json["items"]!.AsArray().Reverse().Select(entry => (string)entry!["action"]!)];

    [Fact]
    public async Task A_deleted_account_takes_its_sessions_and_tokens_along_also_if_the_name_comes_back()
    {
        var ada = await Api.AddAccountAsync("ada", "admin");
        var eve = await ada.AddAccountAsync("eve", "admin");
        var token = ApiClient.WithToken(Gateway, await eve.AddTokenAsync("of-eve", "admin"));
        await token.GetAsync("/api/accounts").IsAsync(200);
        await ada.DeleteAsync("/api/accounts/eve").IsAsync(204);
        await eve.GetAsync("/api/teams").IsAsync(401);
        await token.GetAsync("/api/teams").IsAsync(401);
        var other = await ada.AddAccountAsync("eve", "admin");   // somebody else of the same name
        await other.GetAsync("/api/accounts").IsAsync(200);
        await eve.GetAsync("/api/teams").IsAsync(401);
        await token.GetAsync("/api/teams").IsAsync(401);
        Assert.Empty((await ada.GetAsync("/api/tokens")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task The_last_admin_stays()
    {
        var ada = await Api.AddAccountAsync("ada", "admin");
        await ada.AddAccountAsync("eve", "editor");
        await ada.DeleteAsync("/api/accounts/ada").IsAsync(409, "last_admin");
        await ada.PatchAsync("/api/accounts/ada", """{"role":"editor"}""").IsAsync(409, "last_admin");
        await ada.PutAsync("/api/accounts/ada", $$"""{"role":"viewer","password":"{{ApiClient.Password}}"}""").IsAsync(409, "last_admin");
        var max = await ada.AddAccountAsync("max", "admin");
        var both = await Task.WhenAll(ada.DeleteAsync("/api/accounts/max"), max.DeleteAsync("/api/accounts/ada"));
        Assert.Single(both, reply => reply.Status == 204);
        var left = both[0].Status == 204 ? ada : max;
        Assert.Single((await left.GetAsync("/api/accounts").IsAsync(200)).Json["items"]!.AsArray(), account => (string)account!["role"]! == "admin");
    }

    [Fact]
    public async Task A_token_may_never_more_than_who_made_it_may_now()
    {
        var ada = await Api.AddAccountAsync("ada", "admin");
        var eve = await ada.AddAccountAsync("eve", "admin");
        var token = ApiClient.WithToken(Gateway, await eve.AddTokenAsync("of-eve", "admin"));
        var child = ApiClient.WithToken(Gateway, await token.AddTokenAsync("of-the-token", "admin"));   // made by a token is made by its account
        var small = ApiClient.WithToken(Gateway, await eve.AddTokenAsync("small", "viewer"));
        await small.PostAsync("/api/tokens", """{"id":"more","role":"viewer"}""").IsAsync(403, "forbidden");
        await ada.PatchAsync("/api/accounts/eve", """{"role":"editor"}""").IsAsync(200);
        foreach (var client in (ApiClient[])[token, child])
        {
            await client.PostAsync("/api/tokens", """{"id":"more","role":"viewer"}""").IsAsync(403, "forbidden");
            await client.PatchAsync("/api/teams/none", "{}").IsAsync(404);
        }

        await small.PatchAsync("/api/teams/none", "{}").IsAsync(403, "forbidden");
        await ada.PatchAsync("/api/accounts/eve", """{"role":"viewer"}""").IsAsync(200);
        await token.PatchAsync("/api/teams/none", "{}").IsAsync(403, "forbidden");
        await ada.PostAsync("/api/tokens", """{"id":"forged","role":"viewer","secret_sha256":"x","account":"ada","value":"cwt-mine"}""").IsAsync(201);
        await ApiClient.WithToken(Gateway, "cwt-mine").GetAsync("/api/teams").IsAsync(401);
        await ada.DeleteAsync("/api/tokens/small").IsAsync(204);
        await small.GetAsync("/api/teams").IsAsync(401);
    }
}
