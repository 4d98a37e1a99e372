using System.Text;
using Causeway.Core.Catalog;
using Causeway.Core.Configuration;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Catalog;

public sealed class PriceBookTests
{
    private const string Models = """
        {"models":{"openai":{"m":{"price":{"input":1,"output":2,"cacheRead":0.5,"tiers":[{"above":200000,"input":3,"output":4}]}}},"groq":{"m":{"price":{"input":1,"output":2}}}}}
        """;

    private static GatewayRuntime Gateway(params string[] overrides)
    {
        var config = """
            {"providers":{"openai":{"keys":[{"id":"k-1","name":"main","value":"a"},{"name":"spare","value":"b"}]},"groq":{"keys":[{"name":"of groq","value":"c"}]},"xai":{"keys":[{"value":"d"}]}},
             "governance":{"virtual_keys":[{"id":"vk-1","name":"team-a","value":"secret-a"},{"name":"team-b","value":"secret-b"}],"pricing_overrides":[OVERRIDES]}}
            """.Replace("OVERRIDES", string.Join(',', overrides), StringComparison.Ordinal);
        var load = ModelFile.AddTo(ConfigLoader.Parse(Encoding.UTF8.GetBytes(config), "config.json", _ => null), Encoding.UTF8.GetBytes(Models));
        Assert.Empty(load.Errors);
        return new GatewayRuntime(load.Config!);
    }

    private static decimal? Input(GatewayRuntime gateway, string? caller, string provider, string? key, string model) =>
        gateway.Prices.PriceOf(gateway.Config.VirtualKeys.FirstOrDefault(known => known.Name == caller), provider, key, model)?.Input;

    private static string Override(string scope, int input, string pattern = "*") => $$$"""{"pattern":"{{{pattern}}}",{{{scope}}}"price":{"input":{{{input}}},"output":1}}""";

    [Theory]
    [InlineData("team-a", "openai", "main", 6)]
    [InlineData("team-a", "openai", "spare", 5)]
    [InlineData("team-a", "groq", "of groq", 4)]
    [InlineData("team-b", "openai", "main", 3)]
    [InlineData(null, "openai", "main", 3)]
    [InlineData(null, "openai", null, 2)]
    [InlineData(null, "OpenAI", "spare", 2)]
    [InlineData("team-b", "groq", "main", 1)]
    public void The_narrowest_scope_counts(string? caller, string provider, string? key, int expected)
    {
        string[] scopes =
        [
            "", "\"provider_id\":\"openai\",", "\"scope_kind\":\"provider_key\",\"provider_key_id\":\"k-1\",", "\"virtual_key_id\":\"vk-1\",",
            "\"virtual_key_id\":\"team-a\",\"provider_id\":\"openai\",", "\"scope_kind\":\"virtual_key_provider_key\",\"virtual_key_id\":\"vk-1\",\"provider_key_id\":\"main\",",
        ];
        var overrides = scopes.Select((scope, i) => Override(scope, i + 1)).ToArray();
        Assert.Equal(expected, Input(Gateway(overrides), caller, provider, key, "m"));
        Assert.Equal(expected, Input(Gateway([.. overrides.Reverse()]), caller, provider, key, "m"));   // whatever their order
    }

    [Theory]
    [InlineData("gpt-4o", 1)]
    [InlineData("GPT-4O", 1)]
    [InlineData("gpt-4o-mini", 2)]
    [InlineData("gpt-5", 3)]
    [InlineData("other", 4)]
    public void Within_a_scope_the_exact_name_counts_then_the_longest_pattern(string model, int expected) =>
        Assert.Equal(expected, Input(Gateway(Override("", 4), Override("", 3, "gpt-*"), Override("", 2, "gpt-4*"), Override("", 1, "gpt-4o")), null, "openai", null, model));

    [Fact]
    public void A_wide_scope_counts_where_the_pattern_of_a_narrow_one_does_not_fit() =>
        Assert.Equal(1, Input(Gateway(Override("", 1), Override("\"virtual_key_id\":\"vk-1\",", 2, "gpt-*")), "team-a", "openai", null, "m"));

    [Fact]
    public void A_change_leaves_what_it_does_not_name()
    {
        var gateway = Gateway("""{"pattern":"m","price":{"output":7,"cacheWrite":0}}""");
        var price = gateway.Prices.PriceOf(null, "openai", null, "m")!;
        Assert.Equal((1, 7, 0.5m, 0), (price.Input, price.Output, price.CacheRead, price.CacheWrite));
        var tier = Assert.Single(price.Tiers);
        Assert.Equal((200_000, 3, 4, 0.5m, 0), (tier.Above, tier.Price.Input, tier.Price.Output, tier.Price.CacheRead, tier.Price.CacheWrite));   // what it had in common it still has
    }

