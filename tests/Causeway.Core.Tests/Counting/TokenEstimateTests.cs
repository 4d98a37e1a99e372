using System.Text;
using Causeway.Core.Counting;
using Causeway.Dialects.AnthropicMessages;

namespace Causeway.Core.Tests.Counting;

public sealed class TokenEstimateTests
{
    private static long Count(string content, string more = "") => TokenEstimate.Count(new AnthropicMessagesDialect()
        .DecodeCountRequest(Encoding.UTF8.GetBytes("""{"model":"m","messages":[{"role":"user","content":CONTENT}]MORE}"""
            .Replace("CONTENT", content, StringComparison.Ordinal).Replace("MORE", more, StringComparison.Ordinal))).Value!);

    [Fact]
    public void Words_are_counted_about_one_token_each() => Assert.InRange(Count("\"the quick brown fox jumps over the lazy dog\""), 9, 16);

    [Fact]
    public void Tools_and_system_prompts_count() =>
        Assert.True(Count("\"x\"", ""","system":"Be very brief indeed.","tools":[{"name":"read","description":"Reads a file.","input_schema":{"type":"object"}}]""") > Count("\"x\"") + 50);

    /// <summary>A PNG's head says 1000 x 750 pixels: 1,000 tokens by the rule of 750 pixels a token.</summary>
    [Fact]
    public void Pictures_count_by_their_size()
    {
        byte[] png = [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 3, 0xE8, 0, 0, 2, 0xEE, 8, 6, 0, 0, 0, 0, 0, 0, 0];
        var image = """[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"DATA"}}]""".Replace("DATA", Convert.ToBase64String(png), StringComparison.Ordinal);
        Assert.InRange(Count(image), 1000, 1015);
        Assert.InRange(Count("""[{"type":"image","source":{"type":"url","url":"http://h/x.png"}}]"""), 1600, 1610);
    }

    [Fact]
    public void A_huge_text_is_estimated_from_a_sample()
    {
        var half = Count($"\"{string.Concat(Enumerable.Repeat("word ", 80_000))}\"");
        var whole = Count($"\"{string.Concat(Enumerable.Repeat("word ", 160_000))}\"");
        Assert.InRange(whole, half * 1.98, half * 2.02);
    }
}
