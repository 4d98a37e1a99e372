using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>A gateway that other machines can reach: nothing works for who has neither a virtual key nor an account, and whoever started it makes the first.</summary>
public sealed class ExposedTests
{
    private const string Anywhere = "0.0.0.0";
    private const string GivenToken = "a-setup-token-of-the-operator";

    private static Task<GatewayProcess> StartAsync(string config = "{}", params (string Name, string Value)[] environment) =>
        GatewayProcess.StartAsync(JsonNode.Parse(config), environment.ToDictionary(one => one.Name, one => one.Value), host: Anywhere);

    private static async Task<string> TokenAsync(GatewayProcess gateway)
    {
        await ScriptedUpstream.UntilAsync(() => gateway.Log.Contains("/api/setup", StringComparison.Ordinal));
        var log = gateway.Log;
        var at = log.IndexOf("\"setup-", StringComparison.Ordinal);
        return at < 0 ? "" : log[(at + 1)..log.IndexOf('"', at + 1)];
    }

    private static Task<Reply> SetUpAsync(GatewayProcess gateway, string token, string name = "ada") =>
        gateway.PostAsync("/api/setup", new JsonObject { ["token"] = token, ["username"] = name, ["password"] = ApiClient.Password });

    [Fact]
    public async Task Each_client_API_says_that_a_virtual_key_is_required()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var gateway = await StartAsync(GatewayProcess.Config(upstream.Address).ToJsonString());
        foreach (var api in Ask.Apis)
        {
            var (path, body) = Ask.StreamIn(api, "openai/gpt-4o");
            foreach (var key in (string?[])[null, "dummy-key", "sk-cw-unknown"])
            {
                var reply = key is null ? await gateway.PostAsync(path, body) : await gateway.PostAsync(path, body, ("authorization", $"Bearer {key}"));
                Assert.Equal((api, 401), (api, reply.Status));
                var json = reply.Json;
                var (said, kind) = api switch
                {
                    "messages" => (json["error"]!["message"], json["error"]!["type"]),
                    "cohere" => (json["message"], "authentication_error"),
                    "gemini" or "gemini-list" => (json["error"]!["message"], json["error"]!["status"]),
                    "converse" or "invoke" => (json["message"], json["__type"]),
                    _ => (json["error"]!["message"], json["error"]!["code"]),
                };
                Assert.Contains("a virtual key is required", (string)said!, StringComparison.Ordinal);
                Assert.Contains((string)kind!, (string[])["authentication_error", "UNAUTHENTICATED", "accessDeniedException", "virtual_key_required"]);
            }
        }

        Assert.Empty(upstream.Bodies);
    }

    [Fact]
    public async Task Without_an_account_everything_else_waits_for_the_first()
    {
        await using var gateway = await StartAsync();
        foreach (var operation in (await ApiOperation.AllAsync(gateway)).Where(operation => operation.Role != "everybody"))
            await gateway.SendAsync(HttpMethod.Parse(operation.Method), operation.Missing, operation.Method == "GET" ? null : "{}").IsAsync(401, "setup_required");
        var session = (await gateway.SendAsync(HttpMethod.Get, "/api/session")).Json;
        Assert.Equal((false, false, true), ((bool)session["authenticated"]!, (bool)session["has_accounts"]!, (bool)session["setup_required"]!));
    }

    [Fact]
    public async Task The_printed_token_makes_the_first_account_and_no_other()
    {
        await using var gateway = await StartAsync();
        var token = await TokenAsync(gateway);
        Assert.InRange(token.Length, 40, 100);
        await SetUpAsync(gateway, "").IsAsync(401, "wrong_token");
        await SetUpAsync(gateway, token[..^1]).IsAsync(401, "wrong_token");
        await gateway.PostAsync("/api/setup", new JsonObject { ["token"] = token, ["username"] = "ada", ["password"] = "short" }).IsAsync(400, "invalid");
        var both = await Task.WhenAll(SetUpAsync(gateway, token), SetUpAsync(gateway, token, "eve"));
        Assert.Equal([200, 409], both.Select(reply => reply.Status).Order());
        var first = both.Single(reply => reply.Status == 200);
        Assert.Equal("admin", (string)first.Json["role"]!);
        var items = (await ApiClient.WithCookie(gateway, ApiClient.CookieOf(first)).GetAsync("/api/accounts")).Json["items"]!.AsArray();
        Assert.Equal((string)first.Json["account"]!, (string)Assert.Single(items)!["name"]!);
        await SetUpAsync(gateway, token, "mallory").IsAsync(409, "done");
        await gateway.SendAsync(HttpMethod.Get, "/api/teams").IsAsync(401, "unauthenticated");
        await gateway.KillAndRestartAsync();
        await ScriptedUpstream.UntilAsync(() => gateway.Log.Contains("listens on", StringComparison.Ordinal));
        Assert.DoesNotContain("setup-", gateway.Log, StringComparison.Ordinal);
        await SetUpAsync(gateway, token, "mallory").IsAsync(409, "done");
    }

    [Fact]
    public async Task Guesses_of_the_token_are_throttled()
    {
        await using var gateway = await StartAsync();
        for (var i = 0; i < 12; i++) await SetUpAsync(gateway, $"setup-guess-{i}").IsAsync(401, "wrong_token");
        await SetUpAsync(gateway, await TokenAsync(gateway)).IsAsync(401, "wrong_token");   // even the right one has to wait now
    }

    [Fact]
    public async Task A_token_of_the_environment_is_taken_and_not_printed()
    {
        await using var gateway = await StartAsync("{}", ("CAUSEWAY_SETUP_TOKEN", GivenToken));
        Assert.Equal("", await TokenAsync(gateway));
        Assert.Contains("CAUSEWAY_SETUP_TOKEN", gateway.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(GivenToken, gateway.Log, StringComparison.Ordinal);
        await SetUpAsync(gateway, GivenToken).IsAsync(200);
    }

    [Fact]
    public async Task A_token_that_could_be_guessed_stops_the_start()
    {
        var folder = Directory.CreateTempSubdirectory("causeway-exposed-").FullName;
        await using var process = new ChildProcess(Paths.Binary, ["-app-dir", folder, "-port", "0", "-host", Anywhere], new Dictionary<string, string> { ["CAUSEWAY_SETUP_TOKEN"] = "hunter2" });
        Assert.Equal(1, await process.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains("CAUSEWAY_SETUP_TOKEN: must have at least 16 characters", process.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", process.Errors + process.Output, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_file_can_let_any_key_in()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Whole("ok"));
        var config = GatewayProcess.Config(upstream.Address);
        config["client"] = JsonNode.Parse("""{"enforce_auth_on_inference":false}""");
        await using var gateway = await StartAsync(config.ToJsonString());
        await gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"), ("authorization", "Bearer dummy-key")).IsAsync(200);
        await gateway.SendAsync(HttpMethod.Get, "/api/teams").IsAsync(401, "setup_required");   // that is another door
    }
}