    [Theory]
    [InlineData("""{"output":7}""", null)]
    [InlineData("""{"input":0,"output":0}""", 0)]
    public void An_unknown_price_stays_unknown_unless_both_input_and_output_are_given(string price, int? expected)
    {
        var gateway = Gateway($$"""{"pattern":"*","price":{{price}}}""");
        Assert.Equal(expected, gateway.Prices.PriceOf(null, "xai", null, "made-up")?.CostOf(new Usage { InputTokens = 10, OutputTokens = 10 }));
        Assert.Null(Gateway().Prices.PriceOf(null, "xai", null, "made-up"));
    }

    [Theory]
    [InlineData("""[]""", "1.0")]
    [InlineData("""[{"above":100,"input":9}]""", "9.0")]
    [InlineData("""[{"above":300000,"input":9}]""", "1.0")]
    public void Tiers_take_the_place_of_the_catalogues(string tiers, string input)
    {
        var price = Gateway($$$"""{"pattern":"m","price":{"tiers":{{{tiers}}}}}""").Prices.PriceOf(null, "openai", null, "m")!;
        Assert.Equal(decimal.Parse(input, System.Globalization.CultureInfo.InvariantCulture), price.CostOf(new Usage { InputTokens = 250_000, OutputTokens = 0 }) * 4);
    }

    [Theory]
    [InlineData("\"{\\\"input_cost_per_token\\\":2.5e-06,\\\"output_cost_per_token\\\":0.00001,\\\"cache_read_input_token_cost\\\":1.5e-07}\"")]
    [InlineData("""{"input_cost_per_token":0.0000025,"output_cost_per_token":1e-5,"cache_read_input_token_cost":0.00000015}""")]
    public void Prices_a_token_become_prices_a_million_exactly(string patch)
    {
        var gateway = Gateway($$"""
            {"id":"1","name":"n","scope_kind":"global","match_type":"exact","pattern":"m","request_types":["chat_completion"],"pricing_patch":{{patch}}}
            """);
        var price = gateway.Prices.PriceOf(null, "groq", "of groq", "m")!;
        Assert.Equal((2.5m, 10m, 0.15m), (price.Input, price.Output, price.CacheRead));
    }

    [Fact]
    public void Prices_above_a_limit_change_a_tier_or_make_one()
    {
        var gateway = Gateway("""
            {"pattern":"m","patch":{"input_cost_per_token_above_200k_tokens":0.00001,"cache_creation_input_token_cost_above_1hr":0.000002,
             "cache_creation_input_token_cost_above_1hr_above_272k_tokens":0.000004}}
            """);
        var price = gateway.Prices.PriceOf(null, "openai", null, "m")!;
        Assert.Equal((1, 2, 2), (price.Input, price.Output, price.CacheWriteHour));
        Assert.Equal([(200_000L, 10m, 4m, 2m), (272_000L, 10m, 4m, 4m)], price.Tiers.Select(tier => (tier.Above, tier.Price.Input, tier.Price.Output, tier.Price.CacheWriteHour!.Value)));
    }

    [Fact]
    public void Batches_cost_a_share_unless_an_override_says_what()
    {
        var plain = Gateway().Prices.BatchPriceOf(null, "openai", null, "m")!;
        Assert.Equal((0.5m, 1, 0.25m, 1.5m), (plain.Input, plain.Output, plain.CacheRead, plain.Tiers[0].Price.Input));
        var patched = Gateway("""{"pattern":"m","patch":{"input_cost_per_token":0.00001,"output_cost_per_token_batches":0.000003}}""").Prices.BatchPriceOf(null, "openai", null, "m")!;
        Assert.Equal((5, 3), (patched.Input, patched.Output));
        Assert.Null(Gateway("""{"pattern":"*","price":{"input":1,"output":1}}""").Prices.BatchPriceOf(null, "xai", null, "m"));   // what it takes for batches is not known
    }

    [Fact]
    public void Every_share_is_one_of_the_price()
    {
        foreach (var share in EmbeddedData.Json("models.json").GetProperty("batch").EnumerateObject()) Assert.InRange(ModelCatalog.Default.BatchShare(share.Name)!.Value, 0.01m, 1);
        Assert.Null(ModelCatalog.Default.BatchShare("nobody"));
    }
}
