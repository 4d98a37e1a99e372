using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Microsoft.AspNetCore.Http;

namespace Causeway.EndToEnd;

/// <summary>What goes on, told while it goes on.</summary>
public sealed class LiveTests
{
    private static string Chunk(string delta, string finish = "null") => $$"""data: {"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish}}}]}""" + "\n\n";

    /// <summary>An answer that goes on when the test says so.</summary>
    private sealed class Steps
    {
        private readonly SemaphoreSlim _next = new(0);

        public void Go() => _next.Release();

        public Answer Of(params string[] pieces) => new(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            foreach (var piece in pieces)
            {
                await _next.WaitAsync(http.RequestAborted);
                await http.Response.WriteAsync(piece);
                await http.Response.Body.FlushAsync();
            }

            await http.Response.WriteAsync("data: [DONE]\n\n");
        });
    }

    private static Task<GatewayProcess> StartAsync(ScriptedUpstream upstream, string content = "keep") =>
        GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, $$$"""{"logging":{"content":"{{{content}}}"}}""", "openai", "groq"));

    [Theory]
    [InlineData("chat")]
    [InlineData("messages")]
    [InlineData("responses")]
    [InlineData("gemini")]
    public async Task Who_watches_sees_an_answer_while_it_is_written(string api)
    {
        var steps = new Steps();
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("groq", steps.Of(
            Chunk("""{"role":"assistant","content":"Good "}"""), Chunk("""{"content":"\"day\"\n"}"""),
            Chunk("""{"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"Bash","arguments":""}}]}"""), Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":1}"}}]}"""),
            Chunk("{}", "\"tool_calls\"")));
        await using var gateway = await StartAsync(upstream);
        await using var all = await EventReader.OpenAsync(gateway, "/api/live");
        Assert.Empty((await all.NextAsync("snapshot"))["items"]!.AsArray());
        var (path, body) = Ask.StreamIn(api, "groq/m");
        var asking = gateway.PostAsync(path, body, ("x-session-id", "s1"), ("x-causeway-branch", "fix"));
        var started = await all.NextAsync("started");
        Assert.Equal(("groq/m", true, "s1", "fix"), ((string)started["asked"]!, (bool)started["stream"]!, (string)started["session"]!, (string)started["branch"]!));
        steps.Go();
        Assert.True((decimal)(await all.NextAsync("first_token"))["first_token"]! > 0);
        await using var one = await EventReader.OpenAsync(gateway, $"/api/live/{started["id"]}");
        Assert.True((bool)(await one.NextAsync("listening"))["is_whole"]!);
        Assert.Equal("Good ", (string)(await one.NextAsync("text"))["text"]!);
        steps.Go();
        Assert.Equal("\"day\"\n", (string)(await one.NextAsync("text"))["text"]!);
        steps.Go();
        Assert.Equal(("Bash", ""), await ToolAsync(one));
        steps.Go();
        Assert.Equal(("Bash", "{\"x\":1}"), await ToolAsync(one));
        steps.Go();
        var row = await one.NextAsync("finished");
        Assert.Equal(((string)started["id"]!, 200, "groq", "m"), ((string)row["id"]!, (int)row["status"]!, (string)row["provider"]!, (string)row["model"]!));
        Assert.Null(await one.NextAsync());
        Assert.Equal((string)started["id"]!, (string)(await all.NextAsync("finished"))["id"]!);
        Assert.Equal(200, (await asking).Status);
    }

    private static async Task<(string Name, string Arguments)> ToolAsync(EventReader events)
    {
        var tool = await events.NextAsync("tool");
        return ((string)tool["name"]!, (string)tool["arguments"]!);
    }

    [Fact]
    public async Task What_goes_on_already_is_in_the_snapshot_and_what_follows_is_heard()
    {
        var steps = new Steps();
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", steps.Of(Chunk("""{"role":"assistant","content":"unheard"}"""), Chunk("""{"content":" heard"}"""), Chunk("{}", "\"stop\"")));
        await using var gateway = await StartAsync(upstream);
        var asking = gateway.PostAsync(Ask.Chat, Ask.Stream("openai/m"));
        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 1);
        steps.Go();
        JsonNode? item = null;
        for (var i = 0; i < 200 && (bool?)item?["has_content"] != true; i++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            item = (await EventsAsync(gateway, "/api/live?once=true"))[0]["items"]!.AsArray().SingleOrDefault();
        }

        Assert.Equal(("openai", "m", true), ((string)item!["provider"]!, (string)item["model"]!, (bool)item["has_content"]!));
        await using var one = await EventReader.OpenAsync(gateway, $"/api/live/{item["id"]}");
        Assert.Equal((true, false), await one.NextAsync("listening") is var listening ? ((bool)listening["is_heard"]!, (bool)listening["is_whole"]!) : default);
        steps.Go();
        steps.Go();
        if (await one.NextAsync() is var (name, data) && name == "text") Assert.Equal(" heard", (string)data["text"]!);
        else Assert.Fail("nothing was heard");
        Assert.Equal(200, (int)(await one.NextAsync("finished"))["status"]!);
        await asking;
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Get, $"/api/live/{item["id"]}")).Status);
    }

    private static async Task<IReadOnlyList<JsonNode>> EventsAsync(GatewayProcess gateway, string path) => [.. (await gateway.SendAsync(HttpMethod.Get, path)).Events.Select(data => JsonNode.Parse(data)!)];

    [Fact]
    public async Task Secrets_are_taken_out_of_what_is_told()
    {
        var steps = new Steps();
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", steps.Of(Chunk("""{"role":"assistant","content":"ghp_abcdefghijklmnop"}"""), Chunk("""{"content":"qrstuvwxyz0123456789 opens it"}"""), Chunk("{}", "\"stop\"")));
        await using var gateway = await StartAsync(upstream, "redact");
        await using var all = await EventReader.OpenAsync(gateway, "/api/live");
        await all.NextAsync("snapshot");
        var asking = gateway.PostAsync(Ask.Chat, Ask.Stream("openai/m"));
        await using var one = await EventReader.OpenAsync(gateway, $"/api/live/{(await all.NextAsync("started"))["id"]}");
        Assert.True((bool)(await one.NextAsync("listening"))["is_redacted"]!);
        for (var i = 0; i < 3; i++) steps.Go();
        Assert.Equal("[redacted:secret] opens it", (string)(await one.NextAsync("text"))["text"]!);
        await one.NextAsync("finished");
        Assert.Contains("ghp_", (await asking).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_to_be_kept_is_not_shown()
    {
        var steps = new Steps();
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", steps.Of(Chunk("""{"role":"assistant","content":"a secret"}"""), Chunk("{}", "\"stop\"")));
        await using var gateway = await StartAsync(upstream, "drop");
        await using var all = await EventReader.OpenAsync(gateway, "/api/live");
        await all.NextAsync("snapshot");
        var asking = gateway.PostAsync(Ask.Chat, Ask.Stream("openai/m"));
        var id = (string)(await all.NextAsync("started"))["id"]!;
        await using var one = await EventReader.OpenAsync(gateway, $"/api/live/{id}");
        Assert.False((bool)(await one.NextAsync("listening"))["is_heard"]!);
        steps.Go();
        steps.Go();
        await one.NextAsync("finished");
        Assert.Contains("a secret", (await asking).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_that_are_asked_only_the_answer_is_heard()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", new Answer(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync(Chunk("""{"role":"assistant","content":"thrown away"}""") + "data: {\"error\":{\"message\":\"broken\",\"type\":\"server_error\"}}\n\n");   // at once: nothing of it reaches the client
        }));
        upstream.Script("groq", Answer.Stream("the answer"));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, """{"logging":{"content":"keep"},"fallbacks":{"openai/m":"groq/m"}}""", "openai", "groq"));
        await using var all = await EventReader.OpenAsync(gateway, "/api/live");
        await all.NextAsync("snapshot");
        var asking = gateway.PostAsync(Ask.Chat, Ask.Stream("openai/m"));
        await using var one = await EventReader.OpenAsync(gateway, $"/api/live/{(await all.NextAsync("started"))["id"]}");
        await one.NextAsync("listening");
        var (heard, last) = ("", "");
        while (await one.NextAsync() is var (name, data))
        {
            if (name == "text") heard += (string)data["text"]!;
            last = name;
        }

        Assert.Equal(("the answer", "finished"), (heard, last));
        Assert.DoesNotContain("thrown away", (await asking).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_stops_waits_for_nobody_who_watches()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        await using var all = await EventReader.OpenAsync(gateway, "/api/live");
        await all.NextAsync("snapshot");
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(10)));
        Assert.Null(await all.NextAsync());
    }

    [Fact]
    public async Task A_question_that_makes_no_sense_is_refused()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream);
        Assert.Equal(400, (await gateway.SendAsync(HttpMethod.Get, "/api/live?once=maybe")).Status);
        Assert.Equal(400, (await gateway.SendAsync(HttpMethod.Get, "/api/live?provider=openai")).Status);
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Get, "/api/live/not-there")).Status);
    }
}
