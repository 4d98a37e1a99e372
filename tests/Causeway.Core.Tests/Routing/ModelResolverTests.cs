using System.Text;
using Causeway.Core.Configuration;
using Causeway.Core.Routing;
using Causeway.Core.Upstream;

namespace Causeway.Core.Tests.Routing;

public sealed class ModelResolverTests
{
    private static GatewayRuntime Gateway(string json) => new(ConfigLoader.Parse(Encoding.UTF8.GetBytes(json), "test", _ => null).Config!);

    private static readonly GatewayRuntime Two = Gateway("""
        {"providers":{"openai":{"keys":[{"value":"a"}]},"groq":{"keys":[{"value":"b","models":["special-*"]}]}},
         "model_aliases":{"claude-*haiku*":"openai/gpt-4o-mini","claude-*":["openai/gpt-4o","groq/special-1"]}}
        """);

    [Theory]
    [InlineData("openai/gpt-4o", "openai/gpt-4o")]
    [InlineData("OpenAI/gpt-4o", "openai/gpt-4o")]
    [InlineData("gpt-4o", "openai/gpt-4o")]
    [InlineData("special-9", "groq/special-9")]
    [InlineData("claude-haiku-4-5-20251001", "openai/gpt-4o-mini")]
    [InlineData("claude-opus-4-8", "openai/gpt-4o, groq/special-1")]
    [InlineData("claude-gw/openai/gpt-4.1", "openai/gpt-4.1")]
    public void Names_find_their_candidates(string model, string expected) =>
        Assert.Equal(expected, string.Join(", ", ModelResolver.Resolve(model, Two).Value!));

    [Theory]
    [InlineData("mistral/mistral-large-latest", "MISTRAL_API_KEY")]
    [InlineData("no-such-model", "provider/model")]
    [InlineData("openai/", "missing after the '/'")]
    [InlineData("", "empty")]
    public void What_cannot_be_found_is_explained(string model, string named)
    {
        var error = ModelResolver.Resolve(model, Two).Error!;
        Assert.Equal((404, "model_not_found"), (error.Status, error.Code));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_only_provider_takes_names_that_nobody_knows_but_not_those_of_others()
    {
        var one = Gateway("""{"providers":{"ollama":{}}}""");
        Assert.Equal("ollama/llama3", ModelResolver.Resolve("llama3", one).Value!.Single().ToString());
        Assert.Equal(404, ModelResolver.Resolve("gpt-4o", one).Error!.Status);
    }

    [Fact]
    public void Keys_are_picked_by_weight_and_model_and_untried_ones_first()
    {
        KeyConfig Key(string name, double weight, params string[] models) => new() { Name = name, Value = name, Weight = weight, Models = ModelList.Only(models) };
        var (heavy, light, never, other) = (Key("heavy", 3), Key("light", 1), Key("never", 0), Key("other", 100, "x-*"));
        var ring = new KeyRing([heavy, light, never, other]);
        var counts = Enumerable.Range(0, 4000).CountBy(_ => ring.Pick("gpt-4o", [], Rendezvous.RandomSeed())!.Name).ToDictionary();
        Assert.InRange(counts["heavy"], 2700, 3300);
        Assert.Equal(4000, counts["heavy"] + counts["light"]);
        Assert.Equal("light", ring.Pick("gpt-4o", [heavy], 1)!.Name);
        Assert.Equal("never", ring.Pick("gpt-4o", [heavy, light], 1)!.Name);
        Assert.Null(new KeyRing([other]).Pick("gpt-4o", [], 1));
    }
}
