using Causeway.Core.Governance.Ledger;
using Causeway.EndToEnd.Harness;
using Microsoft.AspNetCore.Http;

namespace Causeway.EndToEnd.Security;

/// <summary>
/// What is spent is what was used, whatever clients and providers do: leave early, say nothing, or say nonsense. Two hundred at once are in
/// <see cref="BudgetTests"/>.
/// </summary>
public sealed class MoneyTests
{
    private const decimal Input = 5m / 1_000_000;
    private const decimal Output = 20m / 1_000_000;

    private static async Task<(GatewayProcess Gateway, ScriptedUpstream Upstream)> StartAsync(string price = """[{"pattern":"*","price":{"input":5,"output":20}}]""")
    {
        var upstream = await ScriptedUpstream.StartAsync();
        return (await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, $$$"""
            {"governance":{"virtual_keys":[{"name":"one","value":"vk-one","budget":{"id":"cap","max_budget":1,"budget_duration":"1Y"}}],"pricing_overrides":{{{price}}}}}
            """, "openai", "anthropic", "gemini")), upstream);
    }

    private static Task<Reply> AskAsync(GatewayProcess gateway, string model, bool stream) =>
        gateway.PostAsync(Ask.Chat, Ask.For(model, stream ? ",\"stream\":true,\"max_completion_tokens\":500" : ",\"max_completion_tokens\":500"), ("x-bf-vk", "vk-one"));

    private static async Task<(decimal Spent, decimal Reserved)> BudgetAsync(GatewayProcess gateway)
    {
        var budget = (await gateway.SendAsync(HttpMethod.Get, "/api/budgets")).Json["budgets"]![0]!;
        return ((decimal)budget["dollars"]!, (decimal)budget["reserved_dollars"]!);
    }

    private static async Task<LedgerEntry> RowAsync(GatewayProcess gateway)
    {
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(30)));
        return Assert.Single(await LedgerRows.OfAsync(gateway.AppDir));
    }

    private static string Chat(string usage) =>
        $$$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Some words that are an answer."},"finish_reason":"stop"}]{{{(usage.Length > 0 ? ",\"usage\":" + usage : "")}}}}""";

    private static string Message(string usage) =>
        $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Some words that are an answer."}],"stop_reason":"end_turn","stop_sequence":null{{{(usage.Length > 0 ? ",\"usage\":" + usage : "")}}}}""";

    private static string Gemini(string usage) =>
        $$$"""{"candidates":[{"content":{"parts":[{"text":"Some words that are an answer."}],"role":"model"},"finishReason":"STOP","index":0}]{{{(usage.Length > 0 ? ",\"usageMetadata\":" + usage : "")}}}}""";

    private static Answer Stream(string usage) => new(async http =>
    {
        http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync("""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Some words"},"finish_reason":null}]}""" + "\n\n"
            + """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n"
            + (usage.Length > 0 ? "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],\"usage\":" + usage + "}\n\n" : "") + "data: [DONE]\n\n");
    });

    /// <summary>Unknown is not nothing: what nobody said is estimated, marked as such, and the budget has the same number as the ledger.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"12\"")]
    [InlineData("""{"prompt_tokens":"12","completion_tokens":"3"}""")]
    [InlineData("""{"prompt_tokens":null,"completion_tokens":null}""")]
    [InlineData("""{"prompt_tokens":1000000000000000000,"completion_tokens":1000000000000000000}""")]
    [InlineData("""{"prompt_tokens":99999999999999999999999,"completion_tokens":1e300}""")]
    [InlineData("""{"prompt_tokens":-1000000,"completion_tokens":-1000000}""")]
    [InlineData("""{"prompt_tokens":1.5,"completion_tokens":true}""")]
    public async Task Usage_that_is_missing_or_nonsense_is_estimated(string usage)
    {
        foreach (var answer in new[] { Answer.Json(Chat(usage)), Stream(usage) })
        {
            var (gateway, upstream) = await StartAsync();
            await using var _ = gateway;
            await using var __ = upstream;
            upstream.Script(answer);
            Assert.Equal(200, (await AskAsync(gateway, "openai/m", stream: upstream.Hits == 0 && answer != null && usage.Length % 2 == 0)).Status);
            var (spent, reserved) = await BudgetAsync(gateway);
            var row = await RowAsync(gateway);
            Assert.True(row is { IsEstimate: true, InputTokens: > 0 and < 100, OutputTokens: > 0 and < 200 }, $"{row}");
            Assert.Equal((row.Dollars, 0m), (spent, reserved));
            Assert.Equal((row.InputTokens * Input) + (row.OutputTokens * Output), row.Dollars);
        }
    }

    [Theory]
    [InlineData("anthropic/m", """{"input_tokens":-5,"output_tokens":1000000000000000000,"cache_read_input_tokens":-1000000000}""")]
    [InlineData("anthropic/m", "")]
    [InlineData("gemini/m", """{"promptTokenCount":-5,"candidatesTokenCount":-7000000,"totalTokenCount":-12}""")]
    [InlineData("gemini/m", """{"promptTokenCount":1000000000000000000,"candidatesTokenCount":1000000000000000000,"thoughtsTokenCount":9000000000000000000}""")]
    public async Task In_other_dialects_too(string model, string usage)
    {
        var (gateway, upstream) = await StartAsync();
        await using var _ = gateway;
        await using var __ = upstream;
        upstream.Script(Answer.Json(model.StartsWith('g') ? Gemini(usage) : Message(usage)));
        Assert.Equal(200, (await AskAsync(gateway, model, stream: false)).Status);
        var (spent, reserved) = await BudgetAsync(gateway);
        var row = await RowAsync(gateway);
        Assert.True(row is { IsEstimate: true, InputTokens: > 0 and < 100, OutputTokens: > 0 and < 200 }, $"{row}");
        Assert.Equal((row.Dollars, 0m), (spent, reserved));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_zero_that_was_said_is_a_zero(bool stream)
    {
        const string Zero = """{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}""";
        var (gateway, upstream) = await StartAsync();
        await using var _ = gateway;
        await using var __ = upstream;
        upstream.Script(stream ? Stream(Zero) : Answer.Json(Chat(Zero)));
        Assert.Equal(200, (await AskAsync(gateway, "openai/m", stream)).Status);
        Assert.True(await RowAsync(gateway) is { IsEstimate: false, InputTokens: 0, OutputTokens: 0, Dollars: 0 });
    }

    [Fact]
    public async Task Who_leaves_in_the_middle_pays_for_the_prompt_and_what_came()
    {
        var (gateway, upstream) = await StartAsync();
        await using var _ = gateway;
        await using var __ = upstream;
        upstream.Script(Speech.Halting(60_000, atOnce: false, "one", "two"));
        using (var leaves = new CancellationTokenSource())
        {
            var body = Ask.Stream("openai/m", ",\"max_completion_tokens\":500");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Address, Ask.Chat)) { Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json") };
            request.Headers.Add("x-bf-vk", "vk-one");
            using var client = new HttpMessageInvoker(new SocketsHttpHandler());
            using var answer = await client.SendAsync(request, leaves.Token);
            await using var stream = await answer.Content.ReadAsStreamAsync(leaves.Token);
            Assert.True(await stream.ReadAsync(new byte[100], leaves.Token) > 0);
        }

        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 0);
        for (var i = 0; i < 500 && await BudgetAsync(gateway) is (0m, _); i++) await Task.Delay(10, TestContext.Current.CancellationToken);
        var (spent, reserved) = await BudgetAsync(gateway);
        var row = await RowAsync(gateway);
        Assert.True(row is { Status: 499, IsEstimate: true, InputTokens: > 0, OutputTokens: > 0 }, $"{row}");
        Assert.Equal((row.Dollars, 0m), (spent, reserved));
        Assert.True(row.Dollars > 0);
    }

    [Fact]
    public async Task Without_a_price_nothing_is_asked_under_a_hard_budget()
    {
        var (gateway, upstream) = await StartAsync("[]");
        await using var _ = gateway;
        await using var __ = upstream;
        upstream.Script(Answer.Whole("x"));
        var reply = await AskAsync(gateway, "openai/a-model-that-nobody-knows", stream: false);
        Assert.Equal("price_unknown", (string?)reply.Json["error"]!["code"]);
        Assert.Equal(0, upstream.Hits);
    }

    [Theory]
    [InlineData("""[{"pattern":"*","price":{"input":-5,"output":20}}]""")]
    [InlineData("""[{"pattern":"*","price":{"input":"5","output":20}}]""")]
    [InlineData("""[{"pattern":"*","price":{"inptu":5,"output":20}}]""")]
    [InlineData("""[{"pattern":"*","price":{"input":5""")]
    [InlineData("""{}""")]
    public async Task A_broken_price_sheet_is_told_of_and_the_last_good_one_stays(string broken)
    {
        var (gateway, upstream) = await StartAsync();
        await using var _ = gateway;
        await using var __ = upstream;
        upstream.Script(Answer.Whole("x"));
        var file = await File.ReadAllTextAsync(gateway.ConfigFile, TestContext.Current.CancellationToken);
        var at = file.IndexOf("\"pricing_overrides\":", StringComparison.Ordinal) + "\"pricing_overrides\":".Length;
        await File.WriteAllTextAsync(gateway.ConfigFile, file[..at] + broken + file[(file.IndexOf(']', at) + 1)..], TestContext.Current.CancellationToken);
        await ScriptedUpstream.UntilAsync(() => gateway.Log.Contains("was not taken over", StringComparison.Ordinal));
        Assert.Equal(200, (await AskAsync(gateway, "openai/m", stream: false)).Status);
        Assert.Equal((11 * Input) + (3 * Output), (await RowAsync(gateway)).Dollars);
    }
}
