using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Dialects.Json;
using CsCheck;

namespace Causeway.Dialects.Tests.Json;

/// <summary>Our parser against System.Text.Json, which knows the rules.</summary>
public sealed class JsonTreeTests
{
    /// <summary>Pieces that make JSON, and almost make it, in any order.</summary>
    private static readonly Gen<string> Soup = Gen.OneOf(new[]
    {
        "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\\u00e9\\n\"", "\"\\q\"", "\"", "\\", "\\u12", "é", "1", "-0", "01", "1.5e+3", "1.", ".5", "-", "2E9", "true", "tru", "false", "null", " ", "\n", "\t", "\u0001", "\"\t\"",
    }.Select(Gen.Const).ToArray()).Array[0, 12].Select(string.Concat);

    private static readonly Gen<string> Valid = Gen.Recursive<string>((depth, self) => depth > 3
        ? Gen.OneOf(Gen.Double.Select(n => double.IsFinite(n) ? n.ToString("R", CultureInfo.InvariantCulture) : "0"), Gen.String.Select(s => Quoted(s)))
        : Gen.OneOf(
            Gen.Long.Select(n => n.ToString(CultureInfo.InvariantCulture)),
            Gen.String.Select(s => Quoted(s)),
            Gen.OneOf(new[] { "true", "false", "null", "\"\\ud83d\\ude00\\/\"" }.Select(Gen.Const).ToArray()),
            self.Array[0, 4].Select(items => $"[ {string.Join(" ,\n", items)}]"),
            Gen.Select(Gen.String[0, 8], self).Array[0, 4].Select(members => $"{{{string.Join(',', members.Select(m => $"{Quoted(m.Item1)} : {m.Item2}"))} }}")));

    [Fact]
    public void It_takes_and_refuses_what_System_Text_Json_does() =>
        Soup.Sample(text =>
        {
            using var ours = JsonInput.TryParse(Encoding.UTF8.GetBytes(text), out var problem);
            Assert.Equal(TheirsTakes(text), ours is not null);
            Assert.Equal(ours is null, problem.Length > 0);
        }, iter: 20_000);

    [Fact]
    public void It_sees_the_values_that_System_Text_Json_sees() =>
        Valid.Sample(text =>
        {
            using var ours = JsonInput.TryParse(Encoding.UTF8.GetBytes(text), out var problem);
            Assert.True(ours is not null, problem);
            using var theirs = JsonDocument.Parse(text);
            AssertSame(theirs.RootElement, ours.RootElement);
            var compact = new System.Buffers.ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(compact, JsonOutput.Options)) ours.RootElement.WriteTo(writer);
            using var again = JsonDocument.Parse(compact.WrittenMemory);
            Assert.True(JsonElement.DeepEquals(theirs.RootElement, again.RootElement));
        });

    [Fact]
    public void Deeper_than_the_limit_is_refused()
    {
        static byte[] Nested(int depth) => Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));
        Assert.NotNull(JsonInput.TryParse(Nested(JsonInput.MaxDepth), out _));
        Assert.Null(JsonInput.TryParse(Nested(JsonInput.MaxDepth + 1), out var problem));
        Assert.Contains("deeper", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_members_with_one_name_the_last_counts_however_it_is_escaped()
    {
        using var tree = JsonInput.TryParse("""{"a":1,"\u0061":2,"\ud800":3}"""u8.ToArray(), out _)!;
        Assert.True(tree.RootElement.TryGetProperty("a"u8, out var value));
        Assert.Equal("2", Encoding.UTF8.GetString(value.Utf8));
        Assert.False(tree.RootElement.TryGetProperty("b"u8, out _));
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static bool TheirsTakes(string text)
    {
        try
        {
            using var _ = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = JsonInput.MaxDepth });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void AssertSame(JsonElement theirs, JsonView ours)
    {
        Assert.Equal(theirs.ValueKind, ours.ValueKind);
        Assert.Equal(theirs.GetRawText(), Encoding.UTF8.GetString(ours.Utf8));
        if (theirs.ValueKind == JsonValueKind.String) Assert.Equal(theirs.GetString(), ours.GetString());
        if (theirs.ValueKind == JsonValueKind.Array)
        {
            Assert.Equal(theirs.GetArrayLength(), ours.GetArrayLength());
            for (var i = 0; i < theirs.GetArrayLength(); i++) AssertSame(theirs[i], ours[i]);
        }

        if (theirs.ValueKind != JsonValueKind.Object) return;
        var members = theirs.EnumerateObject().ToList();
        foreach (var member in ours.EnumerateObject())
        {
            Assert.Equal(members[0].Name, member.Name);
            Assert.True(member.NameEquals(members[0].Name) && member.NameEquals(Encoding.UTF8.GetBytes(members[0].Name)));
            AssertSame(members[0].Value, member.Value);
            members.RemoveAt(0);
        }

        Assert.Empty(members);
    }
}
