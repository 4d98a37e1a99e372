using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Causeway.EndToEnd.Harness.Load;

namespace Causeway.EndToEnd.Security;

/// <summary>Nobody outside can make the gateway write a line of its log, a header or an event that it did not mean to write.</summary>
public sealed class ForgeryTests
{
    private const string Forged = "00:00:00 info: Causeway.Forged[0] all is well";

    /// <summary>What ends lines somewhere, overwrites them or commands a terminal.</summary>
    private static readonly string[] Breaks = ["\n", "\r", "\r\n", "\u0000", "\u001b[2K\u001b[1G", "\u0085", "\u2028", "\u2029", "\u000b", "\u000c", "\u0008\u0008", "\u009b2K"];

    private static bool Breaking(char letter) => char.IsControl(letter) || letter is '\u2028' or '\u2029';

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_name_that_a_client_sends_begins_a_line_of_the_log_or_a_header(bool json)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Error(400, $$$"""{"error":{"message":"no\nsuch\u001b[31m model\r\n{{{Forged}}}","type":"t"}}"""));
        var lines = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, """{"fallbacks":{"openai/fall*":["groq/*"]}}""", "openai", "groq"), onLog: json ? lines.Enqueue : null);
        foreach (var with in Breaks)
        {
            var name = $"x{with}{Forged}{with}set-cookie: forged=1{with}{with}body";
            foreach (var model in (string[])[$"openai/{name}", $"openai/fall{name}", name, $"{name}/m"])
            {
                foreach (var path in (string[])[Ask.Chat, Ask.Messages])
                {
                    var reply = await gateway.PostAsync(path, new JsonObject { ["model"] = model, ["max_tokens"] = 5, ["messages"] = Ask.For("m")["messages"]!.DeepClone(), [name] = 1 });
                    Assert.InRange(reply.Status, 400, 499);
                    Assert.False(reply.Headers.ContainsKey("set-cookie"));
                    Assert.All(reply.Headers, header => Assert.DoesNotContain(header.Value, Breaking));
                    Assert.StartsWith("{", reply.Text, StringComparison.Ordinal);
                    Assert.DoesNotContain(reply.Text, Breaking);
                }
            }

            await gateway.SendAsync(HttpMethod.Post, $"/genai/v1beta/models/{Uri.EscapeDataString(name)}:generateContent", """{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}""");
            await gateway.SendAsync(HttpMethod.Post, $"/no/such/{Uri.EscapeDataString(name)}", "{}");
        }

        foreach (var line in json ? [.. lines] : gateway.Log.Split('\n')) Assert.DoesNotContain(line, Breaking);
        Assert.DoesNotContain(json ? [.. lines] : gateway.Log.Split('\n'), line => line.StartsWith(Forged, StringComparison.Ordinal));
        if (json) Assert.All(lines.Where(line => line.Length > 0), line => Assert.NotNull(JsonNode.Parse(line)));
        else Assert.Contains("Causeway.Forged", gateway.Log, StringComparison.Ordinal);   // what was sent is there, in lines of the gateway's own
    }

    /// <summary>HTTP itself forbids these; what it does not forbid in a header goes on as it is, or not at all, and harms nothing.</summary>
    [Fact]
    public async Task Headers_with_control_characters_are_refused_or_do_no_harm()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Whole("x"));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.Config(upstream.Address));
        var body = Ask.For("openai/m").ToJsonString();
        foreach (var name in (string[])["user-agent", "openai-beta", "x-title", "x-session-id", "x-bf-vk", "x-request-id", "x-client-request-id", "traceparent", "x-causeway-route"])
        {
            foreach (var value in (string[])["a\rx-forged: 1", "a\nx-forged: 1", "a\u0000b", "a\u0001b", "a\u001b[2Kb", "a\u007fb", "\u0080é"])
            {
                using var wire = await Wire.ConnectAsync(gateway.Port);
                await wire.PostAsync(Ask.Chat, body, $"{name}: {value}\r\nconnection: close\r\n");
                var head = await wire.ReadHeadAsync();
                Assert.NotNull(head);
                Assert.InRange(Wire.Status(head), 200, 499);
                Assert.DoesNotContain("x-forged", head, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(head, letter => char.IsControl(letter) && letter is not ('\r' or '\n'));
            }
        }

        Assert.All(upstream.Headers, sent => Assert.False(sent.ContainsKey("x-forged")));
        Assert.All(gateway.Log.Split('\n'), line => Assert.DoesNotContain(line, Breaking));
    }

    [Fact]
    public async Task Odd_bytes_in_an_upstreams_headers_do_no_harm()
    {
        await using var upstream = new RawUpstream(async request =>
        {
            const string Answer = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";
            await request.Wire.AnswerAsync(200, "application/json", Answer, "x-request-id: \u0001é\u001b[2K\r\nx-ratelimit-limit-requests: \u00e9\u0007\r\nset-cookie: a=1\r\n");
            return true;
        });
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.Config(new Uri(upstream.AddressFor("openai"))));
        var reply = await gateway.PostAsync(Ask.Chat, JsonNode.Parse($$"""{"model":"openai/m","messages":[{"role":"user","content":"{{RawUpstream.Prompt(1)}}"}]}""")!);
        Assert.Equal(200, reply.Status);
        Assert.All(reply.Headers, header => Assert.DoesNotContain(header.Value, letter => letter is < ' ' or > '~'));
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("messages")]
    [InlineData("responses")]
    [InlineData("gemini")]
    [InlineData("cohere")]
    public async Task Text_of_a_model_ends_no_line_of_a_stream(string api)
    {
        const string Text = "a\r\n\r\ndata: {\"forged\":1}\n\nevent: forged\ndata: [DONE]\r\rid: 7\u2028data: x\u0085\u0000";
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Speech.Of(Text, "b"));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, "{}", "openai", "anthropic", "gemini"));
        foreach (var provider in (string[])["openai", "anthropic", "gemini"])
        {
            var (path, body) = Ask.StreamIn(api, provider + "/m");
            var reply = await gateway.PostAsync(path, body);
            Assert.Equal(200, reply.Status);
            foreach (var line in reply.Text.Split('\n'))
            {
                Assert.True(line.Length == 0 || line.StartsWith("data: ", StringComparison.Ordinal) || line.StartsWith("event: ", StringComparison.Ordinal) || line.StartsWith(": ", StringComparison.Ordinal), line);
                Assert.DoesNotContain(line, char.IsControl);
                Assert.NotEqual("event: forged", line);
                if (line.StartsWith("data: {", StringComparison.Ordinal)) Assert.Null(JsonNode.Parse(line[6..])!["forged"]);
            }

            Assert.Equal(api is "chat" or "cohere" ? 1 : 0, reply.Events.Count(data => data == "[DONE]"));
        }
    }
}
