using System.ClientModel;
using System.Text.Json.Nodes;
using Anthropic;
using Anthropic.Models.Messages;
using Causeway.EndToEnd.Harness;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace Causeway.EndToEnd;

/// <summary>The vendors' .NET SDKs, streaming and not, each towards an upstream of either kind played by an independent mock.</summary>
public sealed class DotNetSdkTests
{
    private static readonly BinaryData Parameters = BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}""");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static CreateResponseOptions Options(string model, ResponseItem[] items)
    {
        var options = new CreateResponseOptions { Model = model };
        foreach (var item in items) options.InputItems.Add(item);
        return options;
    }

    private static async Task<(Aimock Mock, GatewayProcess Gateway)> StartAsync()
    {
        var mock = await Aimock.StartAsync(
            JsonNode.Parse("""{"match":{"userMessage":"weather"},"response":{"toolCalls":[{"name":"weather","arguments":"{\"city\":\"Oslo\"}"}]}}""")!,
            JsonNode.Parse("""{"match":{},"response":{"content":"Hello, you.","usage":{"prompt_tokens":21,"completion_tokens":4,"total_tokens":25,"input_tokens":21,"output_tokens":4}}}""")!);
        return (mock, await GatewayProcess.StartAsync(GatewayProcess.ConfigOf(mock.Address, "openai", "anthropic", "gemini")));
    }

    [Theory]
    [InlineData("openai/gpt-4o")]
    [InlineData("anthropic/claude-sonnet-4-5")]
    [InlineData("gemini/gemini-2.5-flash")]
    public async Task OpenAIs_chat_client(string model)
    {
        var (mock, gateway) = await StartAsync();
        await using var _ = mock;
        await using var __ = gateway;
        var client = new ChatClient(model, new ApiKeyCredential("dummy"), new OpenAIClientOptions { Endpoint = new Uri(gateway.Address, "/openai/v1") });
        ChatCompletion whole = await client.CompleteChatAsync([new UserChatMessage("Say hello")], cancellationToken: Stop);
        Assert.Equal(("Hello, you.", ChatFinishReason.Stop, 21, 4), (whole.Content[0].Text, whole.FinishReason, whole.Usage.InputTokenCount, whole.Usage.OutputTokenCount));

        var streamed = "";
        await foreach (var update in client.CompleteChatStreamingAsync([new UserChatMessage("Say hello")], cancellationToken: Stop)) streamed += string.Concat(update.ContentUpdate.Select(part => part.Text));
        Assert.Equal("Hello, you.", streamed);

        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("weather", "Tells the weather.", Parameters) } };
        ChatCompletion called = await client.CompleteChatAsync([new UserChatMessage("weather please")], options, Stop);
        Assert.Equal((ChatFinishReason.ToolCalls, "weather"), (called.FinishReason, called.ToolCalls[0].FunctionName));
        Assert.Equal("Oslo", (string?)JsonNode.Parse(called.ToolCalls[0].FunctionArguments)!["city"]);
        var wrong = await Assert.ThrowsAsync<ClientResultException>(() => new ChatClient("nowhere/x", new ApiKeyCredential("dummy"), new OpenAIClientOptions { Endpoint = new Uri(gateway.Address, "/openai/v1") })
            .CompleteChatAsync([new UserChatMessage("x")], cancellationToken: Stop));
        Assert.Equal(404, wrong.Status);
    }

    [Theory]
    [InlineData("openai/gpt-4o")]
    [InlineData("anthropic/claude-sonnet-4-5")]
    public async Task OpenAIs_responses_client(string model)
    {
        var (mock, gateway) = await StartAsync();
        await using var _ = mock;
        await using var __ = gateway;
        var client = new ResponsesClient(new ApiKeyCredential("dummy"), new ResponsesClientOptions { Endpoint = new Uri(gateway.Address, "/openai/v1") });
        ResponseResult whole = await client.CreateResponseAsync(Options(model, [ResponseItem.CreateUserMessageItem("Say hello")]), Stop);
        Assert.Equal("Hello, you.", whole.GetOutputText());

        var streamed = "";
        var streaming = Options(model, [ResponseItem.CreateUserMessageItem("Say hello")]);
        streaming.StreamingEnabled = true;
        await foreach (var update in await client.CreateResponseStreamingAsync(streaming, Stop))
        {
            if (update is StreamingResponseOutputTextDeltaUpdate delta) streamed += delta.Delta;
        }

        Assert.Equal("Hello, you.", streamed);
        var options = Options(model, [ResponseItem.CreateUserMessageItem("weather please")]);
        options.Tools.Add(ResponseTool.CreateFunctionTool("weather", Parameters, strictModeEnabled: true, "Tells the weather."));
        ResponseResult called = await client.CreateResponseAsync(options, Stop);
        var call = Assert.IsType<FunctionCallResponseItem>(called.OutputItems[^1]);
        Assert.Equal(("weather", "Oslo"), (call.FunctionName, (string?)JsonNode.Parse(call.FunctionArguments)!["city"]));
    }

    [Theory]
    [InlineData("anthropic/claude-sonnet-4-5")]
    [InlineData("openai/gpt-4o")]
    [InlineData("gemini/gemini-2.5-flash")]
    public async Task Anthropics_client(string model)
    {
        var (mock, gateway) = await StartAsync();
        await using var _ = mock;
        await using var __ = gateway;
        var client = new AnthropicClient { BaseUrl = new Uri(gateway.Address, "/anthropic").ToString(), ApiKey = "dummy" };
        MessageCreateParams Ask(string text) => new() { Model = model, MaxTokens = 100, Messages = [new UserMessageParam(text)] };
        var whole = await client.Messages.Create(Ask("Say hello"), Stop);
        Assert.True(whole.Content[0].TryPickText(out var words));
        Assert.Equal(("Hello, you.", 21, 4), (words.Text, whole.Usage.InputTokens, whole.Usage.OutputTokens));

        var streamed = "";
        await foreach (var item in client.Messages.CreateStreaming(Ask("Say hello"), Stop))
        {
            if (item.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var text)) streamed += text.Text;
        }

        Assert.Equal("Hello, you.", streamed);
        var tool = new Tool { Name = "weather", Description = "Tells the weather.", InputSchema = new InputSchema { Properties = new Dictionary<string, System.Text.Json.JsonElement> { ["city"] = System.Text.Json.JsonDocument.Parse("""{"type":"string"}""").RootElement } } };
        var called = await client.Messages.Create(Ask("weather please") with { Tools = [tool] }, Stop);
        Assert.True(called.Content[^1].TryPickToolUse(out var use));
        Assert.Equal(("weather", "Oslo"), (use.Name, use.Input["city"].GetString()));
        var counted = await client.Messages.CountTokens(new MessageCountTokensParams { Model = model, Messages = [new UserMessageParam("Say hello")] }, Stop);
        Assert.InRange(counted.InputTokens, 1, 100);
    }
}
