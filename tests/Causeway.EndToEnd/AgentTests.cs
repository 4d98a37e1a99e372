using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>Coding agents other than Claude Code, as they come from npm, each on a model of another provider than its own.</summary>
public sealed class AgentTests : IDisposable
{
    private static readonly string Arch = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";

    private readonly string _home = Directory.CreateTempSubdirectory("causeway-agent-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private async Task<(string Output, IReadOnlyList<JsonNode> Requests)> RunAsync(
        string program, string[] arguments, Func<Uri, Dictionary<string, string>> environment, params JsonNode[] fixtures)
    {
        await using var mock = await Aimock.StartAsync(fixtures);
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.From(mock.Address));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigOf(upstream.Address, "groq"));
        var variables = environment(gateway.Address);
        variables["HOME"] = _home;
        variables["TERM"] = "dumb";
        await using var agent = new ChildProcess(program, arguments, variables, Directory.CreateDirectory(Path.Combine(_home, "work")).FullName);
        var code = await agent.WaitAsync(TimeSpan.FromSeconds(90));
        Assert.True(code == 0, $"{code}: {agent.Output}\n{agent.Errors}\n{gateway.Log}");
        Assert.Empty(upstream.Violations);
        return (agent.Output, upstream.Requests);
    }

    private static JsonNode Says(string text) => JsonNode.Parse($$$"""{"match":{},"response":{"content":"{{{text}}}"}}""")!;

    private void Write(string path, string text)
    {
        var file = Path.Combine(_home, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    [Fact]
    public async Task Codex_works_on_a_chat_completions_model()
    {
        var program = Directory.EnumerateFiles(Paths.Modules("@openai", $"codex-linux-{Arch}", "vendor"), "codex", SearchOption.AllDirectories).First();
        var (output, requests) = await RunAsync(program, ["exec", "--skip-git-repo-check", "Hello"], address =>
        {
            Write(".codex/config.toml", $"""
                model = "groq/llama-3.3-70b-versatile"
                model_provider = "gateway"
                [model_providers.gateway]
                name = "gateway"
                base_url = "{address}v1"
                env_key = "GATEWAY_KEY"
                wire_api = "responses"
                """);
            return new() { ["GATEWAY_KEY"] = "dummy", ["CODEX_HOME"] = Path.Combine(_home, ".codex") };
        }, Says("Good day from the mock."));
        Assert.Contains("Good day from the mock.", output, StringComparison.Ordinal);
        Assert.True(requests[0]["tools"]!.AsArray().Count > 2);
    }

    [Fact]
    public async Task Gemini_CLI_works_on_a_chat_completions_model()
    {
        Write(".gemini/settings.json", """{"security":{"auth":{"selectedType":"gemini-api-key"}},"privacy":{"usageStatisticsEnabled":false}}""");
        var (output, requests) = await RunAsync("node", [Paths.Modules("@google", "gemini-cli", "bundle", "gemini.js"), "--skip-trust", "-p", "Hello", "-m", "groq/llama-3.3-70b-versatile"],
            address => new() { ["GEMINI_API_KEY"] = "dummy", ["GOOGLE_GEMINI_BASE_URL"] = $"{address}genai" }, Says("Good day from the mock."));
        Assert.Contains("Good day from the mock.", output, StringComparison.Ordinal);
        Assert.True(requests[0]["tools"]!.AsArray().Count > 2);
    }

    [Fact]
    public async Task Opencode_works_on_a_chat_completions_model()
    {
        var (output, _) = await RunAsync(Paths.Modules($"opencode-linux-{Arch}", "bin", "opencode"), ["run", "-m", "gateway/groq/llama-3.3-70b-versatile", "Hello"], address =>
        {
            Write(".config/opencode/opencode.json", """
                {"provider":{"gateway":{"npm":"@ai-sdk/openai-compatible","options":{"baseURL":"ADDRESSv1","apiKey":"dummy"},"models":{"groq/llama-3.3-70b-versatile":{}}}}}
                """.Replace("ADDRESS", address.ToString(), StringComparison.Ordinal));
            return new() { ["OPENCODE_DISABLE_AUTOUPDATE"] = "1" };
        }, Says("Good day from the mock."));
        Assert.Contains("Good day from the mock.", output, StringComparison.Ordinal);
    }
}
