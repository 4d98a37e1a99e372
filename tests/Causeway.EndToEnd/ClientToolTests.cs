using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Microsoft.AspNetCore.Http;

namespace Causeway.EndToEnd;

/// <summary>Tools that only OpenAI's responses API has, offered to models of other APIs: as functions there, and back.</summary>
public sealed class ClientToolTests
{
    private const string Tools = """
        [{"type":"custom","name":"apply_patch","description":"Edits files.","format":{"type":"grammar","syntax":"lark","definition":"start: PATCH"}},
         {"type":"namespace","name":"mcp__files","description":"Files.","tools":[{"type":"function","name":"read","description":"Reads one.","parameters":{"type":"object","properties":{"path":{"type":"string"}}}}]}]
        """;

    /// <summary>Calls the tool at <paramref name="place"/> of the request with these arguments, in two pieces if streamed.</summary>
    private static Answer Call(int place, string arguments) => new(async http =>
    {
        var body = JsonNode.Parse((string)http.Items["body"]!)!;
        var name = (string)body["tools"]![place]!["function"]!["name"]!;
        JsonObject Call(string text) => new() { ["index"] = 0, ["id"] = "call_1", ["type"] = "function", ["function"] = new JsonObject { ["name"] = name, ["arguments"] = text } };
        if ((bool?)body["stream"] != true)
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(new JsonObject
            {
                ["id"] = "c", ["object"] = "chat.completion", ["created"] = 1, ["model"] = "m",
                ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["finish_reason"] = "tool_calls", ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = null, ["tool_calls"] = new JsonArray(Call(arguments)) } }),
            }.ToJsonString());
            return;
        }

        http.Response.ContentType = "text/event-stream";
        var more = new JsonObject { ["index"] = 0, ["function"] = new JsonObject { ["arguments"] = arguments[5..] } };
        foreach (var (delta, reason) in ((JsonNode, string?)[])[(Call(arguments[..5]), null), (more, null), (new JsonObject(), "tool_calls")])
        {
            var chunk = new JsonObject
            {
                ["id"] = "c", ["object"] = "chat.completion.chunk", ["created"] = 1, ["model"] = "m",
                ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = reason is null ? new JsonObject { ["tool_calls"] = new JsonArray(delta) } : delta, ["finish_reason"] = reason }),
            };
            await http.Response.WriteAsync($"data: {chunk.ToJsonString()}\n\n");
        }

        await http.Response.WriteAsync("data: [DONE]\n\n");
    });

    private static async Task<(JsonNode Response, JsonNode Sent)> AskAsync(Answer answer, bool stream, string more = "")
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(answer);
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigOf(upstream.Address, "groq"));
        var reply = await gateway.SendAsync(HttpMethod.Post, "/v1/responses", $$"""{"model":"groq/m","stream":{{(stream ? "true" : "false")}},"input":[{"role":"user","content":"Go"}{{more}}],"tools":{{Tools}}}""");
        Assert.Equal(200, reply.Status);
        Assert.Empty(upstream.Violations);
        return (stream ? JsonNode.Parse(reply.Events[^1])!["response"]! : reply.Json, upstream.Requests[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_custom_tool_is_a_function_upstream_and_called_with_its_text(bool stream)
    {
        var (response, sent) = await AskAsync(Call(0, """{"input":"*** Begin\nx \"y\""}"""), stream);
        var function = sent["tools"]![0]!["function"]!;
        Assert.Equal("apply_patch", (string?)function["name"]);
        Assert.Contains("start: PATCH", (string?)function["description"]);
        Assert.Equal("input", (string?)function["parameters"]!["required"]![0]);
        var item = response["output"]![0]!;
        Assert.Equal(("custom_tool_call", "apply_patch", "*** Begin\nx \"y\""), ((string?)item["type"], (string?)item["name"], (string?)item["input"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tool_in_a_namespace_is_a_function_upstream_and_called_by_both_names(bool stream)
    {
        var (response, sent) = await AskAsync(Call(1, """{"path":"a.txt"}"""), stream);
        var function = sent["tools"]![1]!["function"]!;
        Assert.Matches("^mcp__files_read_[0-9a-f]{8}$", (string?)function["name"]);
        Assert.Equal("Files.\n\nReads one.", (string?)function["description"]);
        var item = response["output"]![0]!;
        Assert.Equal(("function_call", "mcp__files", "read", """{"path":"a.txt"}"""), ((string?)item["type"], (string?)item["namespace"], (string?)item["name"], (string?)item["arguments"]));
    }

    [Fact]
    public async Task Earlier_calls_of_them_are_calls_of_the_functions()
    {
        const string History = """
            ,{"type":"custom_tool_call","call_id":"c1","name":"apply_patch","input":"*** Begin"},{"type":"custom_tool_call_output","call_id":"c1","output":"done"},
            {"type":"function_call","call_id":"c2","namespace":"mcp__files","name":"read","arguments":"{}"},{"type":"function_call_output","call_id":"c2","output":"text"}
            """;
        var (_, sent) = await AskAsync(Answer.Whole("x"), stream: false, History);
        var calls = sent["messages"]!.AsArray().SelectMany(message => message!["tool_calls"]?.AsArray() ?? []).Select(call => call!["function"]!).ToList();
        Assert.Equal(["apply_patch", (string?)sent["tools"]![1]!["function"]!["name"]], calls.Select(call => (string?)call["name"]));
        Assert.Equal("""{"input":"*** Begin"}""", (string?)calls[0]["arguments"]);
        Assert.Equal(["c1", "c2"], sent["messages"]!.AsArray().Where(message => (string?)message!["role"] == "tool").Select(message => (string?)message!["tool_call_id"]));
    }
}
