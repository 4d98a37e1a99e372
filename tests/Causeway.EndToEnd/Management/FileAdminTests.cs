using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>The admin that the file names in <c>auth_config</c>.</summary>
public sealed class FileAdminTests : ManagedGateway
{
    private const string FilePassword = "a password of the file";

    private protected override JsonObject Config(Uri upstream)
    {
        var config = GatewayProcess.ConfigOf(upstream, "groq");
        config["auth_config"] = JsonNode.Parse("""{"is_enabled":true,"admin_username":"root","admin_password":"env.ROOT_PASSWORD"}""");
        return config;
    }

    private protected override IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["ROOT_PASSWORD"] = FilePassword };

    [Fact]
    public async Task It_is_an_admin_and_does_not_stand_in_the_store()
    {
        await Api.GetAsync("/api/teams").IsAsync(401, "unauthenticated");
        Assert.True((bool)(await Api.GetAsync("/api/session")).Json["has_accounts"]!);
        await Gateway.PostAsync("/api/session", ApiClient.Credentials("root", "wrong password")).IsAsync(401, "wrong_credentials");
        var root = await ApiClient.LogInAsync(Gateway, "root", FilePassword);
        Assert.Equal("admin", (string)(await root.GetAsync("/api/session")).Json["role"]!);
        var token = ApiClient.WithToken(Gateway, await root.AddTokenAsync("of-root", "editor"));
        await token.CreateAsync("/api/teams", """{"id":"web"}""");
        await root.PostAsync("/api/session/password", $$"""{"password":"{{FilePassword}}","new_password":"another one"}""").IsAsync(409, "no_account");
        var ada = await root.AddAccountAsync("ada", "admin");
        await ada.DeleteAsync("/api/accounts/ada").IsAsync(204);   // root is left
        Assert.Empty(Traces.InFolder(Gateway.AppDir, [FilePassword]));
        Assert.DoesNotContain(FilePassword, Gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guesses_are_throttled_however_many_come_at_once()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Gateway.PostAsync("/api/session", ApiClient.Credentials("root", $"guess {i}"))));
        Assert.InRange(replies.Count(reply => reply.Status == 401), 5, 8);
        Assert.InRange(replies.Count(reply => reply.Status == 429), 22, 25);
    }

    [Fact]
    public async Task Without_it_in_the_file_its_sessions_are_over()
    {
        var root = await ApiClient.LogInAsync(Gateway, "root", FilePassword);
        await root.AddAccountAsync("ada", "viewer");
        var config = JsonNode.Parse(await File.ReadAllTextAsync(Gateway.ConfigFile, TestContext.Current.CancellationToken))!.AsObject();
        config.Remove("auth_config");
        await File.WriteAllTextAsync(Gateway.ConfigFile, config.ToJsonString(), TestContext.Current.CancellationToken);
        for (var i = 0; i < 100 && (await root.GetAsync("/api/teams")).Status == 200; i++) await Task.Delay(100, TestContext.Current.CancellationToken);
        await root.GetAsync("/api/teams").IsAsync(401);
        await Api.GetAsync("/api/teams").IsAsync(401);   // there is an account, so that nobody is an admin by being here
    }
}
