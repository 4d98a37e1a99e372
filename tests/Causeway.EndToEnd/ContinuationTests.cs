using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Microsoft.AspNetCore.Http;

namespace Causeway.EndToEnd;

/// <summary>An upstream dies in the middle of a text, and another one goes on with it.</summary>
public sealed class ContinuationTests
{
    private const string Model = "groq/llama-3.3-70b-versatile";
    private const string Fallbacks = """,  "fallbacks":{"*":["openai/gpt-4o","anthropic/claude-sonnet-4-5"]}""";
    private const string On = """{"routing":{"continue_streams":true}""" + Fallbacks + "}";

    private static Task<GatewayProcess> StartAsync(ScriptedUpstream upstream, string more = On) =>
        GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, more, "openai", "groq", "anthropic", "gemini"));

    private static string Text(Reply reply) => string.Concat(reply.Events.Where(data => data != "[DONE]").Select(data => JsonNode.Parse(data)!)
        .Select(data => data["choices"] is JsonArray { Count: > 0 } choices ? (string?)choices[0]!["delta"]?["content"] ?? "" : ""));

    [Fact]
    public async Task Every_SDK_reads_one_answer()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        foreach (var name in (string[])["groq", "anthropic", "gemini"]) upstream.Script(name, Speech.CutOff("Once", " upon a ", "ti"));
        upstream.Script("openai", Speech.Of("upon a time", " there was", " a gateway."));
        await using var gateway = await StartAsync(upstream, """{"routing":{"continue_streams":true},"fallbacks":{"*":["openai/gpt-4o"]}}""");
        var found = await SdkStreams.RunAsync(gateway, [
            .. SdkStreams.Kinds.Select(kind => (kind, Model)),
            ("anthropic", "anthropic/claude-sonnet-4-5"), ("ai-anthropic", "anthropic/claude-sonnet-4-5"), ("invoke", "anthropic/claude-sonnet-4-5"),
            ("google", "gemini/gemini-2.5-flash"), ("ai-google", "gemini/gemini-2.5-flash"), ("responses", "gemini/gemini-2.5-flash")]);
        foreach (var one in found)
        {
            Assert.True(one["error"] is null, $"{one}\n{gateway.Log}");
            Assert.Equal("Once upon a time there was a gateway.", (string)one["text"]!);
            Assert.Contains((string?)one["finish"], (string?[])["stop", "completed", "end_turn", "STOP", "COMPLETE"]);
            if (one["rising"] is { } rising) Assert.True((bool)rising && (bool)one["oneItem"]!, one.ToString());
            if (one["output"] is { } output) Assert.InRange((int)output, 6, 12);   // 5 of the second, and what is estimated of the first
        }
    }

    [Fact]
    public async Task Every_SDK_reads_one_answer_whose_beginning_passed_as_it_came()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Speech.CutOff("Once", " upon a ", "ti"));
        upstream.Script("groq", Speech.Of("me there was", " a gateway."));
        await using var gateway = await StartAsync(upstream, """{"routing":{"continue_streams":true},"fallbacks":{"*":["groq/llama-3.3-70b-versatile"]}}""");
        var found = await SdkStreams.RunAsync(gateway, [.. ((string[])["chat", "ai-chat", "responses", "ai-responses"]).Select(kind => (kind, "openai/gpt-4o"))]);
        foreach (var one in found)
        {
            Assert.True(one["error"] is null, $"{one}\n{gateway.Log}");
            Assert.Equal("Once upon a time there was a gateway.", (string)one["text"]!);
            if (one["rising"] is { } rising) Assert.True((bool)rising && (bool)one["oneItem"]!, one.ToString());
        }

        Assert.Equal("chatcmpl-7", (string)found[0]["id"]!);
        Assert.Equal("resp_7", (string)found[2]["id"]!);
    }

    [Theory]
    [InlineData("gemini-list")]
    [InlineData("completions")]
    public async Task Forms_that_no_SDK_reads_are_whole_too(string api)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("groq", Speech.CutOff("Once upon"));
        upstream.Script("openai", Speech.Of(" a time."));
        await using var gateway = await StartAsync(upstream);
        var (path, body) = Ask.StreamIn(api, Model);
        var reply = await gateway.PostAsync(path, body);
        if (api == "gemini-list") Assert.Equal("Once upon a time.", string.Concat(reply.Json.AsArray().Select(chunk => (string)chunk!["candidates"]![0]!["content"]!["parts"]![0]!["text"]!)));
        else Assert.Equal("Once upon a time.", string.Concat(reply.Events.Where(data => data != "[DONE]").Select(data => JsonNode.Parse(data)!["choices"]!.AsArray()).Where(choices => choices.Count > 0).Select(choices => (string)choices[0]!["text"]!)));
        Assert.Contains(Ask.EndOf(api), reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_go_on_one_after_the_other_and_each_is_given_all_that_was_said()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("groq", Speech.CutOff("One,", " two,"));
        upstream.Script("openai", Speech.CutOff(string.Concat(Enumerable.Range(3, 40).Select(i => $" {i},"))));
        upstream.Script("anthropic", Speech.Of(" and done."));
        await using var gateway = await StartAsync(upstream);
        var reply = await gateway.PostAsync(Ask.Chat, Ask.Stream(Model, ""","max_tokens":500,"stream_options":{"include_usage":true}"""));
        Assert.EndsWith(" 42, and done.", Text(reply), StringComparison.Ordinal);
        Assert.StartsWith("One, two, 3, 4,", Text(reply), StringComparison.Ordinal);
        var (second, third) = (upstream.Requests[1], upstream.Requests[2]);
        Assert.Equal("One, two,", (string)second["messages"]![1]!["content"]!);
        Assert.Equal("user", (string)second["messages"]![2]!["role"]!);   // it cannot begin with given words
        Assert.Equal(498, (int)(second["max_completion_tokens"] ?? second["max_tokens"])!);
        Assert.Contains("One, two, 3, 4,", third["messages"]![1]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(" 42,\"", third["messages"]![1]!.ToJsonString(), StringComparison.Ordinal);
        await ScriptedUpstream.UntilAsync(() => gateway.Log.Contains("anthropic/claude-sonnet-4-5 goes on after", StringComparison.Ordinal));
        Assert.True((int)JsonNode.Parse(reply.Events[^2])!["usage"]!["completion_tokens"]! > 40, reply.Text);
        Assert.Empty(upstream.Violations);
    }

    public static TheoryData<string> Apis => [.. Ask.Apis];

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task When_nobody_can_go_on_the_client_is_told_in_its_own_form(string api)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("groq", Speech.CutOff("Once upon"));
        upstream.Script("openai", Answer.Error(503, """{"error":{"message":"down","type":"server_error"}}"""));
        upstream.Script("anthropic", Speech.CutOff(" a time in a land far away, so far that nobody has ever been there and nobody has ever come from there,"));
        await using var gateway = await StartAsync(upstream);
        var (path, body) = Ask.StreamIn(api, Model);
        var reply = await gateway.PostAsync(path, body);
        Assert.Equal(200, reply.Status);
        Assert.Contains(Ask.FailureOf(api), reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Ask.EndOf(api), reply.Text, StringComparison.Ordinal);
        if (api != "invoke") Assert.Contains("far away", reply.Text, StringComparison.Ordinal);   // there it is in base64
        Assert.Equal(3, upstream.Paths.Count);
    }

    [Theory]
    [InlineData("off", "")]
    [InlineData("schema", ""","response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object"}}}""")]
    [InlineData("json", ""","response_format":{"type":"json_object"}""")]
    [InlineData("call", "")]
    [InlineData("thought", "")]
    [InlineData("nothing", "")]
    [InlineData("filter", "")]
    public async Task Where_it_could_go_wrong_nobody_goes_on(string why, string more)
    {
        var delta = why switch
        {
            "call" => """{"content":"Let me see"}|{"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{\"a"}}]}""",
            "thought" => """{"reasoning_content":"Hm, let me"}""",
            "nothing" => """{"content":" "}""",
            _ => """{"content":"Once upon"}""",
        };
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("groq", new Answer(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            foreach (var one in delta.Split('|')) await http.Response.WriteAsync($$$"""data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{{one}}},"finish_reason":null}]}""" + "\n\n");
            await http.Response.Body.FlushAsync();
            await Task.Delay(100);
            if (why == "filter") await http.Response.WriteAsync("data: {\"error\":{\"message\":\"stopped by the content filter\",\"type\":\"invalid_request_error\",\"code\":400}}\n\n");
            else http.Abort();
        }));
        upstream.Script("openai", Speech.Of("never"));
        await using var gateway = await StartAsync(upstream, why == "off" ? "{" + Fallbacks[1..] + "}" : On);
        var reply = await gateway.PostAsync(Ask.Chat, Ask.Stream(Model, more));
        Assert.Contains("\"error\":{", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", reply.Text, StringComparison.Ordinal);
        Assert.Single(upstream.Paths);
    }

    [Fact]
    public async Task A_rule_can_want_it_for_some_requests_and_the_room_at_the_first_is_free_meanwhile()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("groq", Speech.CutOff("Once upon"));
        upstream.Script("openai", Speech.Halting(1500, atOnce: true, " a time."));
        await using var gateway = await StartAsync(upstream, """
            {"providers":{"groq":{"concurrency_and_buffer_size":{"concurrency":1,"buffer_size":5}}},
             "routing":{"rules":[{"name":"r","when":{"stream":true},"to":["groq/llama-3.3-70b-versatile","openai/gpt-4o"],"continue_streams":true}]}}
            """);
        var going = gateway.PostAsync(Ask.Chat, Ask.Stream("x"));
        await ScriptedUpstream.UntilAsync(() => upstream.Paths.Count == 2);
        var groq = (await gateway.SendAsync(HttpMethod.Get, "/api/health")).Json["providers"]!.AsArray().First(provider => (string)provider!["name"]! == "groq")!;
        Assert.Equal(0, (int)groq["in_flight"]!);
        Assert.Equal("Once upon a time.", Text(await going));
    }
}
