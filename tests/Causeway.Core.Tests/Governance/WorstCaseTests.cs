using System.Text;
using Causeway.Core.Catalog;
using Causeway.Core.Counting;
using Causeway.Core.Governance;
using Causeway.Core.Routing;
using Causeway.Core.Tests.Pipeline;
using Causeway.Core.Tests.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Governance;

public sealed class WorstCaseTests
{
    private static async Task<Worst> OfAsync(string more, string target = "openai/gpt-4o", DialectId dialect = DialectId.OpenAIChat, bool closely = false, RoutePolicy? policy = null)
    {
        var gateway = Routed.Gateway();
        using var exchange = await TestExchange.OfAsync(gateway, dialect, more);
        if (policy is not null) exchange.Policy = policy;
        var slash = target.IndexOf('/', StringComparison.Ordinal);
        var candidate = new Candidate(gateway.Find(target[..slash])!, target[(slash + 1)..], gateway.Catalog);
        return closely ? WorstCase.Closely(exchange, candidate, null) : WorstCase.Of(exchange, candidate, null);
    }

    private static string Said(string text) => $$"""{"messages":[{"role":"user","content":"{{text}}"}]}""";

    [Theory]
    [InlineData("""{"max_tokens":100}""", 100)]
    [InlineData("""{"max_completion_tokens":100,"n":3}""", 300)]
    [InlineData("""{"max_tokens":32000}""", 16_384)]              // more than the model gives
    [InlineData("""{}""", 16_384)]
    [InlineData("""{"max_tokens":"many"}""", 16_384)]
    [InlineData("""{"max_output_tokens":100}""", 100)]
    [InlineData("""{"generationConfig":{"x":{"maxOutputTokens":1},"maxOutputTokens":100,"candidateCount":2}}""", 200)]
    [InlineData("""{"inferenceConfig":{"maxTokens":100}}""", 100)]
    public async Task Output_is_what_the_request_and_the_model_allow(string more, long output) => Assert.Equal(output, (await OfAsync(more)).OutputTokens);

    [Fact]
    public async Task Rules_change_how_much_output_may_be_asked()
    {
        static RoutePolicy Policy(RequestSettings settings) => RoutePolicy.Default with { Settings = settings };
        Assert.Equal(50, (await OfAsync("""{"max_tokens":100}""", policy: Policy(new() { MaxTokensLimit = 50 }))).OutputTokens);
        Assert.Equal(50, (await OfAsync("""{"n":1}""", policy: Policy(new() { MaxTokensLimit = 50 }))).OutputTokens);
        Assert.Equal(500, (await OfAsync("""{"max_tokens":100}""", policy: Policy(new() { MaxTokens = 500 }))).OutputTokens);
    }

    [Theory]
    [InlineData("""{"max_tokens":5000}""", 256)]
    [InlineData("""{"max_tokens":100}""", 100)]
    [InlineData("""{"max_tokens":5000,"n":2}""", 10_000)]         // it says the output of each, not of all
    [InlineData("""{"max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":4096}}""", 4352)]
    public async Task Output_is_lowered_no_further_than_is_of_use(string more, long least) => Assert.Equal(least, (await OfAsync(more)).LeastOutput);

    [Fact]
    public async Task The_price_is_the_dearest_that_can_apply()
    {
        var short_ = await OfAsync("""{"max_tokens":1000}""", "anthropic/claude-sonnet-4-5", DialectId.AnthropicMessages);
        Assert.Equal((short_.InputTokens * 3.75m / 1_000_000, 15m / 1_000_000), (short_.InputDollars, short_.OutputDollars));
        var hour = await OfAsync("""{"max_tokens":1000,"cache_control":{"type":"ephemeral","ttl":"1h"}}""", "anthropic/claude-sonnet-4-5", DialectId.AnthropicMessages);
        Assert.Equal(hour.InputTokens * 6m / 1_000_000, hour.InputDollars);
        Assert.Null((await OfAsync("""{}""", "groq/nobody-knows-it")).Dollars);
        var price = new Price { Input = 1, Output = 2, CacheRead = 3, Tiers = [new PriceTier(1000, new Price { Input = 5, Output = 1 }), new PriceTier(9000, new Price { Input = 50, Output = 60 })] };
        Assert.Equal((0.003m, 0.000_002m), (WorstCase.Of(price, 1000, 1, false).InputDollars, WorstCase.Of(price, 1000, 1, false).OutputDollars));
        Assert.Equal((0.010m, 0.000_002m), (WorstCase.Of(price, 2000, 1, false).InputDollars, WorstCase.Of(price, 2000, 1, false).OutputDollars));
    }

