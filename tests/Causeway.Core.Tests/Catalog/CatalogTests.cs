using System.Text.Json;
using Causeway.Core.Catalog;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Catalog;

public sealed class CatalogTests
{
    [Fact]
    public void Every_vendor_of_the_catalogue_is_complete()
    {
        Assert.Equal(16, ProviderCatalog.Default.All.Count);
        foreach (var entry in EmbeddedData.Json("providers.json").GetProperty("providers").EnumerateObject())
        {
            Assert.True(entry.Value.TryGetProperty("source", out _) && entry.Value.TryGetProperty("verified", out _), entry.Name);
            var provider = ProviderCatalog.Default.Find(entry.Name)!;
            Assert.True(provider.KeyEnv.Count > 0 || provider.KeyOptional, entry.Name);
            Assert.Equal(provider.Quirks.Count == 0, provider.BuildQuirks().IsEmpty);
        }
    }

    [Theory]
    [InlineData("""{"speaks":[{"dialect":"openai-chat","path":"/x"}]}""", "baseUrl")]
    [InlineData("""{"baseUrl":"http://h"}""", "speaks")]
    [InlineData("""{"baseUrl":"http://h","speaks":[{"dialect":"morse","path":"/x"}]}""", "dialect")]
    [InlineData("""{"baseUrl":"http://h","speaks":[{"dialect":"openai-chat","path":"/x"}],"quirks":[{"sing":true}]}""", "sing")]
    [InlineData("""{"baseUrl":"http://h","speaks":[{"dialect":"openai-chat","path":"/x"}],"schemas":{"tools":{"refuse":[]}}}""", "schemas.tools: refuse")]
    [InlineData("""{"baseUrl":"http://h","speaks":[{"dialect":"openai-chat","path":"/x"}],"schemas":{"lax":{}}}""", "schemas.lax")]
    [InlineData("""{"baseUrl":"http://h","auth":"knock","speaks":[{"dialect":"openai-chat","path":"/x"}]}""", "auth")]
    public void A_wrong_entry_is_told_what_is_wrong(string json, string named)
    {
        Assert.Null(ProviderCatalog.Read("mine", JsonDocument.Parse(json).RootElement, out var problem));
        Assert.Contains(named, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai", "gpt-4o", 16384L, false)]
    [InlineData("openai", "gpt-4o-2024-08-06", 16384L, false)]
    [InlineData("openai", "gpt-5-chat-latest", 16384L, false)]
    [InlineData("openai", "gpt-5", 128000L, true)]
    [InlineData("openrouter", "openai/gpt-4o", 16384L, false)]
    [InlineData("anthropic", "claude-3-5-haiku-20241022", 8192L, false)]
    [InlineData("anthropic", "claude-sonnet-4-5-20250929", 64000L, true)]
    public void The_longest_beginning_wins(string provider, string model, long most, bool reasons)
    {
        var traits = ModelCatalog.Default.Find(provider, model)!.Traits;
        Assert.Equal((most, reasons), (traits.MaxOutputTokens, traits.Reasons));
    }

    [Theory]
    [InlineData("openai", "gpt-4o", 2.5, 10)]
    [InlineData("openai", "gpt-4o-2024-11-20", 2.5, 10)]
    [InlineData("anthropic", "claude-sonnet-4-5-20250929", 3, 15)]
    [InlineData("anthropic", "claude-sonnet-4-5@20250929", 3, 15)]
    [InlineData("bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", 3.3, 16.5)]
    [InlineData("gemini", "gemini-2.5-pro", 1.25, 10)]
    [InlineData("openai", "ft:gpt-3.5-turbo-0125:acme::8A", 3, 6)]
    public void A_dated_or_tuned_edition_costs_what_its_row_says(string provider, string model, double input, double output)
    {
        var price = ModelCatalog.Default.Find(provider, model)!.Price!;
        Assert.Equal(((decimal)input, (decimal)output), (price.Input, price.Output));
    }

    [Theory]
    [InlineData("openai", "gpt-4o-realtime-preview-x")]
    [InlineData("openai", "gpt-5-chat-made-up")]
    [InlineData("anthropic", "claude-made-up")]
    [InlineData("bedrock", "xx.anthropic.claude-made-up")]
    public void A_price_that_is_not_known_is_unknown_and_not_nothing(string provider, string model) =>
        Assert.Null(ModelCatalog.Default.Find(provider, model)!.Price);

    [Fact]
    public void The_makers_facts_hold_at_a_reseller_but_not_its_prices()
    {
        var resold = ModelCatalog.Default.Find("bedrock", "mars.anthropic.claude-sonnet-4-5-20250929-v1:0")!;
        Assert.Equal((64000L, null), (resold.Traits.MaxOutputTokens, resold.Price));
    }

    [Theory]
    [InlineData(1_000_000, 0, 0, 0, 0, "3")]
    [InlineData(100_000, 0, 0, 0, 10_000, "0.45")]
    [InlineData(100_000, 90_000, 10_000, 0, 0, "0.0645")]
    [InlineData(100_000, 0, 100_000, 40_000, 0, "0.465")]
    [InlineData(200_001, 0, 0, 0, 1, "1.2000285")]
    [InlineData(1, 0, 0, 0, 0, "0.000003")]
    public void A_cost_is_exact(long input, long read, long written, long hour, long output, string dollars)
    {
        var price = new Price
        {
            Input = 3, Output = 15, CacheRead = 0.3m, CacheWrite = 3.75m, CacheWriteHour = 6,
            Tiers = [new PriceTier(200_000, new Price { Input = 6, Output = 22.5m })],
        };
        if (input == 1_000_000) price = price with { Tiers = [] };
        var usage = new Usage { InputTokens = input, CacheReadTokens = read, CacheWriteTokens = written, CacheWriteHourTokens = hour, OutputTokens = output };
        Assert.Equal(decimal.Parse(dollars, System.Globalization.CultureInfo.InvariantCulture), price.CostOf(usage));
    }

    [Fact]
    public void A_cost_is_unknown_without_its_numbers_or_prices()
    {
        var price = new Price { Input = 3, Output = 15 };
        Assert.Null(price.CostOf(new Usage { InputTokens = 5 }));
        Assert.Null(price.CostOf(new Usage { InputTokens = 5, OutputTokens = 1, CacheWriteTokens = 5, CacheWriteHourTokens = 5 }));
        Assert.Equal(0.00003m, price.CostOf(new Usage { InputTokens = 5, CacheReadTokens = 2, CacheWriteTokens = 3, OutputTokens = 1 }));   // without prices of their own, as input
    }

    [Theory]
    [InlineData("bedrock", "us.amazon.nova-pro-v1:0")]
    [InlineData("bedrock", "amazon.nova-lite-v1:0")]
    public void Novas_outermost_schema_takes_three_keywords(string provider, string model) =>
        Assert.Equal(["type", "properties", "required"], ModelCatalog.Default.Find(provider, model)!.Traits.ToolSchemas!.RootTakes);

    [Theory]
    [InlineData("anthropic", true)]
    [InlineData("bedrock", true)]
    [InlineData("cohere", false)]
    public void Some_vendors_follow_only_simple_schemas_exactly(string provider, bool closed)
    {
        var strict = ProviderCatalog.Default.Find(provider)!.Schemas!.Strict!;
        Assert.Equal((true, closed), (strict.Refuses.Contains("minimum"), strict.Closed));
    }

    [Fact]
    public void Nothing_is_known_of_an_unknown_model() => Assert.Null(ModelCatalog.Default.Find("openai", "text-made-up"));

    [Theory]
    [InlineData("openai-chat", DialectId.OpenAIChat)]
    [InlineData("anthropic-messages", DialectId.AnthropicMessages)]
    public void Dialects_have_names(string name, DialectId dialect) => Assert.Equal((dialect, name), (DialectNames.Parse(name), dialect.Name()));

    [Theory]
    [InlineData("openai", "gpt-4o")]
    [InlineData("openai", "gpt-4o-mini")]
    [InlineData("gemini", "gemini-2.5-pro")]
    [InlineData("groq", "llama-3.1-70b-versatile")]
    [InlineData("mistral", "mistral-large-latest")]
    [InlineData("anthropic", "claude-sonnet-4-20250514")]
    [InlineData("anthropic", "claude-opus-4-1-20250805")]
    [InlineData("anthropic", "claude-3-5-haiku-20241022")]
    [InlineData("anthropic", "claude-haiku-4-5-20251001")]
    [InlineData("anthropic", "claude-sonnet-5")]
    public void Models_that_people_use_have_a_price(string provider, string model) => Assert.NotNull(ModelCatalog.Default.Find(provider, model)?.Price);

    [Theory]
    [InlineData("claude-sonnet-4-5-20250929", true)]
    [InlineData("claude-3-7-sonnet-20250219", true)]
    [InlineData("claude-opus-4-6", null)]
    [InlineData("claude-sonnet-5", null)]
    public void Claude_takes_the_beginning_of_its_answer_up_to_version_4_5(string model, bool? prefills) =>
        Assert.Equal(prefills, ModelCatalog.Default.Find("anthropic", model)!.Traits.Prefills);
}
