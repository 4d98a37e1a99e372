using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>What people do with claude-code-router, done by rules and driven by the real Claude Code: each kind of work goes to the model for it.</summary>
public sealed class RoutedAgentTests : IDisposable
{
    private const string Picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private const string Rules = """
        [
          { "name": "sub-agents", "when": { "sub_agent": true }, "to": "groq/llama-3.3-70b-versatile" },
          { "name": "background", "when": { "model": "claude-*haiku*" }, "to": "openai/gpt-4o-mini" },
          { "name": "pictures", "when": { "images": true }, "to": "openai/gpt-4.1" },
          { "name": "thinking", "when": { "thinking": true }, "to": "openai/gpt-5", "set": { "effort": "low" } },
          { "name": "else", "to": "openai/gpt-4o" }
        ]
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-work-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Thinking_sub_agents_and_pictures_go_to_the_models_for_them()
    {
        var picture = Path.Combine(_folder, "dot.png");
        await File.WriteAllBytesAsync(picture, Convert.FromBase64String(Picture), TestContext.Current.CancellationToken);
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Choose(request => ((string)request["model"]!, request["messages"]!.AsArray().Count(message => (string)message!["role"]! == "tool")) switch
        {
            ("llama-3.3-70b-versatile", _) => Answer.Stream("The folder holds a dot."),
            (_, 0) => Answer.StreamCall("Agent", new JsonObject { ["description"] = "look around", ["prompt"] = "What is here?", ["subagent_type"] = "Explore" }),
            (_, 1) => Answer.StreamCall("Read", new JsonObject { ["file_path"] = picture }),
            _ => Answer.Stream("A dot, and I saw it."),
        }));
        var config = GatewayProcess.ConfigOf(upstream.Address, "openai", "groq");
        config["routing"] = new JsonObject { ["rules"] = JsonNode.Parse(Rules) };
        await using var gateway = await GatewayProcess.StartAsync(config);
        var (code, output) = await ClaudeCode.RunAsync(gateway, _folder, "Look at the picture", "--model", "claude-opus-4-8");
        Assert.Equal((0, "A dot, and I saw it."), (code, output));
        Assert.Equal(["gpt-5", "llama-3.3-70b-versatile", "gpt-5", "gpt-4.1"], upstream.Requests.Select(request => (string)request["model"]!));
        Assert.Equal("low", (string)upstream.Requests[0]["reasoning_effort"]!);
        Assert.Empty(upstream.Violations);
        var counts = (await gateway.SendAsync(HttpMethod.Get, "/api/routing")).Json["rules"]!.AsArray().ToDictionary(rule => (string)rule!["name"]!, rule => (int)rule!["requests"]!);
        Assert.Equal((1, 0, 1, 2, 0), (counts["sub-agents"], counts["background"], counts["pictures"], counts["thinking"], counts["else"]));
    }
}
