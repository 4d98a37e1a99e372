using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using ZstdSharp;

namespace Causeway.EndToEnd;

/// <summary>Requests whose bodies are compressed, as Codex sends them.</summary>
public sealed class CompressedRequestTests
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}]}""");

    private static byte[] Compress(string coding, byte[] body)
    {
        using var output = new MemoryStream();
        using (Stream stream = coding switch
        {
            "gzip" => new GZipStream(output, CompressionMode.Compress, leaveOpen: true),
            "deflate" => new ZLibStream(output, CompressionMode.Compress, leaveOpen: true),
            "br" => new BrotliStream(output, CompressionMode.Compress, leaveOpen: true),
            _ => new CompressionStream(output, leaveOpen: true),
        }) stream.Write(body);
        return output.ToArray();
    }

    private static async Task<(int Status, JsonNode Json)> SendAsync(GatewayProcess gateway, string coding, byte[] body)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Address, "/v1/chat/completions")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Content.Headers.ContentEncoding.Add(coding);
        using var reply = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)reply.StatusCode, JsonNode.Parse(await reply.Content.ReadAsStringAsync())!);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task They_are_read(string coding)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Whole("Hello"));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.Config(upstream.Address));
        var (status, json) = await SendAsync(gateway, coding, Compress(coding, Body));
        Assert.Equal((200, "Hello"), (status, (string?)json["choices"]?[0]?["message"]?["content"]));
        Assert.Equal("gpt-4o", (string?)upstream.Requests.Single()["model"]);
    }

    [Theory]
    [InlineData("gzip", 400)]
    [InlineData("deflate", 400)]
    [InlineData("br", 400)]
    [InlineData("zstd", 400)]
    [InlineData("compress", 415)]
    public async Task What_is_not_what_it_says_is_refused(string coding, int status)
    {
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject());
        var reply = await SendAsync(gateway, coding, Body);
        Assert.Equal(status, reply.Status);
        Assert.Contains(coding, (string?)reply.Json["error"]!["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task A_small_body_that_holds_a_huge_one_is_refused(string coding)
    {
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject { ["client"] = new JsonObject { ["max_request_body_size_mb"] = 1 } });
        Assert.Equal(413, (await SendAsync(gateway, coding, Compress(coding, new byte[8 << 20]))).Status);
    }
}
