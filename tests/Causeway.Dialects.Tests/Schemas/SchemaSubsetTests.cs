using System.Text;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Causeway.Dialects.Schemas;

namespace Causeway.Dialects.Tests.Schemas;

public sealed class SchemaSubsetTests
{
    [Theory]
    [InlineData("""{"refuses":["pattern"]}""", """{"type":"object", "properties":{"pattern":{"type":"string"}}}""", null, "")]   // a property's name is no keyword
    [InlineData("""{"refuses":["pattern"]}""", """{"type":"object","properties":{"a":{"pattern":"^x"}},"enum":[{"pattern":1}]}""",
        """{"type":"object","properties":{"a":{"description":"(pattern: \"^x\")"}},"enum":[{"pattern":1}]}""", "response_format.schema")]
    [InlineData("""{"refuses":["minimum","maximum"]}""", """{"items":{"type":"integer","minimum":1,"maximum":9,"description":"A digit."}}""",
        """{"items":{"type":"integer","description":"A digit. (minimum: 1; maximum: 9)"}}""", "response_format.schema,response_format.schema")]
    [InlineData("""{"closed":true}""", """{"type":"object","properties":{"a":{"type":"object"}},"additionalProperties":false}""",
        """{"type":"object","properties":{"a":{"type":"object","additionalProperties":false}},"additionalProperties":false}""", "")]
    [InlineData("""{"closed":true}""", """{"anyOf":[{"properties":{},"additionalProperties":{"type":"string"}}]}""",
        """{"anyOf":[{"properties":{},"additionalProperties":false}]}""", "response_format.schema")]
    [InlineData("""{"refuses":["oneOf"]}""", """{"properties":{"a":{"oneOf":[{"type":"string"},{"type":"null"}]}}}""",
        """{"properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}}}""", "")]
    [InlineData("""{"rootTakes":["type","properties","required"]}""",
        """{"$schema":"x","type":"object","properties":{"a":{"$ref":"#/$defs/p~1q"}},"$defs":{"p/q":{"type":"string","minLength":1}},"additionalProperties":false}""",
        """{"type":"object","properties":{"a":{"type":"string","minLength":1}}}""", "")]
    [InlineData("""{"rootTakes":["type"],"refuses":["not"]}""", """{"type":"object","description":"D","not":{}}""", """{"type":"object"}""", "response_format.schema")]
    public void A_schema_is_kept_within_what_a_model_takes(string subset, string schema, string? expected, string losses)
    {
        var parsed = SchemaSubset.Parse(JsonDocument.Parse(subset).RootElement, out var problem);
        Assert.True(parsed is not null, problem);
        var report = new LossReport();
        var raw = new RawJson(Encoding.UTF8.GetBytes(schema));
        var fitted = parsed.Fit(raw, report, "response_format.schema");
        Assert.Equal((expected ?? schema, losses), (fitted.ToString(), string.Join(',', report.Losses.SelectMany(l => Enumerable.Repeat(l.Key.Path, l.Value)))));
        Assert.Equal(expected is null, parsed.Takes(raw));
        Assert.True(parsed.Takes(fitted));
    }

    [Fact]
    public void A_schema_that_refers_to_itself_is_cut_where_references_cannot_stand()
    {
        var subset = new SchemaSubset { RootTakes = ["type", "properties"] };
        var losses = new LossReport();
        var fitted = subset.Fit(new RawJson("""{"type":"object","properties":{"next":{"$ref":"#"},"tree":{"$ref":"#/$defs/t"}},"$defs":{"t":{"properties":{"t":{"$ref":"#/$defs/t"}}}}}"""u8.ToArray()), losses, "tools.schema");
        using var document = JsonDocument.Parse(fitted.ToString());
        Assert.DoesNotContain("$defs", fitted.ToString(), StringComparison.Ordinal);
        Assert.Contains(losses.Losses, loss => loss.Key.Reason.Contains("refers to itself", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{}},"required":["a"],"additionalProperties":false}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{}},"additionalProperties":false}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{}},"required":["a"]}""", false)]
    [InlineData("""{"type":"object","properties":{"not":{"type":"string"}},"required":["not"],"additionalProperties":false}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{"not":{}}},"required":["a"],"additionalProperties":false}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"items":{"type":"object"}}},"required":["a"],"additionalProperties":false}""", false)]
    public void OpenAI_takes_only_some_schemas_in_strict_mode(string schema, bool takes) =>
        Assert.Equal(takes, SchemaSubset.OpenAIStrict.Takes(new RawJson(Encoding.UTF8.GetBytes(schema))));

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"refuses":"pattern"}""")]
    [InlineData("""{"refuses":[1]}""")]
    [InlineData("""{"closed":false}""")]
    [InlineData("""{"invent":[]}""")]
    public void A_wrong_description_of_a_subset_is_refused(string subset)
    {
        Assert.Null(SchemaSubset.Parse(JsonDocument.Parse(subset).RootElement, out var problem));
        Assert.NotEmpty(problem);
    }
}
