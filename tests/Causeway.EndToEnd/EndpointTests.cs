using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Microsoft.AspNetCore.Http;

namespace Causeway.EndToEnd;

/// <summary>The routes of each dialect besides its main one, asked of the release binary.</summary>
public sealed class EndpointTests
{
    private const string Contents = """{"contents":[{"role":"user","parts":[{"text":"How many words are these?"}]}]}""";

    private static async Task<(GatewayProcess Gateway, ScriptedUpstream Upstream)> StartAsync(Answer answer)
    {
        var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(answer);
        return (await GatewayProcess.StartAsync(GatewayProcess.ConfigOf(upstream.Address, "openai", "gemini", "anthropic")), upstream);
    }

    [Theory]
    [InlineData("/genai/v1beta/models/openai/gpt-4o:countTokens", Contents, "totalTokens")]
    [InlineData("/genai/v1beta/models/openai/gpt-4o:countTokens", """{"generateContentRequest":{"model":"models/gpt-4o","contents":[{"role":"user","parts":[{"text":"How many words are these?"}]}]}}""", "totalTokens")]
    [InlineData("/bedrock/model/openai%2Fgpt-4o/count-tokens", """{"input":{"converse":{"messages":[{"role":"user","content":[{"text":"How many words are these?"}]}]}}}""", "inputTokens")]
    [InlineData("/bedrock/model/openai%2Fgpt-4o/count-tokens", """{"input":{"invokeModel":{"body":"eyJhbnRocm9waWNfdmVyc2lvbiI6ImJlZHJvY2stMjAyMy0wNS0zMSIsIm1lc3NhZ2VzIjpbeyJyb2xlIjoidXNlciIsImNvbnRlbnQiOiJIb3cgbWFueSB3b3JkcyBhcmUgdGhlc2U/In1dLCJtYXhfdG9rZW5zIjo5fQ=="}}}""", "inputTokens")]
    [InlineData("/v1/responses/input_tokens", """{"model":"anthropic/claude-sonnet-4-5","input":"How many words are these?"}""", "input_tokens")]
    [InlineData("/v1/messages/count_tokens", """{"model":"openai/gpt-4o","messages":[{"role":"user","content":"How many words are these?"}]}""", "input_tokens")]
    public async Task Tokens_are_estimated_where_the_provider_has_no_such_route(string path, string body, string field)
    {
        var (gateway, upstream) = await StartAsync(Answer.Whole("x"));
        await using var _ = gateway;
        await using var __ = upstream;
        var reply = await gateway.SendAsync(HttpMethod.Post, path, body);
        Assert.Equal(200, reply.Status);
        Assert.InRange((int)reply.Json[field]!, 4, 20);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("/v1beta/models/gemini/gemini-2.5-flash:countTokens", Contents, """{"totalTokens":31,"promptTokensDetails":[]}""")]
    [InlineData("/v1/responses/input_tokens", """{"model":"openai/gpt-4o","input":"hi"}""", """{"object":"response.input_tokens","input_tokens":31}""")]
    public async Task Tokens_are_counted_by_the_provider_where_it_can(string path, string body, string answer)
    {
        var (gateway, upstream) = await StartAsync(Answer.Json(answer));
        await using var _ = gateway;
        await using var __ = upstream;
        var reply = await gateway.SendAsync(HttpMethod.Post, path, body);
        Assert.Equal((200, answer), (reply.Status, reply.Text));
        Assert.Single(upstream.Requests);
    }

    [Theory]
    [InlineData("openai/gpt-4o")]
    [InlineData("gemini/gemini-2.5-flash")]
    public async Task Gemini_streams_without_alt_are_one_JSON_list(string model)
    {
        var (gateway, upstream) = await StartAsync(model.StartsWith("gemini", StringComparison.Ordinal)
            ? new Answer(async http =>
            {
                http.Response.ContentType = "text/event-stream";
                await http.Response.WriteAsync("""data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Hel"}]},"index":0}],"modelVersion":"m"}""" + "\r\n\r\n");
                await http.Response.WriteAsync("""data: {"candidates":[{"content":{"role":"model","parts":[{"text":"lo"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"totalTokenCount":3},"modelVersion":"m"}""" + "\r\n\r\n");
            })
            : Answer.Stream("Hello"));
        await using var _ = gateway;
        await using var __ = upstream;
        var reply = await gateway.SendAsync(HttpMethod.Post, $"/genai/v1beta/models/{model}:streamGenerateContent", Contents);
        Assert.StartsWith("application/json", reply.Headers["content-type"]);
        var chunks = reply.Json.AsArray();
        Assert.Equal("Hello", string.Concat(chunks.SelectMany(chunk => chunk!["candidates"]![0]!["content"]!["parts"]!.AsArray()).Select(part => (string?)part!["text"])));
        Assert.Equal("STOP", (string?)chunks[^1]!["candidates"]![0]!["finishReason"]);
    }

