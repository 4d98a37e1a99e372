using System.Text;
using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Quirks;

namespace Causeway.Dialects.Tests.Quirks;

public sealed class QuirkTests
{
    private static (string Body, string[] Losses) Apply(string quirk, string body)
    {
        var word = JsonDocument.Parse(quirk).RootElement.EnumerateObject().Single();
        var parsed = QuirkWords.Parse(word.Name, word.Value, out var problem);
        Assert.True(parsed is not null, problem);
        var losses = new LossReport();
        var result = new QuirkChain([parsed]).Apply(Encoding.UTF8.GetBytes(body), losses);
        return (Encoding.UTF8.GetString(result.Span), [.. losses.Losses.Select(l => l.Key.Path)]);
    }

    [Theory]
    [InlineData("""{"rename":["a","b"]}""", """{"a": 1.0,"c":2}""", """{"b": 1.0,"c":2}""", "")]
    [InlineData("""{"rename":["a","b"]}""", """{"a":1,"b":2}""", """{"a":1,"b":2}""", "")]
    [InlineData("""{"drop":["a","z"]}""", """{"a":1, "b":2}""", """{"b":2}""", "a")]
    [InlineData("""{"default":{"a":5,"b":6}}""", """{"a":1}""", """{"a":1,"b":6}""", "")]
    [InlineData("""{"clamp":{"a":[0,1]}}""", """{"a":1.5}""", """{"a":1}""", "a")]
    [InlineData("""{"clamp":{"a":[0,1]}}""", """{"a":0.70}""", """{"a":0.70}""", "")]
    [InlineData("""{"maxItems":{"stop":2}}""", """{"stop":["a","b","c"]}""", """{"stop":["a","b"]}""", "stop")]
    [InlineData("""{"maxItems":{"stop":2}}""", """{"stop":"a"}""", """{"stop":"a"}""", "")]
    [InlineData("""{"roles":{"developer":"system"}}""", """{"messages":[{"role":"developer","content":"developer"},{"role":"user","content":"x"}]}""",
        """{"messages":[{"role":"system","content":"developer"},{"role":"user","content":"x"}]}""", "")]
    [InlineData("""{"flattenContent":true}""", """{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"é"}]}]}""",
        """{"messages":[{"role":"user","content":"a\né"}]}""", "")]
    [InlineData("""{"flattenContent":true}""", """{"messages":[{"content":[{"type":"image_url"},{"type":"text","text":"a"}]}]}""",
        """{"messages":[{"content":[{"type":"image_url"},{"type":"text","text":"a"}]}]}""", "")]
    [InlineData("""{"reasoningObject":true}""", """{"reasoning_effort":"low","x":1}""", """{"reasoning":{"effort":"low"},"x":1}""", "")]
    public void Each_word_does_what_it_says_and_declares_what_it_takes(string quirk, string body, string expected, string losses)
    {
        var (actual, lost) = Apply(quirk, body);
        Assert.Equal((expected, losses), (actual, string.Join(',', lost)));
    }

    [Theory]
    [InlineData("""{"rename":["a"]}""")]
    [InlineData("""{"drop":[]}""")]
    [InlineData("""{"drop":[1]}""")]
    [InlineData("""{"clamp":3}""")]
    [InlineData("""{"flattenContent":false}""")]
    [InlineData("""{"invent":true}""")]
    public void A_wrong_word_or_argument_is_refused(string quirk)
    {
        var word = JsonDocument.Parse(quirk).RootElement.EnumerateObject().Single();
        Assert.Null(QuirkWords.Parse(word.Name, word.Value, out var problem));
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("""{"maxItems":{"stop":2}}""", """{"stop":{"a":1}}""")]
    [InlineData("""{"roles":{"developer":"system"}}""", """{"messages":"developer"}""")]
    [InlineData("""{"roles":{"developer":"system"}}""", """{"messages":["developer",{"role":["developer"]}]}""")]
    [InlineData("""{"flattenContent":true}""", """{"messages":[{"content":["text",3]}]}""")]
    [InlineData("""{"clamp":{"a":[0,1]}}""", """{"a":"hot"}""")]
    public void Unexpected_shapes_pass_untouched(string quirk, string body) => Assert.Equal(body, Apply(quirk, body).Body);
}
