using System.Net.Sockets;
using System.Text;
using Causeway.EndToEnd.Harness;
using Microsoft.AspNetCore.Http;

namespace Causeway.EndToEnd;

/// <summary>A client that does not read stops the upstream, and costs no memory.</summary>
public sealed class BackPressureTests
{
    private const int Megabytes = 200;

    /// <summary>A flood, in 16 KB events; it counts what could be sent.</summary>
    private sealed class Flood
    {
        private long _sent;

        public long Sent => Interlocked.Read(ref _sent);

        public Answer Answer => new(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            var text = new string('x', 16 << 10);
            var anthropic = http.Request.Path.Value!.EndsWith("/messages", StringComparison.Ordinal);
            if (anthropic)
            {
                await http.Response.WriteAsync("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n"
                    + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n", http.RequestAborted);
            }

            var frame = Encoding.UTF8.GetBytes(anthropic
                ? "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text + "\"}}\n\n"
                : "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":null}]}\n\n");
            while (Sent < Megabytes << 20)
            {
                await http.Response.Body.WriteAsync(frame, http.RequestAborted);
                Interlocked.Add(ref _sent, frame.Length);
            }
        });
    }

    /// <summary>Asks for a stream and reads none of it.</summary>
    private static async Task<TcpClient> AskAsync(GatewayProcess gateway, string path, string body)
    {
        var client = new TcpClient { ReceiveBufferSize = 64 << 10 };
        await client.ConnectAsync("127.0.0.1", gateway.Port);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
        return client;
    }

    [Theory]
    [InlineData(Ask.Chat, "groq/x", "{}")]                                              // as it came
    [InlineData(Ask.Messages, "groq/x", "{}")]                                          // translated
    [InlineData("/v1/responses", "anthropic/x", "{}")]                                  // the last event repeats everything
    [InlineData(Ask.Chat, "groq/x", """{"routing":{"continue_streams":true}}""")]       // what was said is kept
    public async Task A_client_that_does_not_read_blocks_the_upstream(string path, string model, string more)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        var flood = new Flood();
        upstream.Script(model.Split('/')[0], flood.Answer);
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, more, "groq", "anthropic"));
        var before = gateway.Memory;
        using var client = await AskAsync(gateway, path, path == "/v1/responses" ? $$"""{"model":"{{model}}","input":"hi","stream":true}""" : Ask.Stream(model, ",\"max_tokens\":9").ToJsonString());
        await ScriptedUpstream.UntilAsync(() => flood.Sent > 0);
        long sent;
        do
        {
            sent = flood.Sent;
            await Task.Delay(1500, TestContext.Current.CancellationToken);
        }
        while (flood.Sent > sent);
        Assert.InRange(sent, 1, 40L << 20);   // what the sockets of the system hold
        var grown = gateway.Memory - before;
        Assert.True(grown < 60 << 20, $"{grown >> 20} MB");
        client.Close();
        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 0);
    }

    [Fact]
    public async Task Signs_of_life_do_not_pile_up_for_a_client_that_does_not_read()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        var flood = new Flood();
        upstream.Script("groq", flood.Answer);
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, "{}", "groq"));
        var clients = new List<TcpClient>();
        for (var i = 0; i < 20; i++) clients.Add(await AskAsync(gateway, Ask.Messages, Ask.Stream("groq/x", ",\"max_tokens\":9").ToJsonString()));
        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 20);
        await Task.Delay(3000, TestContext.Current.CancellationToken);
        var before = gateway.Memory;
        await Task.Delay(9000, TestContext.Current.CancellationToken);   // signs of life would be due
        Assert.True(gateway.Memory - before < 20 << 20, $"{(gateway.Memory - before) >> 20} MB");
        foreach (var client in clients) client.Close();
        await ScriptedUpstream.UntilAsync(() => upstream.InFlight == 0);
    }
}
