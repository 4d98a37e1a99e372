using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Causeway.EndToEnd.Harness.Load;

namespace Causeway.EndToEnd.Management;

/// <summary>The OpenAPI document is right in form, and true: what the gateway answers is what it says. Independent validators look at both.</summary>
public sealed class OpenApiTests : ManagedGateway
{
    private readonly JsonArray _answers = [];

    private protected override JsonObject Config(Uri upstream)
    {
        var config = GatewayProcess.ConfigOf(upstream, "groq", "mistral");
        config["governance"] = JsonNode.Parse("""{"teams":[{"id":"web","budget":{"max_budget":10}}],"virtual_keys":[{"name":"of the file","value":"a-value-of-the-file"}]}""");
        config["model_aliases"] = JsonNode.Parse("""{"fast":"groq/llama","both":["groq/a","mistral/b"]}""");
        config["routing"] = JsonNode.Parse("""{"rules":[{"name":"of the file","when":{"tools":true},"to":"groq/x"}]}""");
        return config;
    }

    [Fact]
    public async Task The_document_is_valid_and_the_answers_are_as_it_says()
    {
        var document = (await Api.GetAsync("/api/openapi.json")).Json;
        Assert.Equal("3.1.0", (string)document["openapi"]!);
        await FillAsync();
        var paths = document["paths"]!.AsObject().Where(path => path.Value!["get"] is not null).ToList();
        foreach (var (path, item) in paths) await AddAsync(path, item!["get"]!);
        Assert.True(_answers.Count > 40, $"only {_answers.Count} answers");
        Problems.AreNone(await ProblemsAsync(document));
        _answers.Add((JsonNode)new JsonObject { ["name"] = "wrong", ["schema"] = "/components/schemas/Session", ["body"] = new JsonObject { ["authenticated"] = "yes" } });
        Assert.NotEmpty(await ProblemsAsync(document));   // the validator does look
        document.AsObject().Remove("info");
        Assert.Contains(await ProblemsAsync(document), problem => problem.StartsWith("document:", StringComparison.Ordinal));
    }

    /// <summary>One of everything.</summary>
    private async Task FillAsync()
    {
        await PostAsync("/api/providers", """{"name":"openai","keys":[{"name":"a","value":"sk-1"},{"name":"b","value":"env.NOT_SET"}],"network_config":{"extra_headers":{"x":"y"}}}""", 201);
        await PostAsync("/api/customers", """{"id":"acme","budget":{"max_budget":100}}""", 201);
        await PostAsync("/api/teams", """{"id":"core","customer_id":"acme","rate_limit":{"request_max_limit":100,"request_reset_duration":"1m"}}""", 201);
        await PostAsync("/api/users", """{"id":"ada"}""", 201);
        await PostAsync("/api/virtual-keys", """{"id":"key","team_id":"core","user_id":"ada","budget":[{"max_budget":5},{"max_tokens":1000,"budget_duration":"daily"}],"provider_configs":[{"provider":"openai","weight":1}]}""", 201);
        await PostAsync("/api/virtual-keys/key/rotate", """{"overlap":"1h"}""", 200);
        await PostAsync("/api/provider-limits", """{"name":"groq","budget":{"max_budget":100}}""", 201);
        await PostAsync("/api/model-limits", """{"id":"large","model_name":"gpt-*","budget":{"max_budget":100}}""", 201);
        await PostAsync("/api/price-overrides", """{"id":"all","pattern":"*","price":{"input":1,"output":2}}""", 201);
        await PostAsync("/api/alerts", """{"name":"chat","url":"https://hooks.example.com/x","secret":"a-secret-of-more-than-24-bytes","headers":{"x":"y"}}""", 201);
        await PostAsync("/api/rules", """{"name":"first","when":{"tools":false},"to":[{"model":"groq/a","weight":1},"mistral/b"],"order":5}""", 201);
        await PostAsync("/api/aliases", """{"pattern":"quick","to":"groq/llama","order":1}""", 201);
        await PostAsync("/api/fallbacks", """{"pattern":"groq/*","to":["mistral/m"]}""", 201);
        await PostAsync("/api/filter-fallbacks", """{"pattern":"groq/*","to":"mistral/m"}""", 201);
        await Api.SendAsync(HttpMethod.Put, "/api/client", """{"allowed_origins":["https://app.example"]}""", ("if-none-match", "*")).IsAsync(201);
        await Gateway.PostAsync(Ask.Chat, Ask.For("groq/llama"), ("x-bf-vk", "a-value-of-the-file"), ("x-session-id", "s1")).IsAsync(200);
        for (var i = 0; i < 200 && (await Api.GetAsync("/api/logs")).Json["items"]!.AsArray().Count == 0; i++) await Task.Delay(25, TestContext.Current.CancellationToken);   // it is written soon
        await PostAsync("/api/teams", """{"id":"core"}""", 409);
        await PostAsync("/api/teams", """{"nme":"core"}""", 400);
        await PostAsync("/api/tokens", """{"id":"ci","role":"viewer","expires_at":"2099-01-01T00:00:00Z"}""", 201);
        await PostAsync("/api/accounts", $$"""{"name":"ada","role":"admin","password":"{{ApiClient.Password}}"}""", 201);
        await PostAsync("/api/session", ApiClient.Credentials("ada", ApiClient.Password).ToJsonString(), 200);
    }

