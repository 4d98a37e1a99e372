using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>Providers that are made by the API: their keys work, and are never seen again.</summary>
public sealed class ProviderApiTests : ManagedGateway
{
    private const string Secret = "sk-proj-canary-of-a-provider-0123456789";
    private const string Providers = "/api/providers";
    private const string Mine = Providers + "/openai";

    private string Body(string key, string more = "") =>
        $$$"""{"name":"openai","keys":[{"name":"main","value":{{{key}}}}],"network_config":{"base_url":"{{{Upstream.Address.ToString().TrimEnd('/')}}}"{{{more}}}}}""";

    private Task<Reply> AskMineAsync() => Gateway.PostAsync(Ask.Chat, Ask.For("openai/gpt-4o"));

    [Fact]
    public async Task A_key_works_at_once_and_is_never_seen_again()
    {
        var made = await Api.CreateAsync(Providers, Body($"\"{Secret}\"", $$""","extra_headers":{"x-team-secret":"{{Secret}}-header"}"""));
        await AskMineAsync().IsAsync(200);
        Assert.Equal(Secret, Upstream.Keys.Single());
        Assert.Equal(Secret + "-header", Upstream.Headers.Single()["x-team-secret"]);
        var shown = await Api.GetAsync(Mine);
        Assert.True((bool)shown.Json["keys"]![0]!["value"]!["is_set"]!);
        Assert.True((bool)shown.Json["network_config"]!["extra_headers"]!["x-team-secret"]!["is_set"]!);
        var copy = Path.Combine(Gateway.AppDir, "copy.db");
        await Cli.RunAsync(Gateway.AppDir, "backup", copy);
        foreach (var text in (string[])[made.Text, shown.Text, (await Api.GetAsync(Providers)).Text, (await Api.GetAsync("/api/audit")).Text, Gateway.Log]) Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.NotEmpty(Traces.InFile(copy, ["base_url"]));
        Assert.Empty(Traces.InFolder(Gateway.AppDir, [Secret]));
        await Gateway.KillAndRestartAsync();
        await AskMineAsync().IsAsync(200);
        Assert.Equal([Secret, Secret], Upstream.Keys);
    }

    [Fact]
    public async Task What_was_read_can_be_sent_back()
    {
        await Api.CreateAsync(Providers, Body($"\"{Secret}\"", $$""","extra_headers":{"x-team-secret":"{{Secret}}-header"}"""));
        var read = (await Api.GetAsync(Mine)).Json;
        read["network_config"]!["max_retries"] = 1;
        await Api.PutAsync(Mine, read.ToJsonString()).IsAsync(200);
        await Api.PatchAsync(Mine, """{"network_config":{"max_retries":2}}""").IsAsync(200);
        read["keys"]!.AsArray().Insert(0, JsonNode.Parse("""{"name":"first","value":"sk-another","weight":0}"""));   // the key is known by its name, not by its place
        await Api.PutAsync(Mine, read.ToJsonString()).IsAsync(200);
        await AskMineAsync().IsAsync(200);
        Assert.Equal((Secret, Secret + "-header"), (Upstream.Keys.Single(), Upstream.Headers.Single()["x-team-secret"]));
        read["keys"]![1]!["name"] = "unknown";
        read["keys"]![0]!["name"] = "unknown, too";
        Assert.Contains("keys[0].value", await Api.PutAsync(Mine, read.ToJsonString().Replace("\"sk-another\"", """{"is_set":true}""", StringComparison.Ordinal)).IsAsync(400, "invalid"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"is_set":true}""")]
    [InlineData("""{"sealed":"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"}""")]
    [InlineData("""{"text":"sk-proj-canary-of-a-provider-0123456789"}""")]
    [InlineData("""["sk-proj-canary-of-a-provider-0123456789"]""")]
    public async Task What_is_no_secret_is_not_kept(string value)
    {
        await Api.PostAsync(Providers, Body(value)).IsAsync(400, "invalid");
        await Api.GetAsync(Mine).IsAsync(404, "not_found");
        Assert.Empty(Traces.InFolder(Gateway.AppDir, [Secret]));
    }

    [Theory]
    [InlineData("\"env.MY_KEY\"")]
    [InlineData("""{"ref":"MY_KEY"}""")]
    [InlineData("""{"ref":"env.MY_KEY","type":"env"}""")]
    [InlineData("""{"value":"env.MY_KEY"}""")]
    public async Task References_to_the_environment_stay_readable(string value)
    {
        await Api.CreateAsync(Providers, Body(value));
        Assert.Equal("env.MY_KEY", (string?)(await Api.GetAsync(Mine)).Json["keys"]![0]!["value"]);
        await AskMineAsync().IsAsync(200);
        Assert.Equal("a-key-of-the-environment", Upstream.Keys.Single());
    }

    private protected override IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["MY_KEY"] = "a-key-of-the-environment" };

    [Fact]
    public async Task An_editor_cannot_send_keys_elsewhere()
    {
        await Api.CreateAsync(Providers, Body($"\"{Secret}\""));
        var admin = await Api.AddAccountAsync("ada", "admin");
        var editor = await admin.AddAccountAsync("eve", "editor");
        const string Elsewhere = """{"network_config":{"base_url":"http://127.0.0.1:9"}}""";
        await editor.PatchAsync(Mine, Elsewhere).IsAsync(403, "forbidden");
        await editor.PutAsync(Mine, Elsewhere).IsAsync(403, "forbidden");
        await editor.PostAsync(Providers, Body("{\"is_set\":true}")).IsAsync(403, "forbidden");
        await editor.DeleteAsync(Mine).IsAsync(403, "forbidden");
        await editor.PatchAsync("/api/client", """{"allowed_origins":["*"]}""").IsAsync(403, "forbidden");
        await editor.SendAsync(HttpMethod.Put, "/api/client", """{"allowed_origins":["*"]}""", ("if-none-match", "*")).IsAsync(403, "forbidden");
        await admin.SendAsync(HttpMethod.Put, "/api/client", """{"allowed_origins":["https://app.example"]}""", ("if-none-match", "*")).IsAsync(201);
    }
}
