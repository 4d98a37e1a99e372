using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd.Management;

/// <summary>What the file declares belongs to the file: it is shown, cannot be changed by the API, and wins over what is stored.</summary>
public sealed class FileOwnershipTests : ManagedGateway
{
    private const string Secret = "sk-of-the-file-0123456789";

    private protected override JsonObject Config(Uri upstream)
    {
        var config = GatewayProcess.ConfigOf(upstream, "groq");
        config["governance"] = JsonNode.Parse($$$"""{"teams":[{"id":"web","name":"Web people"}],"virtual_keys":[{"id":"ada","name":"Ada","value":"{{{Secret}}}"}],"pricing_overrides":[{"pattern":"a*","price":{"input":1,"output":1}}]}""");
        config["model_aliases"] = JsonNode.Parse("""{"fast":"groq/llama"}""");
        config["client"] = JsonNode.Parse("""{"allowed_origins":["https://app.example"]}""");
        return config;
    }

    [Theory]
    [InlineData("teams", "id", "web")]
    [InlineData("teams", "id", "Web people")]
    [InlineData("virtual-keys", "id", "ada")]
    [InlineData("virtual-keys", "id", "Ada")]
    [InlineData("providers", "name", "groq")]
    [InlineData("providers", "name", "GROQ")]
    [InlineData("aliases", "pattern", "fast")]
    [InlineData("aliases", "pattern", "FAST")]
    public async Task It_can_be_neither_changed_nor_shadowed(string kind, string member, string id)
    {
        var path = $"/api/{kind}/{Uri.EscapeDataString(id)}";
        await Api.PostAsync($"/api/{kind}", new JsonObject { [member] = id, ["to"] = "groq/x" }.ToJsonString()).IsAsync(409, "owned_by_file");
        await Api.PutAsync(path, "{}").IsAsync(409, "owned_by_file");
        await Api.SendAsync(HttpMethod.Put, path, "{}", ("if-none-match", "*")).IsAsync(409, "owned_by_file");
        await Api.PatchAsync(path, "{}").IsAsync(409, "owned_by_file");
        await Api.DeleteAsync(path).IsAsync(409, "owned_by_file");
        var items = (await Api.GetAsync($"/api/{kind}")).Json["items"]!.AsArray();
        Assert.Equal("file", (string)Assert.Single(items)!["meta"]!["source"]!);
    }

    [Fact]
    public async Task It_is_shown_without_its_secrets()
    {
        await Api.PatchAsync("/api/client", """{"allowed_origins":["https://evil.example"]}""").IsAsync(409, "owned_by_file");
        foreach (var path in (string[])["/api/virtual-keys", "/api/virtual-keys/ada", "/api/providers", "/api/providers/groq", "/api/client", "/api/price-overrides"])
        {
            var reply = await Api.GetAsync(path).IsAsync(200);
            Assert.Contains("\"source\":\"file\"", reply.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("ETag", reply.Headers.Keys);
            Assert.Empty(Traces.In(path, reply.Text, [Secret, "sk-upstream-secret"]));
        }
    }

    [Fact]
    public async Task A_file_that_declares_a_stored_id_takes_it_over_with_a_warning_and_gives_it_back()
    {
        var value = (string)(await Api.CreateAsync("/api/virtual-keys", """{"id":"eve"}""")).Json["value"]!;
        var before = await File.ReadAllTextAsync(Gateway.ConfigFile, TestContext.Current.CancellationToken);
        var config = JsonNode.Parse(before)!;
        config["governance"]!["virtual_keys"]!.AsArray().Add(JsonNode.Parse("""{"id":"eve","value":"eves-value-in-the-file"}"""));
        await File.WriteAllTextAsync(Gateway.ConfigFile, config.ToJsonString(), TestContext.Current.CancellationToken);
        await UntilAsync(async () => (await AskAsync("eves-value-in-the-file")).Status == 200);
        await AskAsync(value).IsAsync(403);
        Assert.Equal("file", (string)(await Api.GetAsync("/api/virtual-keys/eve")).Json["meta"]!["source"]!);
        await Api.PatchAsync("/api/virtual-keys/eve", "{}").IsAsync(409, "owned_by_file");
        await ScriptedUpstream.UntilAsync(() => Gateway.Log.Contains("eve", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Gateway.ConfigFile, before, TestContext.Current.CancellationToken);
        await UntilAsync(async () => (await AskAsync(value)).Status == 200);
        await AskAsync("eves-value-in-the-file").IsAsync(403);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 100 && !await holds(); i++) await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.True(await holds());
    }
}
