using System.Text;
using Causeway.Core.Configuration;

namespace Causeway.Core.Tests.Configuration;

public sealed class PriceOverrideReaderTests
{
    private static ConfigLoad Load(string entry) => ConfigLoader.Parse(Encoding.UTF8.GetBytes("""
        {"providers":{"openai":{"keys":[{"name":"production","value":"a"}]},"groq":{"keys":[{"name":"shared","value":"b"}]},"xai":{"keys":[{"name":"shared","value":"c"}]}},
         "governance":{"virtual_keys":[{"id":"vk-development","name":"dev","value":"s"}],"pricing_overrides":[ENTRY]}}
        """.Replace("ENTRY", entry, StringComparison.Ordinal)), "config.json", _ => null);

    [Theory]
    [InlineData("""{"price":{"input":1,"output":1}}""", "pattern", "is required")]
    [InlineData("""{"pattern":"m"}""", "", "needs a price")]
    [InlineData("""{"pattern":"m","price":{},"pricing_patch":"{}"}""", "", "not several")]
    [InlineData("""{"pattern":"m","price":{"imput":1}}""", "price.imput", "did you mean `input`?")]
    [InlineData("""{"pattern":"m","price":{"input":"1"}}""", "price.input", "must be a number from 0 to 1000000: US dollars a million tokens")]
    [InlineData("""{"pattern":"m","pricing_patch":"{"}""", "pricing_patch", "must hold valid JSON")]
    [InlineData("""{"pattern":"m","pricing_patch":"5"}""", "pricing_patch", "must be a JSON object")]
    [InlineData("""{"pattern":"m","pricing_patch":{"input_cost_per_tokens":0.1}}""", "pricing_patch.input_cost_per_tokens", "did you mean `input_cost_per_token`?")]
    [InlineData("""{"pattern":"m","pricing_patch":"{\"input_cost_per_token\":2.5}"}""", "pricing_patch.input_cost_per_token", "must be a number from 0 to 1: US dollars a token")]
    [InlineData("""{"pattern":"m*","match_type":"exact","price":{}}""", "pattern", "set match_type to wildcard")]
    [InlineData("""{"pattern":"m","match_type":"regex","price":{}}""", "match_type", "must be exact or wildcard")]
    [InlineData("""{"pattern":"m","scope_kind":"planet","price":{}}""", "scope_kind", "must be one of global")]
    [InlineData("""{"pattern":"m","scope_kind":"virtual_key","price":{}}""", "virtual_key_id", "is required")]
    [InlineData("""{"pattern":"m","scope_kind":"provider_key","price":{}}""", "provider_key_id", "is required")]
    [InlineData("""{"pattern":"m","scope_kind":"global","provider_id":"openai","price":{}}""", "provider_id", "does not go with")]
    [InlineData("""{"pattern":"m","provider_id":"opanai","price":{}}""", "provider_id", "did you mean `openai`?")]
    [InlineData("""{"pattern":"m","virtual_key_id":"vk-developmant","price":{}}""", "virtual_key_id", "did you mean `vk-development`?")]
    [InlineData("""{"pattern":"m","provider_key_id":"prodution","price":{}}""", "provider_key_id", "did you mean `production`?")]
    [InlineData("""{"pattern":"m","provider_key_id":"shared","price":{}}""", "provider_key_id", "is a key of groq and xai: add a provider_id")]
    [InlineData("""{"patern":"m","price":{}}""", "patern", "did you mean `pattern`?")]
    public void A_problem_names_the_path_and_the_fix(string entry, string path, string fix)
    {
        var load = Load(entry);
        Assert.Null(load.Config);
        Assert.Contains(load.Errors, e => e.Path == "governance.pricing_overrides[0]" + (path.Length > 0 ? "." : "") + path && e.Fix.Contains(fix, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"pattern":"m","scope_kind":"user","user_id":"u","price":{}}""", "scope_kind")]
    [InlineData("""{"pattern":"m","request_types":["embedding","rerank"],"price":{}}""", "request_types")]
    [InlineData("""{"pattern":"m","scope_kind":"provider","provider_id":"vertex","price":{}}""", "provider_id")]
    [InlineData("""{"pattern":"m","virtual_key_id":"550e8400-e29b-41d4-a716-446655440000","price":{}}""", "virtual_key_id")]
    [InlineData("""{"pattern":"m","provider_key_id":"550e8400-e29b-41d4-a716-446655440000","price":{}}""", "provider_key_id")]
    public void What_this_version_does_not_have_is_left_out_with_a_warning(string entry, string path)
    {
        var load = Load(entry);
        Assert.Empty(load.Config!.PriceOverrides);
        Assert.Equal($"governance.pricing_overrides[0].{path}", Assert.Single(load.Warnings).Path);
    }

    [Fact]
    public void Prices_of_what_is_not_counted_have_no_effect_and_that_is_said()
    {
        var load = Load("""{"pattern":"m","pricing_patch":{"input_cost_per_token":0.000001,"output_cost_per_image":0.04,"input_cost_per_token_priority":0.1}}""");
        Assert.Equal(1, Assert.Single(load.Config!.PriceOverrides).Patch.Input);
        Assert.Equal(["output_cost_per_image", "input_cost_per_token_priority"], load.Warnings.Select(warning => warning.Path.Split('.')[^1]));
    }

    [Fact]
    public void A_key_that_two_providers_have_is_told_apart_by_its_provider() =>
        Assert.Equal(("xai", "shared"), (Load("""{"pattern":"m","provider_id":"xai","provider_key_id":"shared","price":{}}""").Config!.PriceOverrides[0] is var price ? price.Provider : null, price.Key));
}
