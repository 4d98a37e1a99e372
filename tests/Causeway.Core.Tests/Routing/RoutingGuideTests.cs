using System.Text;
using System.Text.Json.Nodes;
using Causeway.Core.Configuration;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Routing;

/// <summary>What docs/routing.md says is so.</summary>
public sealed class RoutingGuideTests
{
    private const string Providers = """
        { "openai": { "keys": [{ "value": "a" }] }, "anthropic": { "keys": [{ "value": "b" }] }, "groq": { "keys": [{ "value": "c" }] }, "gemini": { "keys": [{ "value": "d" }] },
          "eu-vllm": { "network_config": { "base_url": "http://127.0.0.1:8000" }, "custom_provider_config": { "base_provider_type": "vllm", "is_key_less": true } } }
        """;

    private static readonly string Guide = File.ReadAllText(Path.Combine(Root(), "docs", "routing.md"));

    private static string Root()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Causeway.slnx"))) at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("not inside the repository");
        return at;
    }

    /// <summary>The blocks of one kind, such as <c>json</c>.</summary>
    private static List<string> Blocks(string kind) =>
        [.. Guide.Split("\n```" + kind + "\n").Skip(1).Select(rest => rest[..rest.IndexOf("\n```", StringComparison.Ordinal)])];

    private static ConfigLoad Load(string example)
    {
        var config = JsonNode.Parse(example)!.AsObject();
        config["providers"] = JsonNode.Parse(Providers);
        return ConfigLoader.Parse(Encoding.UTF8.GetBytes(config.ToJsonString()), "docs/routing.md", name => "value of " + name);
    }

    private static GatewayRuntime Example(string holds) => new(Load(Blocks("json").Single(block => block.Contains(holds, StringComparison.Ordinal))).Config!);

    [Fact]
    public void Every_example_is_a_configuration_in_which_all_has_effect()
    {
        var examples = Blocks("json");
        Assert.InRange(examples.Count, 9, 30);
        foreach (var example in examples)
        {
            var load = Load(example);
            Assert.Empty(load.Errors);
            Assert.DoesNotContain(load.Warnings, warning => !warning.Path.EndsWith(".budget", StringComparison.Ordinal));   // which rules know, but nothing refuses by yet
        }
    }

    [Fact]
    public void Every_condition_and_action_has_its_row()
    {
        var rows = Guide.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|')[1]).ToList();
        foreach (var name in (string[])[.. ConditionReader.Names, .. RuleReader.RuleNames.Where(name => name != "when")])
            Assert.Contains(rows, row => row.Contains($"`{name}`", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("claude-opus-4-8", """{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}}]}""", "", "gemini/gemini-2.5-pro")]
    [InlineData("claude-haiku-4-5", """{"role":"user","content":"LONG"}""", "", "gemini/gemini-2.5-pro")]
    [InlineData("claude-opus-4-8", """{"role":"user","content":"hi"}""", ""","tools":[{"type":"web_search_20250305","name":"web_search"}]""", "anthropic/claude-sonnet-4-5")]
    [InlineData("claude-haiku-4-5", """{"role":"user","content":"hi"}""", ""","system":"x; cc_is_subagent=true;" """, "groq/llama-3.3-70b-versatile")]
    [InlineData("anthropic/claude-haiku-4-5", """{"role":"user","content":"hi"}""", "", "openai/gpt-4o-mini")]
    [InlineData("claude-opus-4-8", """{"role":"user","content":"hi"}""", ""","thinking":{"type":"adaptive"},"output_config":{"effort":"max"}""", "openai/gpt-5")]
    [InlineData("claude-opus-4-8", """{"role":"user","content":"hi"}""", ""","thinking":{"type":"adaptive"},"output_config":{"effort":"high"}""", "openai/gpt-4o")]
    public async Task Each_kind_of_work_goes_to_the_model_for_it(string model, string message, string more, string expected)
    {
        message = message.Replace("LONG", string.Concat(Enumerable.Repeat("some words ", 25_000)), StringComparison.Ordinal);
        var body = $$"""{"model":"{{model}}","max_tokens":50,"messages":[{{message}}]{{more}} }""";
        using var exchange = await Routed.RunAsync(Example("\"sub-agents\""), DialectId.AnthropicMessages, body, ("User-Agent", "claude-cli/2.1.197 (external, cli)"));
        Assert.Equal(expected, exchange.Outcome());
    }

    [Fact]
    public async Task The_dry_run_answers_as_it_is_shown()
    {
        const string Begin = "  -d '";
        var command = Blocks("sh").Single();
        var body = command[(command.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..^1];
        using var exchange = await Routed.RunAsync(Example("\"not for interns\""), DialectId.AnthropicMessages, body, ("x-causeway-dry-run", "true"), ("User-Agent", "curl/8.5.0"));
        exchange.Http.Response.Body.Position = 0;
        var answer = JsonNode.Parse(exchange.Http.Response.Body)!;
        Assert.Equal(JsonNode.Parse(Blocks("json answer").Single())!.ToJsonString(), answer.ToJsonString());
    }
}
