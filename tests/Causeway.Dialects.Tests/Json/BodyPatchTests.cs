using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Dialects.Json;
using CsCheck;

namespace Causeway.Dialects.Tests.Json;

public sealed class BodyPatchTests
{
    private const string Body = """ { "model" : "a/b", "stream":true ,"messages":[{"content":"x \"}\\"}], "n":1.50 } """;

    private static string Patch(string body, Action<BodyPatch> edit)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var fields = new TopLevelFields();
        Assert.True(TopLevelScan.TryScan(bytes, fields, out var problem), problem);
        var patch = new BodyPatch(bytes, fields);
        edit(patch);
        var output = new ArrayBufferWriter<byte>();
        patch.WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    [Fact]
    public void Without_edits_every_byte_stays() => Assert.Equal(Body, Patch(Body, _ => { }));

    [Fact]
    public void Replacing_a_value_leaves_all_other_bytes() =>
        Assert.Equal(Body.Replace("a/b", "b", StringComparison.Ordinal), Patch(Body, p => p.Replace("model"u8, "\"b\""u8)));

    [Theory]
    [InlineData("model", """ { "stream":true ,"messages":[{"content":"x \"}\\"}], "n":1.50 } """)]
    [InlineData("stream", """ { "model" : "a/b" ,"messages":[{"content":"x \"}\\"}], "n":1.50 } """)]
    [InlineData("n", """ { "model" : "a/b", "stream":true ,"messages":[{"content":"x \"}\\"}] } """)]
    [InlineData("absent", Body)]
    public void Removing_takes_one_comma_along(string name, string expected) =>
        Assert.Equal(expected, Patch(Body, p => p.Remove(Encoding.UTF8.GetBytes(name))));

    [Fact]
    public void Any_mix_of_edits_gives_what_a_document_model_would_give() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 63], Gen.Int[0, 63], Gen.Bool).Sample((count, removed, replaced, append) =>
        {
            var body = "{" + string.Join(" , ", Enumerable.Range(0, count).Select(i => $"\"k{i}\": [{i},\"}}\"]")) + "}";
            var expected = JsonNode.Parse(body)!.AsObject();
            var actual = Patch(body, patch =>
            {
                for (var i = count - 1; i >= 0; i--)
                {
                    var name = Encoding.UTF8.GetBytes($"k{i}");
                    if ((removed >> i & 1) == 1)
                    {
                        patch.Remove(name);
                        expected.Remove($"k{i}");
                    }
                    else if ((replaced >> i & 1) == 1)
                    {
                        patch.Replace(name, "{\"new\":1}"u8);
                        expected[$"k{i}"] = JsonNode.Parse("{\"new\":1}");
                    }
                }

                if (!append) return;
                patch.Append("z"u8, "null"u8);
                expected["z"] = null;
            });
            Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(actual)), actual);
        });

    [Fact]
    public void Renaming_changes_the_key_alone() =>
        Assert.Equal(Body.Replace("\"n\"", "\"count\"", StringComparison.Ordinal), Patch(Body, p => p.Rename("n"u8, "count"u8)));

    [Theory]
    [InlineData("""{"a":1,"a":2}""", "occurs twice")]
    [InlineData("""{"a":1,"\u0061":2}""", "occurs twice")]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("", "not a JSON object")]
    [InlineData("""{"a":1} x""", "after the end")]
    [InlineData("""{"a":1,}""", "expected a key")]
    [InlineData("""{"a\q":1}""", "a key is not valid")]
    [InlineData("""{"a" 1}""", "expected ':'")]
    [InlineData("""{"a":01}""", "expected a value")]
    [InlineData("""{"a":nul}""", "expected a value")]
    [InlineData("""{"a":NaN}""", "expected a value")]
    [InlineData("""{"a":[}""", "expected a value")]
    [InlineData("""{"a":"x""", "expected a value")]
    [InlineData("""{"a":{"b":[1,2}}}""", "expected a value")]
    [InlineData("""{"a":1 "b":2}""", "expected ',' or '}'")]
    public void What_is_no_object_is_refused_with_a_reason(string body, string reason)
    {
        Assert.False(TopLevelScan.TryScan(Encoding.UTF8.GetBytes(body), new TopLevelFields(), out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_without_end_is_refused_and_not_followed() =>
        Assert.False(TopLevelScan.TryScan(Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 200_000)), new TopLevelFields(), out _));

    [Fact]
    public void An_escaped_key_is_found_by_its_meaning()
    {
        var body = Encoding.UTF8.GetBytes("""{"mod\u0065l":"x"}""");
        var fields = new TopLevelFields();
        Assert.True(TopLevelScan.TryScan(body, fields, out _));
        Assert.True(fields.TryGet("model"u8, out var field));
        Assert.Equal("\"x\"", Encoding.UTF8.GetString(body[field.Value]));
    }

    [Fact]
    public void Any_valid_object_is_cut_as_the_parser_cuts_it() =>
        Gen.Dictionary(Gen.String[1, 6], Gen.OneOf(Gen.String.Select(s => (JsonNode?)s), Gen.Int.Select(i => (JsonNode?)i),
            Gen.String.Array.Select(a => (JsonNode?)new JsonArray([.. a.Select(s => (JsonNode?)s)])), Gen.Const((JsonNode?)null)))[0, 8].Sample(members =>
        {
            var body = Encoding.UTF8.GetBytes(new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))).ToJsonString());
            var fields = new TopLevelFields();
            Assert.True(TopLevelScan.TryScan(body, fields, out var problem), problem);
            using var document = JsonDocument.Parse(body);
            Assert.Equal(document.RootElement.EnumerateObject().Select(p => p.Value.GetRawText()),
                Enumerable.Range(0, fields.Count).Select(i => Encoding.UTF8.GetString(body[fields[i].Value])));
        });
}
