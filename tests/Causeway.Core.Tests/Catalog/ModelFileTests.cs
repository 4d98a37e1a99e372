using System.Text;
using Causeway.Core.Catalog;
using Causeway.Core.Configuration;
using Causeway.Core.Routing;
using Causeway.Core.Upstream;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Core.Tests.Catalog;

public sealed class ModelFileTests
{
    private static ConfigLoad Load(string models) => ModelFile.AddTo(
        ConfigLoader.Parse("""{"providers":{"openai":{"keys":[{"value":"a"}]},"openrouter":{"keys":[{"value":"a"}]},"ollama":{}}}"""u8.ToArray(), "config.json", _ => null),
        Encoding.UTF8.GetBytes(models));

    private static ModelCatalog Catalog(string rows)
    {
        var load = Load("{\"models\":" + rows + "}");
        Assert.Empty(load.Errors);
        return load.Config!.Catalog;
    }

    [Fact]
    public void A_row_goes_before_the_built_in_one_and_takes_from_it_what_it_leaves_out()
    {
        var built = ModelCatalog.Default.Find("openai", "gpt-4o")!;
        var catalog = Catalog("""{"openai":{"gpt-4o":{"contextWindow":1000,"maxOutputTokens":null,"input":["text"]}}}""");
        var model = catalog.Find("openai", "gpt-4o")!;
        Assert.Equal((1000, built.Traits.MaxOutputTokens, built.DisplayName, false), (model.ContextWindow, model.Traits.MaxOutputTokens, model.DisplayName, model.SeesImages));
        Assert.Equal(built.Price, model.Price);
        Assert.Equal(1000, catalog.Find("openai", "gpt-4o-2099-01-31")!.ContextWindow);
        Assert.Equal(ModelCatalog.Default.Find("openai", "gpt-4.1")!.ContextWindow, catalog.Find("openai", "gpt-4.1")!.ContextWindow);
    }

    [Fact]
    public void A_price_is_taken_as_a_whole()
    {
        var price = Catalog("""{"openai":{"gpt-4o":{"price":{"input":1.5,"output":0.1}}}}""").Find("openai", "gpt-4o")!.Price!;
        Assert.Equal((1.5m, 0.1m, null, 0), (price.Input, price.Output, price.CacheRead, price.Tiers.Count));
    }

    [Fact]
    public void A_new_name_takes_the_facts_of_the_row_it_would_have_had_but_not_its_price()
    {
        var model = Catalog("""{"openai":{"gpt-4o-mine":{"contextWindow":1000}}}""").Find("openai", "gpt-4o-mine")!;
        Assert.Equal((1000, 16384L, null), (model.ContextWindow, model.Traits.MaxOutputTokens, model.Price));
    }

    [Fact]
    public void Nothing_is_a_price_and_unknown_is_none()
    {
        var catalog = Catalog("""{"ollama":{"llama3":{"price":{"input":0,"output":0}},"qwen3":{"contextWindow":32768}}}""");
        var usage = new Dialects.Canonical.Usage { InputTokens = 1000, CacheWriteTokens = 10, CacheWriteHourTokens = 10, OutputTokens = 100 };
        Assert.Equal(0, catalog.Find("ollama", "llama3")!.Price!.CostOf(usage));
        Assert.Null(catalog.Find("ollama", "qwen3")!.Price);
        Assert.Null(catalog.Find("ollama", "llama3:70b")!.Price);   // some other model
    }

    [Theory]
    [InlineData("llama3:70b", 0)]
    [InlineData("llama3-code:7b", 1)]
    [InlineData("llama3-", 1)]
    [InlineData("qwen3", 2)]
    public void A_name_with_a_star_or_a_dash_at_its_end_prices_all_that_begin_so(string model, int input)
    {
        var catalog = Catalog("""{"ollama":{"llama3*":{"price":{"input":0,"output":0}},"llama3-":{"price":{"input":1,"output":0}},"*":{"price":{"input":2,"output":0}}}}""");
        Assert.Equal(input, catalog.Find("ollama", model)!.Price!.Input);
        Assert.DoesNotContain(catalog.Models("ollama"), name => name.StartsWith("llama3", StringComparison.Ordinal) || name.Length == 0);
    }

    [Fact]
    public void A_row_for_all_models_does_not_say_that_the_provider_has_them()
    {
        var catalog = Catalog("""{"openai":{"*":{"price":{"input":0,"output":0}},"gpt-made-*":{}},"openrouter":{"*":{}}}""");
        Assert.Equal([false, true, true, false], new[] { "other", "gpt-4o", "gpt-made-up", "claude-made-up" }.Select(model => catalog.Knows("openai", model)));
        Assert.Equal([true, false], new[] { "openai/gpt-made-up", "acme/other" }.Select(model => catalog.Knows("openrouter", model)));
    }

    [Fact]
    public void The_facts_of_a_makers_row_hold_at_its_resellers()
    {
        var catalog = Catalog("""{"openai":{"gpt-made-up":{"contextWindow":1000,"price":{"input":1,"output":1}}},"openrouter":{"acme/model":{"price":{"input":1,"output":1}}}}""");
        var resold = catalog.Find("openrouter", "openai/gpt-made-up")!;
        Assert.Equal((1000, null), (resold.ContextWindow, resold.Price));
        Assert.Equal(1, catalog.Find("openrouter", "acme/model")!.Price!.Input);
    }

