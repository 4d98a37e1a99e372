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
}