    [Fact]
    public async Task A_Gemini_list_that_breaks_off_ends_with_the_error()
    {
        var (gateway, upstream) = await StartAsync(Answer.Broken("Once"));
        await using var _ = gateway;
        await using var __ = upstream;
        var reply = await gateway.SendAsync(HttpMethod.Post, "/genai/v1beta/models/openai/gpt-4o:streamGenerateContent", Contents);
        Assert.NotNull(reply.Json.AsArray()[^1]!["error"]!["message"]);
    }

    [Theory]
    [InlineData("/openai/openai/deployments/openai%2Fgpt-4o/chat/completions?api-version=2024-10-21", """{"messages":[{"role":"user","content":"hi"}]}""", "gpt-4o")]
    [InlineData("/openai/deployments/gpt-4o/chat/completions", """{"model":"what-the-client-believes","messages":[{"role":"user","content":"hi"}]}""", "gpt-4o")]
    [InlineData("/openai/deployments/gemini%2Fgemini-2.5-flash/chat/completions", """{"messages":[{"role":"user","content":"hi"}]}""", null)]
    public async Task Azure_paths_name_the_model(string path, string body, string? sent)
    {
        var (gateway, upstream) = await StartAsync(sent is null
            ? Answer.Json("""{"candidates":[{"content":{"role":"model","parts":[{"text":"Hello"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"totalTokenCount":3}}""")
            : Answer.Whole("Hello"));
        await using var _ = gateway;
        await using var __ = upstream;
        var reply = await gateway.SendAsync(HttpMethod.Post, path, body, ("api-key", "dummy"));
        Assert.Equal((200, "Hello"), (reply.Status, (string?)reply.Json["choices"]![0]!["message"]!["content"]));
        Assert.Equal(sent, (string?)Assert.Single(upstream.Requests)["model"]);
        Assert.DoesNotContain("api-key", upstream.Headers.Single().Keys);
    }

    [Theory]
    [InlineData("/openai/v1/models", "data", "id", "openai/gpt-4o")]
    [InlineData("/genai/v1beta/models?pageSize=1000", "models", "name", "models/openai/gpt-4o")]
    [InlineData("/cohere/v1/models", "models", "name", "openai/gpt-4o")]
    [InlineData("/bedrock/foundation-models", "modelSummaries", "modelId", "openai/gpt-4o")]
    public async Task Models_are_listed_in_each_dialect(string path, string list, string field, string name)
    {
        var (gateway, upstream) = await StartAsync(Answer.Whole("x"));
        await using var _ = gateway;
        await using var __ = upstream;
        Assert.Contains((await gateway.SendAsync(HttpMethod.Get, path)).Json[list]!.AsArray(), model => (string?)model![field] == name);
    }

    [Theory]
    [InlineData("/v1beta/models/openai/gpt-4o", 200, "$.displayName")]
    [InlineData("/cohere/v1/models/openai%2Fgpt-4o", 200, "$.context_length")]
    [InlineData("/bedrock/foundation-models/openai%2Fgpt-4o", 200, "$.modelDetails.modelName")]
    [InlineData("/v1beta/models/nothing", 404, "$.error.status")]
    public async Task One_model_is_shown_in_each_dialect(string path, int status, string has)
    {
        var (gateway, upstream) = await StartAsync(Answer.Whole("x"));
        await using var _ = gateway;
        await using var __ = upstream;
        var reply = await gateway.SendAsync(HttpMethod.Get, path);
        Assert.Equal(status, reply.Status);
        Assert.NotNull(has[2..].Split('.').Aggregate((JsonNode?)reply.Json, (node, name) => node?[name]));
    }
}
