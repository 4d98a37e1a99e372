using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Dialects.Json;
using CsCheck;

namespace Causeway.Dialects.Tests.Json;

public sealed class TopLevelScanTests
{
    /// <summary>What makes a string hard to skip: quotes, brackets and backslashes, escaped and in every number.</summary>
    private static readonly Gen<string> Hard = Gen.OneOf(new[] { "\"", "\\", "{", "}", "[", "]", "a", "é", "\n", " " }.Select(Gen.Const).ToArray())
        .Array[0, 150].Select(string.Concat);

    private static readonly JsonSerializerOptions ShortEscapes = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void It_finds_the_members_a_parser_finds() =>
        Hard.Array[1, 4].Array[1, 5].Sample(values =>
        {
            var members = values.Select((strings, i) => KeyValuePair.Create($"k{i}", Nested(strings)));
            var body = Encoding.UTF8.GetBytes(new JsonObject(members).ToJsonString(ShortEscapes));
            var fields = new TopLevelFields();
            Assert.True(TopLevelScan.TryScan(body, fields, out var problem), problem);

            using var document = JsonDocument.Parse(body);
            var expected = document.RootElement.EnumerateObject().Select(member => member.Value.GetRawText());
            Assert.Equal(expected, Enumerable.Range(0, fields.Count).Select(i => Encoding.UTF8.GetString(body.AsSpan()[fields[i].Value])));
        });

    [Fact]
    public void A_body_cut_anywhere_is_refused()
    {
        var body = """{"a":[{"b":"x\\\"]}, and more than one block of sixty-four bytes of it \\\\"},[[]],{}],"c":{"d":"\\"}}"""u8.ToArray();
        Assert.True(TopLevelScan.TryScan(body, new TopLevelFields(), out _));
        for (var length = 0; length < body.Length; length++)
        {
            Assert.False(TopLevelScan.TryScan(body.AsMemory(0, length), new TopLevelFields(), out var problem));
            Assert.NotEmpty(problem);
        }
    }

    [Theory]
    [InlineData("""{"a":[}]}""")]
    [InlineData("""{"a":{"b":[1}}""")]
    [InlineData("""{"a":{"b":"}}""")]
    [InlineData("""{"a":[]]}""")]
    public void Brackets_that_do_not_match_are_refused(string body) =>
        Assert.False(TopLevelScan.TryScan(Encoding.UTF8.GetBytes(body), new TopLevelFields(), out _));

    [Fact]
    public void Too_deep_a_nesting_is_refused()
    {
        static byte[] Nested(int depth) => Encoding.UTF8.GetBytes($"{{\"a\":{new string('[', depth)}{new string(']', depth)}}}");
        Assert.True(TopLevelScan.TryScan(Nested(JsonInput.MaxDepth - 1), new TopLevelFields(), out _));
        Assert.False(TopLevelScan.TryScan(Nested(JsonInput.MaxDepth), new TopLevelFields(), out _));
    }

    /// <summary>One string as it is; two in an object; more in an object inside an array.</summary>
    private static JsonNode? Nested(string[] strings) => strings switch
    {
        [var value] => value,
        [var key, var value] => new JsonObject { [key] = value },
        [var key, .. var values] => new JsonArray(key, new JsonObject { [key] = new JsonArray([.. values.Select(value => (JsonNode)value)]) }),
        [] => null,
    };
}
