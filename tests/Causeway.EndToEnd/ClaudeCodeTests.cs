using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>The real Claude Code on an OpenAI-shaped model, played by an independent mock, through the gateway.</summary>
public sealed class ClaudeCodeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-work-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static JsonNode Fixture(string match, string response, string more = "") => JsonNode.Parse($$"""{"match":{{match}},"response":{{response}}{{more}}}""")!;

    private static string Call(string name, JsonNode arguments) =>
        new JsonObject { ["name"] = name, ["arguments"] = arguments.ToJsonString() }.ToJsonString();

    private async Task<(int ExitCode, string Output, IReadOnlyList<JsonNode> Requests)> RunAsync(string prompt, string[] options, params JsonNode[] fixtures)
    {
        await using var mock = await Aimock.StartAsync(fixtures);
        await using var upstream = await ScriptedUpstream.StartAsync();   // in between: keeps the requests whole, and holds them to the API's rules
        upstream.Script(Answer.From(mock.Address));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.Config(upstream.Address));
        var (code, output) = await ClaudeCode.RunAsync(gateway, _folder, prompt, ["--model", "openai/gpt-4o", .. options]);
        Assert.Empty(upstream.Violations);
        return (code, output, upstream.Requests);
    }

    [Fact]
    public async Task A_plain_answer_reaches_the_screen()
    {
        var (code, output, requests) = await RunAsync("Hello", [], Fixture("{}", """{"content":"Good day from the mock."}"""));
        Assert.Equal((0, "Good day from the mock."), (code, output));
        var request = Assert.Single(requests);
        Assert.Equal("gpt-4o", (string)request["model"]!);
        Assert.Equal(16384, (int)request["max_completion_tokens"]!);   // the model's limit, not the 32,000 that were asked for
        Assert.DoesNotContain("x-anthropic-billing-header", request.ToJsonString(), StringComparison.Ordinal);
        Assert.True(request["tools"]!.AsArray().Count > 10);
    }

    [Fact]
    public async Task In_its_Bedrock_mode_it_writes_a_file_too()
    {
        var file = Path.Combine(_folder, "out.txt");
        var call = Call("Write", new JsonObject { ["file_path"] = file, ["content"] = "written through invoke" });
        await using var mock = await Aimock.StartAsync([Fixture("""{"hasToolResult":true}""", """{"content":"It is written."}"""), Fixture("{}", $$"""{"toolCalls":[{{call}}]}""")]);
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.Config(mock.Address));
        var (code, output) = await ClaudeCode.RunAsBedrockAsync(gateway, _folder, "Please write the file", "--model", "openai/gpt-4o");
        Assert.Equal((0, "It is written."), (code, output));
        Assert.Equal("written through invoke", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_tool_round_trip_really_writes_a_file()
    {
        var file = Path.Combine(_folder, "out.txt");
        var call = Call("Write", new JsonObject { ["file_path"] = file, ["content"] = "written through the gateway" });
        var (code, output, requests) = await RunAsync("Please write the file", [],
            Fixture("""{"hasToolResult":true}""", """{"content":"It is written."}"""),
            Fixture("{}", $$"""{"toolCalls":[{{call}}]}"""));
        Assert.Equal((0, "It is written."), (code, output));
        Assert.Equal("written through the gateway", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        var second = requests[^1]["messages"]!.AsArray();
        Assert.Contains(second, message => (string)message!["role"]! == "tool");
    }

    [Fact]
    public async Task Two_parallel_calls_are_both_run_and_both_answered()
    {
        string Touch(string name) => Call("Bash", new JsonObject { ["command"] = $"echo ran-{name} > {Path.Combine(_folder, name)}", ["description"] = "test" });
        var (code, _, requests) = await RunAsync("Run both", [],
            Fixture("""{"hasToolResult":true}""", """{"content":"Both done."}"""),
            Fixture("{}", $$"""{"toolCalls":[{{Touch("one")}},{{Touch("two")}}]}"""));
        Assert.Equal(0, code);
        Assert.True(File.Exists(Path.Combine(_folder, "one")) && File.Exists(Path.Combine(_folder, "two")));
        var messages = requests[^1]["messages"]!.AsArray();
        var calls = messages.Single(m => m!["tool_calls"] is not null)!["tool_calls"]!.AsArray().Select(c => (string)c!["id"]!).ToList();
        Assert.Equal(2, calls.Distinct().Count());
        Assert.Equal(calls, messages.Where(m => (string)m!["role"]! == "tool").Select(m => (string)m!["tool_call_id"]!));
    }

    [Fact]
    public async Task Thinking_is_shown_and_a_second_turn_still_works()
    {
        var file = Path.Combine(_folder, "thought.txt");
        var call = Call("Write", new JsonObject { ["file_path"] = file, ["content"] = "x" });
        var (code, output, requests) = await RunAsync("Think, then write", ["--output-format", "stream-json", "--verbose"],
            Fixture("""{"hasToolResult":true}""", """{"content":"Thought and done.","reasoning":"Nothing left to do."}"""),
            Fixture("{}", $$"""{"toolCalls":[{{call}}],"reasoning":"First I think."}"""));
        Assert.Equal(0, code);
        Assert.Contains("\"type\":\"thinking\"", output, StringComparison.Ordinal);
        Assert.Contains("First I think.", output, StringComparison.Ordinal);
        Assert.Contains("Thought and done.", output, StringComparison.Ordinal);
        Assert.Equal(2, requests.Count);
    }

    [Fact]
    public async Task After_a_429_the_next_try_succeeds()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Error(429, """{"error":{"message":"slow down","type":"rate_limit_error"}}""", ("retry-after", "1")));
        upstream.Script(Answer.Stream("Recovered."));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.Config(upstream.Address));
        var (code, output) = await ClaudeCode.RunAsync(gateway, _folder, "Hello", "--model", "openai/gpt-4o");
        Assert.Equal((0, "Recovered."), (code, output));
        Assert.Equal(2, upstream.Requests.Count);
    }

    [Fact]
    public async Task An_error_in_mid_stream_arrives_as_an_error()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Broken("This answer breaks of"));
        upstream.Script(Answer.Whole("The whole answer instead."));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.Config(upstream.Address));
        var (code, output) = await ClaudeCode.RunAsync(gateway, _folder, "Hello", "--model", "openai/gpt-4o");

        // Claude Code takes a broken stream for broken only if it ends in an error: it then asks again without a stream.
        Assert.Equal((0, "The whole answer instead."), (code, output));
        Assert.Equal([true, false], upstream.Requests.Select(r => (bool?)r["stream"] ?? false));
    }

    [Fact]
    public async Task Usage_equals_what_the_upstream_counted()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Stream("Counted.", """{"prompt_tokens":1234,"completion_tokens":56,"total_tokens":1290,"prompt_tokens_details":{"cached_tokens":1000}}"""));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.Config(upstream.Address));
        var (_, output) = await ClaudeCode.RunAsync(gateway, _folder, "Hello", "--model", "openai/gpt-4o", "--output-format", "json");
        var usage = JsonNode.Parse(output)!["usage"]!;
        Assert.Equal((234, 1000, 0, 56), ((int)usage["input_tokens"]!, (int)usage["cache_read_input_tokens"]!, (int)usage["cache_creation_input_tokens"]!, (int)usage["output_tokens"]!));
    }
}
