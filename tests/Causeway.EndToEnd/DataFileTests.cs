using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>The data files and the schemas that they, and users' configurations, are held to, checked by an independent validator.</summary>
public sealed class DataFileTests
{
    private static async Task<string[]> ProblemsAsync(string schema, params string[] files)
    {
        await using var node = new ChildProcess("node", ["scripts/schema.mjs", schema, .. files], new Dictionary<string, string> { ["HOME"] = Path.GetTempPath() }, Paths.Clients);
        Assert.True(await node.WaitAsync(TimeSpan.FromSeconds(60)) == 0, node.Errors);
        return [.. JsonNode.Parse(node.Output)!.AsArray().Select(problem => (string)problem!)];
    }

    [Theory]
    [InlineData("providers")]
    [InlineData("models")]
    public async Task The_catalogue_keeps_to_its_schema(string name)
    {
        var folder = Path.Combine(Paths.Root, "src", "Causeway.Core", "Catalog");
        Assert.Empty(await ProblemsAsync(Path.Combine(folder, name + ".schema.json"), Path.Combine(folder, name + ".json")));
    }

    [Theory]
    [InlineData("""{"providers":{"openai":{"keys":[{"name":"a","value":"env.OPENAI_API_KEY","models":["*"],"weight":1}]}}}""", "")]
    [InlineData("""{"providers":{"mine":{"keys":[{"value":"a"}],"custom_provider_config":{"definition":{"baseUrl":"http://h","speaks":[{"dialect":"gemini","path":"/c","countPath":"/n"}],"schemas":{"tools":{"refuses":["pattern"]}}}}}}}""", "")]
    [InlineData("""{"providers":{"mine":{"keys":[{"value":"a"}],"custom_provider_config":{"definition":{"baseUrl":"http://h","speaks":[{"dialect":"morse","path":"/c"}]}}}}}""", "/definition/speaks/0/dialect")]
    [InlineData("""{"providers":{"openai":{"keys":[{"value":"a","weight":"heavy"}]}}}""", "/keys/0/weight")]
    [InlineData("""{"governance":{"pricing_overrides":[{"pattern":"*","scope_kind":"global","price":{"input":0,"tiers":[{"above":5,"output":1}]}},{"pattern":"m","pricing_patch":"{}"}]}}""", "")]
    [InlineData("""{"governance":{"pricing_overrides":[{"pattern":"*","price":{"input":-1}}]}}""", "/pricing_overrides/0/price/input")]
    public async Task The_printed_schema_tells_good_configurations_from_bad_ones(string config, string wrong)
    {
        var folder = Directory.CreateTempSubdirectory("causeway-schema-").FullName;
        await using var print = new ChildProcess(Paths.Binary, ["-print-schema"], new Dictionary<string, string> { ["HOME"] = folder });
        Assert.Equal(0, await print.WaitAsync(TimeSpan.FromSeconds(20)));
        var (schema, file) = (Path.Combine(folder, "schema.json"), Path.Combine(folder, "config.json"));
        File.WriteAllText(schema, print.Output);
        File.WriteAllText(file, config);
        var problems = await ProblemsAsync(schema, file);
        Assert.Equal(wrong.Length > 0, problems.Length > 0);
        Assert.All(problems, problem => Assert.Contains(wrong, problem, StringComparison.Ordinal));
        Directory.Delete(folder, recursive: true);
    }
}
