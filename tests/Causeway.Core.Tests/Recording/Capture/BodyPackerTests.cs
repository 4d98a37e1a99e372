using System.Text;
using System.Text.Json.Nodes;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Redaction;
using Causeway.Dialects.Json;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Recording.Capture;

public sealed class BodyPackerTests
{
    private static readonly ContentEdit Shout = new(static (bytes, output) => output.Write(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).ToUpperInvariant())), 7);

    private readonly FakeTimeProvider _time = new();

    private static readonly Gen<string> Text = Gen.Select(Gen.Int[0, 900], Gen.Char["aä\u0041\" \\\n"]).Select((length, letter) => new string(letter, length));

    private static readonly Gen<string> Body = Gen.Select(Text.Array[0, 6], Text, Gen.Int).Select((texts, system, number) => new JsonObject
    {
        ["system"] = system,
        ["n"] = number,
        ["messages"] = new JsonArray([.. texts.Select(text => (JsonNode)new JsonObject { ["role"] = "user", ["content"] = text })]),
        ["nested"] = new JsonObject { ["a"] = new JsonArray(1, 2, system) },
    }.ToJsonString());

    private static ReadOnlyMemory<byte> Pack(BodyPacker packer, string body, ContentEdit edit, List<LogPiece> pieces)
    {
        using var tree = JsonInput.TryParse(Encoding.UTF8.GetBytes(body), out _);
        return packer.Pack(tree!, edit, pieces);
    }

    private static string Unpack(ReadOnlyMemory<byte> packed, List<LogPiece> pieces) =>
        Encoding.UTF8.GetString(PackedBody.Unpack(packed.Span, pieces.ToDictionary(piece => piece.Hash, piece => piece.Packed)));

    [Fact]
    public void A_body_comes_back_byte_for_byte_also_when_most_of_it_is_known() => Body.List[1, 4].Sample(bodies =>
    {
        using var packer = new BodyPacker(_time);
        var pieces = new List<LogPiece>();
        foreach (var body in bodies.Concat(bodies)) Assert.Equal(body, Unpack(Pack(packer, body, ContentEdit.None, pieces), pieces));
        Assert.Equal(pieces.Count, pieces.Select(piece => piece.Hash).Distinct().Count());
    }, iter: 300);

    [Fact]
    public void A_redacted_piece_is_another_than_the_same_as_it_was()
    {
        using var packer = new BodyPacker(_time);
        var pieces = new List<LogPiece>();
        var body = $$"""{"system":"{{new string('a', 500)}}"}""";
        var (plain, edited) = (Pack(packer, body, ContentEdit.None, pieces), Pack(packer, body, Shout, pieces));
        Assert.Equal(2, pieces.Count);
        Assert.Equal(body, Unpack(plain, pieces));
        Assert.Equal(body.ToUpperInvariant(), Unpack(edited, pieces));
    }

    [Fact]
    public void A_pattern_that_fits_everything_leaves_nothing_behind()
    {
        var all = ContentEdit.Of(new RedactionConfig { Patterns = [new PatternDetector("all", "[a-zA-Z]+")] });
        using var packer = new BodyPacker(_time);
        var pieces = new List<LogPiece>();
        Assert.Equal("""{"system":"[redacted:all]","n":1}""", Unpack(Pack(packer, $$"""{"system":"{{new string('a', 500)}}","n":1}""", all, pieces), pieces));
    }

    [Fact]
    public void A_piece_that_is_known_is_sent_again_within_an_hour_so_that_the_store_keeps_it()
    {
        using var packer = new BodyPacker(_time);
        var body = $$"""{"system":"{{new string('a', 500)}}"}""";
        var sent = 0;
        for (var minute = 0; minute < 6 * 60; minute += 5)
        {
            var pieces = new List<LogPiece>();
            Pack(packer, body, ContentEdit.None, pieces);
            sent += pieces.Count;
            _time.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.InRange(sent, 6, 12);
    }

    [Fact]
    public void After_a_failure_everything_is_sent_again()
    {
        using var packer = new BodyPacker(_time);
        var (body, pieces) = ($$"""{"system":"{{new string('a', 500)}}"}""", new List<LogPiece>());
        Pack(packer, body, ContentEdit.None, pieces);
        packer.Forget();
        Pack(packer, body, ContentEdit.None, pieces);
        Assert.Equal(2, pieces.Count);
    }

    [Fact]
    public void A_piece_that_is_gone_leaves_null_and_what_is_broken_is_said_to_be()
    {
        using var packer = new BodyPacker(_time);
        var packed = Pack(packer, $$"""{"system":"{{new string('a', 500)}}"}""", ContentEdit.None, []);
        Assert.Equal("""{"system":null}""", Unpack(packed, []));
        for (var length = 0; length < packed.Length; length++) Assert.Throws<InvalidDataException>(() => Unpack(packed[..length], []));
    }
}
