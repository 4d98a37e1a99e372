using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Microsoft.AspNetCore.Http;

namespace Causeway.EndToEnd;

/// <summary>The memory of OpenAI's responses API: kept by the gateway for providers without it, by the provider else.</summary>
public sealed class StoredResponseTests
{
    private static async Task<(GatewayProcess Gateway, ScriptedUpstream Upstream)> StartAsync(params Answer[] answers)
    {
        var upstream = await ScriptedUpstream.StartAsync();
        foreach (var answer in answers) upstream.Script(answer);
        return (await GatewayProcess.StartAsync(GatewayProcess.ConfigOf(upstream.Address, "groq", "openai")), upstream);
    }

    private static Task<Reply> AskAsync(GatewayProcess gateway, string text, string more = "", string model = "groq/llama") =>
        gateway.SendAsync(HttpMethod.Post, "/v1/responses", $$"""{"model":"{{model}}","input":"{{text}}"{{more}}}""");

    private static string Id(Reply reply) => (string)(reply.Text.StartsWith('{') ? reply.Json : JsonNode.Parse(reply.Events[^1])!["response"]!)["id"]!;

    private static Answer Native(string id) => Answer.Json($$$"""{"id":"{{{id}}}","object":"response","created_at":1,"status":"completed","model":"gpt","output":[{"id":"msg_1","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Native","annotations":[]}]}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}""");

    private static IEnumerable<string> Said(JsonNode chat) => chat["messages"]!.AsArray().Select(message => $"{message!["role"]}: {message["content"]}");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_conversation_goes_on_from_an_answer_that_the_gateway_keeps(bool stream)
    {
        var (gateway, upstream) = await StartAsync(stream ? Answer.Stream("Blue") : Answer.Whole("Blue"), Answer.Whole("Sky"), Answer.Whole("Sea"));
        await using var _ = gateway;
        await using var __ = upstream;
        var first = await AskAsync(gateway, "A colour?", stream ? ",\"stream\":true" : "");
        Assert.Matches("^resp_[0-9a-f]{32}$", Id(first));
        var second = await AskAsync(gateway, "Why?", $",\"previous_response_id\":\"{Id(first)}\"");
        Assert.Equal(200, second.Status);
        await AskAsync(gateway, "What else?", $",\"previous_response_id\":\"{Id(second)}\"");
        Assert.Equal(["user: A colour?", "assistant: Blue", "user: Why?", "assistant: Sky", "user: What else?"], Said(upstream.Requests[2]));
    }

