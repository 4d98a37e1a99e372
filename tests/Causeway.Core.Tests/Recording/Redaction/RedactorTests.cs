using System.Text;
using System.Text.Json.Nodes;
using Causeway.Core.Recording.Redaction;
using CsCheck;

namespace Causeway.Core.Tests.Recording.Redaction;

/// <summary>JSON stays JSON, what is not found stays as it was, and the work grows with the text.</summary>
public sealed class RedactorTests
{
    private static readonly string[] Pieces =
    [
        "ada@example.com", "4111111111111111", "4111 1111 1111 1111", "+1 415 555 2671", "DE89 3704 0044 0532 0130 00", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "https://a:b1c2d3e4@host/", "Bearer 3f9a8b7c6d5e4f3a",
        "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfnygWyF8PbnGy0AHB7MaGhirHX6wJ", "\n", "\"", "\\", "\\n", "\\u0040", "/", " ", "[redacted:email]", "@", "é", "漢字", "😀", "sk-", "eyJ", "://", ".", ":", "(", "0", "x",
    ];

    private static readonly Gen<string> Texts = Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 12].Select(string.Concat);

    private static readonly Gen<string> Bodies = BodiesOf(Texts);

    [Fact]
    public void Only_the_insides_of_texts_change_in_JSON_and_a_card_that_is_a_number_becomes_a_text() => Assert.Equal(
        """{ "ada@example.com": ["to [redacted:email]", "[redacted:card]", 4111111111111112, -4111111111111111, true, null, {"e": "[redacted:email]", "s":"a\n[redacted:secret]\n😀 [redacted:phone]\ud83d\ude00[redacted:email]"}] }""",
        Redacted.Text("""{ "ada@example.com": ["to ada@example.com", 4111111111111111, 4111111111111112, -4111111111111111, true, null, {"e": "ada\u0040example.com", "s":"a\nghp_16C7e42F292c6912E7710c838347Ae178B4a\n😀 +1 415 555 2671\ud83d\ude00ada@example.com"}] }"""));

    [Theory]
    [InlineData("""{"a":"{\"to\":\"ada@example.com\",\"n\":\"x\\nada@example.com\"}"}""", """{"a":"{\"to\":\"[redacted:email]\",\"n\":\"x\\n[redacted:email]\"}"}""")]
    [InlineData("""{"url":"postgres:\/\/ada:s3cr3tpw@db\/x"}""", """{"url":"postgres:\/\/ada:[redacted:secret]@db\/x"}""")]
    [InlineData("""{"pem":"-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA0Z3VS5JJcds3xfnygWyF8PbnGy0AHB7MaGhirHX6wJ\n-----END PRIVATE KEY-----\n"}""", """{"pem":"[redacted:secret]\n"}""")]
    [InlineData("{\"a\":1}\n{\"b\":\"ada@example.com\"}\n", "{\"a\":1}\n{\"b\":\"[redacted:email]\"}\n")]
    [InlineData("event: x\ndata: {\"t\":\"ada@example.com\",\"n\":4111111111111111}\r\n\r\ndata: [DONE]\n\n: ada@example.com\n", "event: x\ndata: {\"t\":\"[redacted:email]\",\"n\":\"[redacted:card]\"}\r\n\r\ndata: [DONE]\n\n: [redacted:email]\n")]
    [InlineData("{ask ada@example.com or 4111111111111111}", "{ask [redacted:email] or [redacted:card]}")]
    [InlineData("[INFO] ada@example.com", "[INFO] [redacted:email]")]
    [InlineData("""{"a":"to ada@example.com and th""", """{"a":"to [redacted:email] and th""")]
    [InlineData("\"a\\nada@example.com\"", "\"a\\n[redacted:email]\"")]
    [InlineData("[\"ada@example.com\\", "[\"[redacted:email]\\")]
    [InlineData("", "")]
    public void Each_form_of_a_body_is_read_as_what_it_is(string body, string expected) => Assert.Equal(expected, Redacted.Text(body));

    [Fact]
    public void What_overlaps_becomes_one_by_the_name_of_the_first() =>
        Assert.Equal("[redacted:email] [redacted:a]", Redacted.Text(new Redactor(new RedactionConfig { Patterns = [new PatternDetector("a", "k[0-9]+"), new PatternDetector("b", "[0-9]+z")] }), "4111111111111111@example.com k123z"));

    [Fact]
    public void A_body_that_is_JSON_is_JSON_afterwards_with_the_same_names() => Bodies.Sample(body =>
    {
        var after = Redacted.Text(body);
        if (body is not ['{' or '[', ..] || Parsed(body) is not JsonObject before) return;
        Assert.Equal(Names(before), Names(Parsed(after) as JsonObject));
    });

    [Fact]
    public void What_was_taken_out_once_stays_as_it_is() => BodiesOf(Gen.Int[0, Pieces.Length - 1].Array[0, 12].Select(pieces => string.Join(" | ", pieces.Select(i => Pieces[i])))).Sample(body =>
    {
        var once = Redacted.Text(body);
        Assert.Equal(once, Redacted.Text(once));
    });

    [Fact]
    public void A_body_may_end_or_be_broken_anywhere() => Gen.Select(Bodies, Gen.Int[0, 400], Gen.Byte).Sample((body, at, strange) =>
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        if (bytes.Length == 0) return;
        var redactor = new Redactor(RedactionConfig.Default);
        Redacted.Bytes(redactor, bytes[..(at % bytes.Length)]);
        bytes[at % bytes.Length] = strange;
        Redacted.Bytes(redactor, bytes);
    });

    [Fact]
    public void Bytes_that_are_no_text_stay_where_nothing_is_found() => Gen.Byte.Array[0, 60].Sample(noise =>
    {
        noise = [.. noise.Where(b => b is not ((byte)'"' or (byte)'\\' or < 0x20))];   // so that it is the inside of a JSON text
        byte[] Body(string text) => [.. "{\"a\":\""u8, .. noise, .. Encoding.UTF8.GetBytes($" {text} "), .. noise, .. "\"}"u8];
        Assert.Equal(Body("[redacted:employee]"), Redacted.Bytes(Redacted.Of(("employee", "EMP-[0-9]{6}")), Body("EMP-123456")));
        byte[] Escaped(string text) => [.. "{\"a\":\""u8, .. noise, .. Encoding.UTF8.GetBytes($"\\n\\ud800\\u00e9{text}\\n"), .. noise, .. "\"}"u8];
        Assert.Equal(Escaped("[redacted:employee]"), Redacted.Bytes(Redacted.Of(("employee", "EMP-[0-9]{6}")), Escaped("EMP-123456")));
    });

    public static TheoryData<string> Adversaries() =>
    [
        "@", "a@", "a.@", "@a.", "a@b.co", "+", "0", "1 ", "4111 ", "4111-", "+1", "+1 ", "00", "0049 ", "(0", "(415) ", "01 ", "DE89", "DE89 ", "DE", "sk-", "sk-a1", "glpat-.", "SG.", "ABSK/", "ABSK+", "eyJ", "eyJ.", "eyJabcdefghijk.",
        "://", "://a:", "://a:b@", "a:b@", "Bearer ", "Bearer a1b2", "-----", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----a", "-----BEGIN PRIVATE KEY----------END ", "\\", "\\u", "\\u0040", "\\n", "[redacted:", "[redacted:x]",
        "aws_secret_access_key=", "hooks.slack.com/services/", "whsec_", "é", "漢", "\"", "{", "[", "[1,", "{\"a\":", "data: ", "data: {\"a\":\"@", "\n", "0.1", "4", "9", "a", "A", "=", "a1", "1-", "1/", "1.", "ada@example.com ", "[redacted:email]@",
    ];

    [Theory]
    [MemberData(nameof(Adversaries))]
    public void The_work_grows_with_the_text_and_no_faster(string piece)
    {
        foreach (var (before, behind) in new[] { ("", ""), ("{\"a\":\"", "\"}"), ("data: ", "\n") })
        {
            string Body(int length) => before + string.Concat(Enumerable.Repeat(piece, length / piece.Length)) + behind;
            var (small, large) = (Redacted.Work(Body(20_000)), Redacted.Work(Body(160_000)));
            Assert.InRange(large, 0, (8 * small) + (small / 4));
            Assert.InRange(large, 0, 160_000 * 140L);
        }
    }

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static string[] Names(JsonObject? body) => [.. body!["messages"]!.AsArray().SelectMany(message => message!.AsObject().Select(member => member.Key))];

    private static Gen<string> BodiesOf(Gen<string> parts) => Gen.Select(parts.Array[1, 6], Gen.Int[0, 2]).Select((texts, form) => form switch
    {
        0 => new JsonObject { ["messages"] = new JsonArray([.. texts.Select(text => new JsonObject { ["content"] = text, [text] = 4111111111111111 })]) }.ToJsonString(),
        1 => string.Concat(texts.Select(text => $"event: delta\ndata: {new JsonObject { ["text"] = text }.ToJsonString()}\n\n")),
        _ => string.Join(" \n", texts),
    });
}
