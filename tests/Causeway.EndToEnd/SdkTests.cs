using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>The vendors' own SDKs, streaming and not, each towards an upstream of either kind played by an independent mock.</summary>
public sealed class SdkTests
{
    private static readonly JsonNode[] Fixtures =
    [
        JsonNode.Parse("""{"match":{"userMessage":"weather"},"response":{"toolCalls":[{"name":"weather","arguments":"{\"city\":\"Oslo\"}"}]}}""")!,
        JsonNode.Parse("""{"match":{},"response":{"content":"Hello, you.","usage":{"prompt_tokens":21,"completion_tokens":4,"total_tokens":25,"input_tokens":21,"output_tokens":4}}}""")!,
    ];

    private static async Task<JsonNode> RunAsync(string script, string basePath, string model, params string[] more)
    {
        await using var mock = await Aimock.StartAsync([.. Fixtures.Select(f => f.DeepClone())]);
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigOf(mock.Address, "openai", "anthropic", "groq", "gemini", "cohere", "bedrock"));
        await using var node = new ChildProcess("node", [Path.Combine(Paths.Clients, "scripts", script), new Uri(gateway.Address, basePath).ToString(), model, .. more],
            new Dictionary<string, string> { ["HOME"] = Path.GetTempPath() }, Paths.Clients);
        var code = await node.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(code == 0, node.Errors + gateway.Log);
        return JsonNode.Parse(node.Output)!;
    }

    [Theory]
    [InlineData("openai/gpt-4o")]
    [InlineData("anthropic/claude-sonnet-4-5")]
    public async Task The_OpenAI_SDK_understands_everything(string model)
    {
        var found = await RunAsync("openai.mjs", "/v1", model);
        Assert.Equal("Hello, you.", (string)found["whole"]!);
        Assert.Equal("Hello, you.", (string)found["streamed"]!);
        Assert.Equal("stop", (string)found["finish"]!);
        Assert.Equal((21, 4), ((int)found["usage"]!["prompt_tokens"]!, (int)found["usage"]!["completion_tokens"]!));
        Assert.Equal(("weather", "tool_calls"), ((string)found["call"]!["name"]!, (string)found["callFinish"]!));
        Assert.Equal("Oslo", (string)JsonNode.Parse((string)found["call"]!["arguments"]!)!["city"]!);
        Assert.Equal((404, "model_not_found", "NotFoundError"), ((int)found["error"]!["status"]!, (string)found["error"]!["code"]!, (string)found["error"]!["name"]!));
    }

    [Theory]
    [InlineData("openai/gpt-4o")]
    [InlineData("anthropic/claude-sonnet-4-5")]
    public async Task The_Anthropic_SDK_understands_everything(string model)
    {
        var found = await RunAsync("anthropic.mjs", "/anthropic", model);
        Assert.Equal("Hello, you.", (string)found["whole"]!);
        Assert.Equal("Hello, you.", (string)found["streamed"]!);
        Assert.Equal("end_turn", (string)found["finish"]!);
        Assert.Equal((21, 4), ((int)found["usage"]!["input_tokens"]!, (int)found["usage"]!["output_tokens"]!));
        Assert.Equal(("weather", "Oslo", "tool_use"), ((string)found["call"]!["name"]!, (string)found["call"]!["input"]!["city"]!, (string)found["callFinish"]!));
        Assert.InRange((int)found["counted"]!, 1, 50);
        Assert.True((int)found["models"]! > 3);
        Assert.Equal((404, "not_found_error", "NotFoundError"), ((int)found["error"]!["status"]!, (string)found["error"]!["type"]!, (string)found["error"]!["name"]!));
    }

    [Theory]
    [InlineData("openai/gpt-4o")]
    [InlineData("groq/llama-3.3-70b-versatile")]
    [InlineData("anthropic/claude-sonnet-4-5")]
    public async Task The_OpenAI_SDK_understands_Responses(string model)
    {
        var found = await RunAsync("responses.mjs", "/v1", model);
        Assert.Equal(("Hello, you.", "completed", "Hello, you.", "Hello, you."), ((string)found["whole"]!, (string)found["status"]!, (string)found["streamed"]!, (string)found["final"]!));
        Assert.Equal((21, 4), ((int)found["usage"]!["input_tokens"]!, (int)found["usage"]!["output_tokens"]!));
        Assert.True((bool)found["rising"]!);
        Assert.Equal(("weather", "Oslo"), ((string)found["call"]!["name"]!, (string)JsonNode.Parse((string)found["call"]!["arguments"]!)!["city"]!));
        Assert.Equal((404, "model_not_found", "NotFoundError"), ((int)found["error"]!["status"]!, (string)found["error"]!["code"]!, (string)found["error"]!["name"]!));
    }

    [Theory]
    [InlineData("gemini/gemini-2.5-flash")]
    [InlineData("openai/gpt-4o")]
    public async Task The_Google_SDK_understands_everything(string model)
    {
        var found = await RunAsync("google.mjs", "/genai", model);
        Assert.Equal(("Hello, you.", "Hello, you.", "STOP"), ((string)found["whole"]!, (string)found["streamed"]!, (string)found["finish"]!));
        Assert.Equal((21, 4), ((int)found["usage"]!["promptTokenCount"]!, (int)found["usage"]!["candidatesTokenCount"]!));
        Assert.Equal(("weather", "Oslo"), ((string)found["call"]!["name"]!, (string)found["call"]!["args"]!["city"]!));
        Assert.Equal((404, "ApiError"), ((int)found["error"]!["status"]!, (string)found["error"]!["name"]!));
    }

    [Theory]
    [InlineData("cohere/command-a-03-2025")]
    [InlineData("openai/gpt-4o")]
    public async Task The_Cohere_SDK_understands_everything(string model)
    {
        var found = await RunAsync("cohere.mjs", "/cohere", model);
        Assert.Equal(("Hello, you.", "Hello, you.", "COMPLETE"), ((string)found["whole"]!, (string)found["streamed"]!, (string)found["finish"]!));
        Assert.Equal(("weather", "Oslo"), ((string)found["call"]!["name"]!, (string)JsonNode.Parse((string)found["call"]!["arguments"]!)!["city"]!));
        Assert.Equal((404, "NotFoundError"), ((int)found["error"]!["status"]!, (string)found["error"]!["name"]!));
    }

    [Theory]
    [InlineData("bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0")]
    [InlineData("openai/gpt-4o")]
    [InlineData("anthropic/claude-sonnet-4-5")]
    public async Task The_AWS_SDK_understands_Converse_and_InvokeModel(string model)
    {
        var found = await RunAsync("bedrock.mjs", "/bedrock", model);
        Assert.Equal(("Hello, you.", "Hello, you.", "end_turn"), ((string)found["whole"]!, (string)found["streamed"]!, (string)found["finish"]!));
        Assert.Equal(("weather", "Oslo", "tool_use"), ((string)found["call"]!["name"]!, (string)found["call"]!["input"]!["city"]!, (string)found["callFinish"]!));
        Assert.Equal(404, (int)found["error"]!["status"]!);
        Assert.Equal(("Hello, you.", "Hello, you."), ((string)found["invoked"]!, (string)found["invokedStream"]!));
        Assert.NotNull(found["metrics"]!["outputTokenCount"]);
        Assert.Equal(404, (int)found["invokeError"]!["status"]!);
        Assert.Contains("nowhere", (string)found["invokeError"]!["message"]!);
    }

    [Theory]
    [InlineData("openai/gpt-4o")]
    [InlineData("anthropic/claude-sonnet-4-5")]
    public async Task The_Vercel_SDK_works_over_each_dialect(string model)
    {
        var found = await RunAsync("ai.mjs", "/", model, "chat", "anthropic", "responses", "google");
        foreach (var (_, one) in found.AsObject())
        {
            Assert.Equal(("Hello, you.", "Hello, you.", "stop"), ((string)one!["whole"]!, (string)one["streamed"]!, (string)one["finish"]!));
            Assert.Equal("Oslo", (string)one["city"]!);
        }
    }
}