    /// <summary>A change, whose answer is kept for the validator, too.</summary>
    private async Task PostAsync(string path, string body, int status)
    {
        var reply = await Api.PostAsync(path, body).IsAsync(status);
        var template = path == "/api/virtual-keys/key/rotate" ? "/api/virtual-keys/{id}/rotate" : path;
        Add($"POST {path}", template, "post", status is 400 or 409 ? "default" : $"{status}", reply.Json);
    }

    private void Add(string name, string path, string method, string status, JsonNode body) => _answers.Add((JsonNode)new JsonObject
    {
        ["name"] = name, ["schema"] = $"/paths/{path.Replace("/", "~1", StringComparison.Ordinal)}/{method}/responses/{status}/content/application~1json/schema", ["body"] = body.DeepClone(),
    });

    /// <summary>The answer to a GET; where the path has a name in it, of each thing that there is.</summary>
    private async Task AddAsync(string path, JsonNode operation)
    {
        if (operation["responses"]!["200"]!["content"]?["application/json"] is null) return;   // the document itself, and files
        var client = await ClientAsync();
        var at = path.IndexOf('{');
        if (at < 0)
        {
            Add(path, path, "get", "200", (await client.GetAsync(path).IsAsync(200)).Json);
            return;
        }

        var items = (await client.GetAsync(path[..(at - 1)])).Json["items"]!.AsArray();
        Assert.NotEmpty(items);
        foreach (var item in items)
        {
            var end = path.IndexOf('}');
            var id = (string)item![path[(at + 1)..end]]!;
            Add($"{path} {id}", path, "get", "200", (await client.GetAsync(path[..at] + Uri.EscapeDataString(id) + path[(end + 1)..]).IsAsync(200)).Json);
        }
    }

    private ApiClient? _client;

    private async Task<ApiClient> ClientAsync() => _client ??= await ApiClient.LogInAsync(Gateway, "ada");

    private async Task<string[]> ProblemsAsync(JsonNode document)
    {
        var (file, answers) = (Path.Combine(Gateway.AppDir, "openapi.json"), Path.Combine(Gateway.AppDir, "answers.json"));
        await File.WriteAllTextAsync(file, document.ToJsonString(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(answers, _answers.ToJsonString(), TestContext.Current.CancellationToken);
        await using var node = new ChildProcess("node", ["scripts/openapi.mjs", file, answers], new Dictionary<string, string> { ["HOME"] = Path.GetTempPath() }, Paths.Clients);
        Assert.True(await node.WaitAsync(TimeSpan.FromSeconds(60)) == 0, node.Errors);
        return [.. JsonNode.Parse(node.Output)!.AsArray().Select(problem => (string)problem!)];
    }
}
