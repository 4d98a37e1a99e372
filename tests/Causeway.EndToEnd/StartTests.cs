using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>How the binary starts, stops and follows its configuration.</summary>
public sealed class StartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        await using var process = new ChildProcess(Paths.Binary, arguments, new Dictionary<string, string>(), _folder);
        return (await process.WaitAsync(TimeSpan.FromSeconds(10)), process.Output, process.Errors);
    }

    [Fact]
    public async Task Version_and_help_are_printed()
    {
        Assert.StartsWith("causeway 0.", (await RunAsync("--version")).Output, StringComparison.Ordinal);
        Assert.Contains("-app-dir", (await RunAsync("-help")).Output, StringComparison.Ordinal);
        Assert.Contains("\"$schema\"", (await RunAsync("-print-schema")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_option_is_refused_with_a_guess()
    {
        var (code, _, errors) = await RunAsync("-prot", "1");
        Assert.Equal(2, code);
        Assert.Contains("did you mean -port?", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_is_brought_up_to_date_and_copied_by_commands()
    {
        var copy = Path.Combine(_folder, "copy.db");
        Assert.Contains("config.db: from version 0 to version ", (await RunAsync("migrate", "-app-dir", _folder)).Output, StringComparison.Ordinal);
        Assert.Contains("config.db: up to date, version ", (await RunAsync("migrate", "-app-dir", _folder)).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("backup", copy, "-app-dir", _folder)).Code);
        Assert.Equal("SQLite format 3", System.Text.Encoding.ASCII.GetString(await File.ReadAllBytesAsync(copy, TestContext.Current.CancellationToken), 0, 15));
        var (code, _, errors) = await RunAsync("backup", copy, "-app-dir", _folder);
        Assert.Equal(1, code);
        Assert.Contains("is there already", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_gateway_in_one_folder_is_refused()
    {
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject { ["config_store"] = new JsonObject { ["type"] = "sqlite" } });
        var (code, _, errors) = await RunAsync("-app-dir", gateway.AppDir, "-port", "0");
        Assert.Equal(1, code);
        Assert.Contains("another process uses", errors, StringComparison.Ordinal);
        Assert.Contains("-app-dir", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"providers":{"openai":{"keys":[{"value":"sk-very-secret","weight":"heavy"}]}}}""", "providers.openai.keys[0].weight", "\"heavy\"", "must be a number")]
    [InlineData("""{"provider":{}}""", "provider", "", "did you mean `providers`?")]
    [InlineData("""{"providers":{"opnai":{}}}""", "providers.opnai", "", "did you mean `openai`?")]
    [InlineData("""{"model_aliases":{"claude-*":"nowhere/x"}}""", "model_aliases.claude-*", "\"nowhere/x\"", "configured providers")]
    [InlineData("{", "config.json", "", "is not valid JSON")]
    public async Task A_bad_file_stops_the_start_with_path_value_and_fix(string config, string path, string value, string fix)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "config.json"), config, TestContext.Current.CancellationToken);
        var (code, _, errors) = await RunAsync("-app-dir", _folder, "-port", "0");
        Assert.Equal(1, code);
        foreach (var part in (string[])[path, value, fix]) Assert.Contains(part, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-very-secret", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_file_providers_are_found_by_their_variables()
    {
        await using var gateway = await GatewayProcess.StartAsync(null, new Dictionary<string, string> { ["GROQ_API_KEY"] = "gsk-1", ["OPENAI_API_KEY"] = "sk-1" });
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.Contains("Providers: openai (1 key), groq (1 key)", gateway.Log, StringComparison.Ordinal);
        Assert.Contains($"export ANTHROPIC_BASE_URL=http://localhost:{gateway.Port}/anthropic", gateway.Log, StringComparison.Ordinal);
        Assert.Contains("export ANTHROPIC_API_KEY=dummy-key", gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_file_a_running_Ollama_is_found_and_Claudes_names_have_a_home()
    {
        await using var upstream = await ScriptedUpstream.StartAsync(answerGets: true);
        upstream.Script(Answer.Whole("ok"));
        await using var gateway = await GatewayProcess.StartAsync(null, new Dictionary<string, string> { ["OLLAMA_HOST"] = upstream.Address.Authority, ["OPENAI_API_KEY"] = "sk-1" });
        await UntilAsync(async () => (await gateway.PostAsync("/v1/chat/completions", JsonNode.Parse("""{"model":"ollama/llama3","messages":[{"role":"user","content":"hi"}]}""")!)).Status == 200);
        Assert.Contains("claude-*haiku* -> openai/gpt-4o-mini", gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_variable_disables_its_key_with_a_warning()
    {
        var config = JsonNode.Parse("""{"providers":{"openai":{"keys":[{"name":"a","value":"env.NOT_SET_ANYWHERE"}]}}}""");
        await using var gateway = await GatewayProcess.StartAsync(config);
        Assert.Contains("NOT_SET_ANYWHERE is not set", gateway.Log, StringComparison.Ordinal);
        var reply = await gateway.PostAsync("/v1/chat/completions", JsonNode.Parse("""{"model":"openai/gpt-4o","messages":[]}""")!);
        Assert.Equal(401, reply.Status);
        Assert.Contains("OPENAI_API_KEY", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_the_file_is_followed_and_a_bad_one_refused()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Whole("ok"));
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject());
        var request = JsonNode.Parse("""{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}]}""")!;
        Assert.Equal(404, (await gateway.PostAsync("/v1/chat/completions", request)).Status);

        await File.WriteAllTextAsync(gateway.ConfigFile, GatewayProcess.Config(upstream.Address).ToJsonString(), TestContext.Current.CancellationToken);
        await UntilAsync(async () => (await gateway.PostAsync("/v1/chat/completions", request)).Status == 200);

        await File.WriteAllTextAsync(gateway.ConfigFile, """{"providers":{"openai":{"keys":7}}}""", TestContext.Current.CancellationToken);
        await UntilAsync(() => Task.FromResult(gateway.Log.Contains("providers.openai.keys", StringComparison.Ordinal)));
        Assert.Equal(200, (await gateway.PostAsync("/v1/chat/completions", request)).Status);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 100; i++)
        {
            if (await condition()) return;
            await Task.Delay(100);
        }

        Assert.Fail("it did not happen within 10 s");
    }
}