    [Fact]
    public async Task A_kept_answer_can_be_read_listed_and_deleted()
    {
        var (gateway, upstream) = await StartAsync(Answer.Whole("Blue"));
        await using var _ = gateway;
        await using var __ = upstream;
        var answer = await AskAsync(gateway, "A colour?");
        var path = $"/v1/responses/{Id(answer)}";
        Assert.Equal(answer.Text, (await gateway.SendAsync(HttpMethod.Get, path)).Text);
        var items = (await gateway.SendAsync(HttpMethod.Get, path + "/input_items")).Json;
        Assert.Equal("A colour?", (string?)Assert.Single(items["data"]!.AsArray())!["content"]);
        Assert.True((bool)(await gateway.SendAsync(HttpMethod.Delete, path)).Json["deleted"]!);
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Get, path)).Status);
        var late = await AskAsync(gateway, "Why?", $",\"previous_response_id\":\"{Id(answer)}\"");
        Assert.Equal((400, "previous_response_not_found", "previous_response_id"), (late.Status, (string?)late.Json["error"]!["code"], (string?)late.Json["error"]!["param"]));
    }

    [Fact]
    public async Task A_virtual_key_gets_nothing_out_of_a_provider_that_it_may_not_use()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Native("resp_native"));
        upstream.Gets["/v1/responses/resp_native"] = """{"id":"resp_native","object":"response","output":[]}""";
        var config = GatewayProcess.ConfigOf(upstream.Address, "groq", "openai");
        config["governance"] = JsonNode.Parse("""{"virtual_keys":[{"name":"narrow","value":"vk-narrow","providers":[{"provider":"groq"}]}]}""");
        await using var gateway = await GatewayProcess.StartAsync(config);
        Assert.Equal(200, (await AskAsync(gateway, "A colour?", model: "openai/gpt-4o")).Status);
        var reply = await gateway.SendAsync(HttpMethod.Post, "/v1/responses", """{"model":"groq/llama","input":"Why?","previous_response_id":"resp_native"}""", ("x-api-key", "vk-narrow"));
        Assert.Equal((400, "previous_response_not_found"), (reply.Status, (string?)reply.Json["error"]!["code"]));
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task A_kept_answer_is_for_the_virtual_key_alone_that_asked_for_it()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Whole("Blue"));
        upstream.Script(Answer.Whole("Because"));
        var config = GatewayProcess.ConfigOf(upstream.Address, "groq");
        config["governance"] = JsonNode.Parse("""{"virtual_keys":[{"name":"ada","value":"vk-of-ada"},{"name":"bob","value":"vk-of-bob"}]}""");
        await using var gateway = await GatewayProcess.StartAsync(config);
        Task<Reply> As(string? key, HttpMethod method, string path, string? body = null) => gateway.SendAsync(method, path, body, key is null ? [] : [("x-api-key", key)]);
        var id = Id(await As("vk-of-ada", HttpMethod.Post, "/v1/responses", """{"model":"groq/llama","input":"A colour?"}"""));
        foreach (var other in (string?[])["vk-of-bob", null])
        {
            Assert.Equal(404, (await As(other, HttpMethod.Get, $"/v1/responses/{id}")).Status);
            Assert.Equal(404, (await As(other, HttpMethod.Get, $"/v1/responses/{id}/input_items")).Status);
            Assert.Equal(404, (await As(other, HttpMethod.Delete, $"/v1/responses/{id}")).Status);
            var stolen = await As(other, HttpMethod.Post, "/v1/responses", $$"""{"model":"groq/llama","input":"Why?","previous_response_id":"{{id}}"}""");
            Assert.Equal((400, "previous_response_not_found"), (stolen.Status, (string?)stolen.Json["error"]!["code"]));
        }

        Assert.Equal(200, (await As("vk-of-ada", HttpMethod.Get, $"/v1/responses/{id}")).Status);
        Assert.Equal(200, (await As("vk-of-ada", HttpMethod.Post, "/v1/responses", $$"""{"model":"groq/llama","input":"Why?","previous_response_id":"{{id}}"}""")).Status);
    }

    [Fact]
    public async Task What_is_not_to_be_stored_is_not()
    {
        var (gateway, upstream) = await StartAsync(Answer.Whole("Blue"));
        await using var _ = gateway;
        await using var __ = upstream;
        var answer = await AskAsync(gateway, "A colour?", ",\"store\":false");
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Get, $"/v1/responses/{Id(answer)}")).Status);
        Assert.False(Directory.Exists(Path.Combine(gateway.AppDir, "responses")));
    }

    [Theory]
    [InlineData("../config")]
    [InlineData("resp_..%2F..%2Fconfig")]
    [InlineData("resp_0000000000000000000000000000000/../../config")]
    public async Task Ids_are_no_paths(string id)
    {
        var (gateway, upstream) = await StartAsync(Answer.Whole("Blue"));
        await using var _ = gateway;
        await using var __ = upstream;
        var reply = await gateway.SendAsync(HttpMethod.Get, $"/v1/responses/{id}");
        Assert.Equal(404, reply.Status);
        Assert.DoesNotContain("sk-upstream-secret", reply.Text);
    }

    [Fact]
    public async Task What_a_provider_stores_is_asked_of_it()
    {
        var (gateway, upstream) = await StartAsync(Native("resp_theirs"), Native("resp_next"));
        await using var _ = gateway;
        await using var __ = upstream;
        var first = await AskAsync(gateway, "A colour?", model: "openai/gpt-4o");
        Assert.Equal("resp_theirs", Id(first));
        Assert.Equal(200, (await AskAsync(gateway, "Why?", ",\"previous_response_id\":\"resp_theirs\"", "openai/gpt-4o")).Status);
        Assert.Equal("resp_theirs", (string?)upstream.Requests[1]["previous_response_id"]);
        var elsewhere = await AskAsync(gateway, "Why?", ",\"previous_response_id\":\"resp_theirs\"");
        Assert.Equal(400, elsewhere.Status);
        Assert.Contains("stored at provider 'openai'", (string?)elsewhere.Json["error"]!["message"]);
    }

    [Theory]
    [InlineData(true)]    // the items of an answer are those of the whole conversation,
    [InlineData(false)]   // or only of its own request
    public async Task A_conversation_goes_on_at_another_provider_than_the_one_that_stores_it(bool whole)
    {
        const string Question = """{"id":"msg_1","type":"message","role":"user","content":[{"type":"input_text","text":"A colour?"}]}""";
        const string Blue = """{"id":"msg_2","type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Blue","annotations":[]}]}""";
        const string Why = """{"id":"msg_3","type":"message","role":"user","content":[{"type":"input_text","text":"Why?"}]}""";
        var (gateway, upstream) = await StartAsync(Native("resp_2"), Answer.Whole("Sea"));
        await using var _ = gateway;
        await using var __ = upstream;
        await AskAsync(gateway, "Why?", ",\"previous_response_id\":\"resp_1\"", "openai/gpt-4o");
        upstream.Gets["/v1/responses/resp_1"] = $$"""{"id":"resp_1","object":"response","previous_response_id":null,"output":[{{Blue}}]}""";
        upstream.Gets["/v1/responses/resp_2"] = """{"id":"resp_2","object":"response","previous_response_id":"resp_1","output":[{"id":"rs_1","type":"reasoning","summary":[]},{"id":"msg_4","type":"message","role":"assistant","content":[{"type":"output_text","text":"Sky","annotations":[]}]}]}""";
        upstream.Gets["/v1/responses/resp_1/input_items?order=asc&limit=100"] = $$"""{"object":"list","data":[{{Question}}],"has_more":false}""";
        upstream.Gets["/v1/responses/resp_2/input_items?order=asc&limit=100"] = whole
            ? $$"""{"object":"list","data":[{{Question}},{{Blue}}],"last_id":"msg_2","has_more":true}""" : $$"""{"object":"list","data":[{{Why}}],"has_more":false}""";
        upstream.Gets["/v1/responses/resp_2/input_items?order=asc&limit=100&after=msg_2"] = $$"""{"object":"list","data":[{{Why}}],"has_more":false}""";
        var elsewhere = await AskAsync(gateway, "What else?", ",\"previous_response_id\":\"resp_2\"");
        Assert.Equal((200, "resp_2"), (elsewhere.Status, (string?)elsewhere.Json["previous_response_id"]));
        Assert.Equal(["A colour?", "Blue", "Why?", "Sky", "What else?"], upstream.Requests[1]["messages"]!.AsArray().Select(message => (string?)message!["content"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_repeats_the_settings_that_it_was_asked_with(bool stream)
    {
        var (gateway, upstream) = await StartAsync(stream ? Answer.Stream("Blue") : Answer.Whole("Blue"), Answer.Whole("Sky"));
        await using var _ = gateway;
        await using var __ = upstream;
        var first = await AskAsync(gateway, "A colour?", $",\"stream\":{(stream ? "true" : "false")},\"temperature\":0.50,\"text\":{{\"verbosity\":\"low\"}},\"metadata\":{{\"run\":\"7\"}},\"max_output_tokens\":99,\"instructions\":\"Short.\"");
        var answer = stream ? JsonNode.Parse(first.Events[^1])!["response"]! : first.Json;
        Assert.Equal("0.50,true,99,null,7", string.Join(',', answer["temperature"]!.ToJsonString(), answer["store"], answer["max_output_tokens"], answer["instructions"]?.ToJsonString() ?? "null", answer["metadata"]!["run"]));
        Assert.Equal("""{"verbosity":"low","format":{"type":"text"}}""", answer["text"]!.ToJsonString());
        var second = await AskAsync(gateway, "Why?", $",\"store\":false,\"previous_response_id\":\"{Id(first)}\"");
        Assert.Equal((false, Id(first)), ((bool)second.Json["store"]!, (string?)second.Json["previous_response_id"]));
    }

    [Fact]
    public async Task A_conversation_moves_from_the_gateways_memory_to_a_provider_with_one()
    {
        var (gateway, upstream) = await StartAsync(Answer.Whole("Blue"), Native("resp_theirs"));
        await using var _ = gateway;
        await using var __ = upstream;
        var first = await AskAsync(gateway, "A colour?");
        Assert.Equal(200, (await AskAsync(gateway, "Why?", $",\"previous_response_id\":\"{Id(first)}\"", "openai/gpt-4o")).Status);
        var sent = upstream.Requests[1];
        Assert.Null(sent["previous_response_id"]);
        Assert.Equal(3, sent["input"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_conversation_is_made_short_by_a_summary_and_goes_on_from_it()
    {
        var (gateway, upstream) = await StartAsync(Answer.Whole("They like blue."), Answer.Whole("Yes"));
        await using var _ = gateway;
        await using var __ = upstream;
        var compacted = await gateway.SendAsync(HttpMethod.Post, "/v1/responses/compact",
            """{"model":"groq/llama","input":[{"role":"user","content":"A colour?"},{"role":"assistant","content":"Blue"},{"role":"user","content":"Nice"}]}""");
        Assert.Equal((200, "response.compaction"), (compacted.Status, (string?)compacted.Json["object"]));
        Assert.Contains("Summarise the conversation", upstream.Requests[0]["messages"]!.AsArray()[^1]!.ToJsonString());
        var output = compacted.Json["output"]!.AsArray();
        Assert.Equal(["message", "message", "compaction"], output.Select(item => (string?)item!["type"]));
        output.Add(new JsonObject { ["role"] = "user", ["content"] = "Still?" });
        await gateway.PostAsync("/v1/responses", new JsonObject { ["model"] = "groq/llama", ["input"] = output.DeepClone() });
        Assert.Contains("They like blue.", upstream.Requests[1]["messages"]!.ToJsonString());
        Assert.DoesNotContain("cw1.", upstream.Requests[1].ToJsonString());
    }

    [Fact]
    public async Task A_provider_that_shortens_conversations_itself_is_asked_to()
    {
        const string Answer = """{"id":"resp_c","object":"response.compaction","created_at":1,"output":[{"type":"compaction","id":"cmp_1","encrypted_content":"gAAA"}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}""";
        string? asked = null;
        var (gateway, upstream) = await StartAsync(new Answer(async http =>
        {
            asked = http.Request.Path;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(Answer);
        }));
        await using var _ = gateway;
        await using var __ = upstream;
        var reply = await gateway.SendAsync(HttpMethod.Post, "/openai/v1/responses/compact", """{"model":"openai/gpt-4o","input":"Hello"}""");
        Assert.Equal((200, Answer, "/v1/responses/compact"), (reply.Status, reply.Text, asked));
    }

    [Fact]
    public async Task An_upgrade_to_a_WebSocket_is_refused_so_that_clients_go_on_over_HTTP()
    {
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject());
        var reply = await gateway.SendAsync(HttpMethod.Get, "/v1/responses", null, ("Upgrade", "websocket"), ("Connection", "Upgrade"));
        Assert.Equal(426, reply.Status);
    }
}
