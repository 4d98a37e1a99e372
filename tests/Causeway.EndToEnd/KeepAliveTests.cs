using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>Signs of life in a silence of eleven seconds, before the answer and in the middle of it. Each comes between whole events.</summary>
public sealed class KeepAliveTests
{
    private const int Silence = 11_000;

    private static readonly Answer Slow = new(http => Speech.Halting(Silence, atOnce: ((string)http.Items["raw"]!).Contains("before", StringComparison.Ordinal) || http.Request.Path.Value!.Contains("before", StringComparison.Ordinal), "Once upon", " a time.").Write(http));

    private static string SignOf(string api) => api switch
    {
        "messages" => "event: ping\ndata: {\"type\":\"ping\"}\n\n",
        "gemini" => "\n\n",
        "gemini-list" => "\n",
        "converse" => "",
        "invoke" => Convert.ToBase64String("{\"type\":\"ping\"}"u8),
        _ => ": keep-alive\n\n",
    };

    /// <summary>All in one, since each would take its eleven seconds.</summary>
    [Fact]
    public Task They_come_in_each_dialects_own_form_between_whole_events_and_no_SDK_trips_over_them() =>
        Task.WhenAll(NoSdkTripsAsync(), EachDialectHasItsOwnAsync(), GoGetsNoEmptyLineAsync(), NoneComesIntoAnEventAsync());

    private static async Task NoSdkTripsAsync()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("groq", Slow);
        upstream.Script("anthropic", Slow);
        upstream.Script("openai", Slow);
        upstream.Script("gemini", Slow);
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, "{}", "groq", "anthropic", "openai", "gemini"));
        var found = await SdkStreams.RunAsync(gateway, [
            .. SdkStreams.Kinds.SelectMany(kind => (IEnumerable<(string, string)>)[(kind, "groq/before"), (kind, "groq/middle")]),
            ("anthropic", "anthropic/before"), ("anthropic", "anthropic/middle"), ("responses", "openai/before"), ("responses", "openai/middle"), ("google", "gemini/middle")]);
        foreach (var one in found)
        {
            Assert.True(one["error"] is null, $"{one}\n{gateway.Log}");
            Assert.Equal("Once upon a time.", (string)one["text"]!);
        }
    }

    private static async Task EachDialectHasItsOwnAsync()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("groq", Slow);
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, "{}", "groq"));
        var cases = Ask.Apis.SelectMany(api => (IEnumerable<(string Api, string Model)>)[(api, "groq/before"), (api, "groq/middle")]).ToList();
        var replies = await Task.WhenAll(cases.Select(one =>
        {
            var (path, body) = Ask.StreamIn(one.Api, one.Model);
            return gateway.PostAsync(path, body);
        }));
        foreach (var ((api, model), reply) in cases.Zip(replies))
        {
            Assert.Equal(200, reply.Status);
            var (sign, isBefore) = (SignOf(api), model.EndsWith("before", StringComparison.Ordinal));
            switch (api)
            {
                case "converse": break;   // it has none
                case "invoke": Assert.Equal(!isBefore, reply.Text.Contains(sign, StringComparison.Ordinal)); break;
                case "gemini-list":
                    Assert.Equal(isBefore, reply.Text.StartsWith('\n'));
                    Assert.Equal("Once upon a time.", string.Concat(reply.Json.AsArray().Select(chunk => (string)chunk!["candidates"]![0]!["content"]!["parts"]![0]!["text"]!)));
                    break;
                default:
                    if (isBefore) Assert.StartsWith(sign, reply.Text, StringComparison.Ordinal);
                    else Assert.Contains("\n\n" + sign, reply.Text, StringComparison.Ordinal);
                    break;
            }
        }
    }

    private static async Task GoGetsNoEmptyLineAsync()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("groq", Slow);
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, "{}", "groq"));
        var reply = await gateway.PostAsync(Ask.Chat, Ask.Stream("groq/middle"), ("x-stainless-lang", "go"));
        Assert.Contains("\n\n: keep-alive\ndata: {", reply.Text, StringComparison.Ordinal);
    }

    private static async Task NoneComesIntoAnEventAsync()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("groq", new Answer(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            const string Chunk = "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Once\"},\"finish_reason\":null}]}\n\n";
            await WriteAsync(Chunk);
            await WriteAsync(Chunk[..70]);   // half an event, then silence
            await Task.Delay(Silence, http.RequestAborted);
            await WriteAsync(Chunk[70..] + Chunk.Replace("null}]", "\"stop\"}]", StringComparison.Ordinal) + "data: [DONE]\n\n");

            async Task WriteAsync(string text)
            {
                await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
        }));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.ConfigAt(upstream.Address, "{}", "groq"));
        var watch = Stopwatch.StartNew();
        var reply = await gateway.PostAsync(Ask.Chat, Ask.Stream("groq/x"));
        Assert.True(watch.ElapsedMilliseconds >= Silence - 500);
        Assert.Contains("\n\n: keep-alive\n\n", reply.Text, StringComparison.Ordinal);
        Assert.Equal(3, reply.Events.Where(data => data != "[DONE]").Count(data => JsonNode.Parse(data)!["choices"]!.AsArray().Count == 1));
    }
}