    [Theory]
    [InlineData("[]", "models.json", "must hold a JSON object")]
    [InlineData("{\"models\":", "models.json", "is not valid JSON")]
    [InlineData("""{"modles":{}}""", "models.json, modles", "did you mean `models`?")]
    [InlineData("""{"models":{"openia":{}}}""", "models.json, models.openia", "did you mean `openai`?")]
    [InlineData("""{"models":{"openai":[]}}""", "models.json, models.openai", "must be an object")]
    [InlineData("""{"models":{"openai":{"m":5}}}""", "models.json, models.openai.m", "must be an object such as")]
    [InlineData("""{"models":{"openai":{"m":{"contextWindw":5}}}}""", "models.json, models.openai.m.contextWindw", "did you mean `contextWindow`?")]
    [InlineData("""{"models":{"openai":{"m":{"contextWindow":5.5}}}}""", "models.json, models.openai.m.contextWindow", "whole number from 1")]
    [InlineData("""{"models":{"openai":{"m":{"reasons":"yes"}}}}""", "models.json, models.openai.m.reasons", "must be true or false")]
    [InlineData("""{"models":{"openai":{"m":{"efforts":"low"}}}}""", "models.json, models.openai.m.efforts", "must be a list")]
    [InlineData("""{"models":{"openai":{"m":{"input":["smell"]}}}}""", "models.json, models.openai.m.input[0]", "must be one of text")]
    [InlineData("""{"models":{"openai":{"m":{"schemas":{"lax":{}}}}}}""", "models.json, models.openai.m.schemas", "lax")]
    [InlineData("""{"models":{"openai":{"m":{"price":3}}}}""", "models.json, models.openai.m.price", "must be an object")]
    [InlineData("""{"models":{"openai":{"m":{"price":{"input":3}}}}}""", "models.json, models.openai.m.price", "both input and output")]
    [InlineData("""{"models":{"openai":{"m":{"price":{"input":-1,"output":1}}}}}""", "models.json, models.openai.m.price.input", "from 0 to 1000000")]
    [InlineData("""{"models":{"openai":{"m":{"price":{"input":1e60,"output":1}}}}}""", "models.json, models.openai.m.price.input", "from 0 to 1000000")]
    [InlineData("""{"models":{"openai":{"m":{"price":{"input":1,"output":1,"tiers":[{"input":2}]}}}}}""", "models.json, models.openai.m.price.tiers[0]", "above")]
    public void A_problem_names_the_file_the_path_and_the_fix(string json, string path, string fix)
    {
        var load = Load(json);
        Assert.Null(load.Config);
        Assert.Contains(load.Errors, e => e.Path == path && e.Fix.Contains(fix, StringComparison.Ordinal));
    }

    [Fact]
    public void A_provider_that_is_not_configured_is_worth_a_warning()
    {
        var load = Load("""{"models":{"somewhere":{"m":{}},"mistral":{"m":{}}}}""");
        Assert.Equal("models.json, models.somewhere", Assert.Single(load.Warnings).Path);
        Assert.NotNull(load.Config);
    }

    [Fact]
    public void The_file_is_followed_and_a_bad_one_keeps_what_runs()
    {
        var folder = Directory.CreateTempSubdirectory("causeway-models-").FullName;
        var file = Path.Combine(folder, "models.json");
        var initial = ConfigLoader.LoadAppDir(folder, name => name == "OPENAI_API_KEY" ? "k" : null);
        using var store = new ConfigStore(folder, initial, name => name == "OPENAI_API_KEY" ? "k" : null, NullLogger<ConfigStore>.Instance, TimeProvider.System);
        store.Add(new ProviderConfig { Name = "ollama", Provider = ProviderCatalog.Default.Find("ollama")!, IsKeyless = true, Fingerprint = "http://h" });
        var before = new GatewayRuntime(store.Current);
        File.WriteAllText(file, """{"models":{"openai":{"gpt-4o":{"maxOutputTokens":7,"price":{"input":0,"output":0}}}}}""");
        store.ReloadIfChanged();
        File.WriteAllText(file, """{"models":{"openai":{"gpt-4o":{"price":{"input":0}}}}}""");
        store.ReloadIfChanged();
        var after = new GatewayRuntime(store.Current, before);
        Assert.Equal(["openai", "ollama"], after.Providers.Select(provider => provider.Name));
        Assert.Same(before.Find("openai"), after.Find("openai"));   // its connections are kept, and yet the models are the new ones
        Assert.Equal((16384L, 7L), (Traits(before), Traits(after)));
        Assert.Equal((2.5m, 0m), (before.Prices.PriceOf(null, "openai", null, "gpt-4o")!.Input, after.Prices.PriceOf(null, "openai", null, "gpt-4o")!.Input));
        File.Delete(file);
        store.ReloadIfChanged();
        Assert.Same(ModelCatalog.Default, store.Current.Catalog);
        Directory.Delete(folder, recursive: true);

        static long? Traits(GatewayRuntime gateway) => ModelResolver.ResolveName("openai/gpt-4o", gateway).Value!.Traits.MaxOutputTokens;
    }
}