    /// <summary>What tokenizers make most tokens of, by the count of one: the bound is never less.</summary>
    [Theory]
    [InlineData("The quick brown fox jumps over the lazy dog. ")]
    [InlineData("if (x == null) { throw new ArgumentNullException(nameof(x)); }\\n")]
    [InlineData("3,1,4,1,5,9,2,6,5,3,5,8,9,7,9 ")]
    [InlineData("""{\"id\": 17, \"at\": \"2026-11-25T12:00:00.123Z\", \"v\": [0.5, -1e-3]}, """)]
    [InlineData("8f14e45f-ceea-467f-a0e6-7f0d3a1b2c3d ")]
    [InlineData("QmFzZTY0IGlzIGRlbnNl/x9Zk+0pTq7WvLr2ydJhX4eKbNs1c3MfAoUg8t5GiHj6 ")]
    [InlineData("""<td class=\"x\">&nbsp;</td> | --- | ***** ===> $%^&*()_+ ~~ """)]
    [InlineData("\u6f22\u5b57\u304b\u306a\u4ea4\u3058\u308a\u6587\u3001\u4e2d\u6587\u6587\u672c\u3002")]
    [InlineData("\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440! ")]
    [InlineData("\ud83e\udd80\ud83d\ude80\ud83d\udc69\u200d\ud83d\udcbb")]
    [InlineData("\u0b95\u0bc1\u0bb0\u0bc1 \u10e5\u10d0\u10e0\u10d7 \u1780\u1798\u17d2\u1796 ")]
    public async Task The_bound_of_the_input_is_above_the_count(string text)
    {
        var said = Said(string.Concat(Enumerable.Repeat(text, 200)));
        var (bound, close) = ((await OfAsync(said)).InputTokens, (await OfAsync(said, closely: true)).InputTokens);
        using var exchange = await TestExchange.OfAsync(said);
        var count = TokenEstimate.Count(exchange.DecodeRequest().Value!);
        Assert.InRange(count, 1, close);
        Assert.InRange(close, 1, bound);
        Assert.InRange(bound, 1, Encoding.UTF8.GetByteCount(said) + 200);
    }

    [Fact]
    public async Task Text_of_English_is_reserved_twice_at_most_and_a_closer_look_brings_it_near()
    {
        var said = Said(string.Concat(Enumerable.Repeat("Reads a file from the local file system, and says which of its lines have changed. ", 500)));
        using var exchange = await TestExchange.OfAsync(said);
        var count = TokenEstimate.Count(exchange.DecodeRequest().Value!);
        Assert.InRange((await OfAsync(said)).InputTokens / (double)count, 1, 2.6);
        Assert.InRange((await OfAsync(said, closely: true)).InputTokens / (double)count, 1.1, 1.2);
        Assert.InRange((await OfAsync(said, "anthropic/claude-sonnet-4-5", closely: true)).InputTokens / (double)count, 1.5, 1.6);
    }

    [Fact]
    public async Task Pictures_cost_by_the_piece_and_what_is_fetched_by_the_window()
    {
        var picture = "iVBORw0KGgo" + new string('A', 400_000);
        var sent = await OfAsync("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,PICTURE"}}]}]}""".Replace("PICTURE", picture, StringComparison.Ordinal));
        Assert.InRange(sent.InputTokens, 5000, 5300);
        var named = await OfAsync("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url": "https://a/b.png"}},{"type":"image_url","image_url":{"url":"http://a/c.png"}}]}]}""");
        Assert.InRange(named.InputTokens, 10_000, 10_300);
        var mini = await OfAsync("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a/b.png"}}]}]}""", "openai/gpt-4o-mini");
        Assert.InRange(mini.InputTokens, 50_000, 50_300);
        string[] open =
        [
            """{"web_search_options":{}}""", """{"messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}]}""",
            """{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"url","url":"https://a/b.pdf"}}]}]}""",
        ];
        foreach (var request in open) Assert.Equal(128_000, (await OfAsync(request)).InputTokens);
        Assert.Equal(128_000, (await OfAsync(Said(new string('x', 400_000)))).InputTokens);   // more does not fit into the model
    }
}
