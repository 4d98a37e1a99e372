using System.Globalization;
using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary>Traces and metrics, as a receiver of OpenTelemetry's own gets them.</summary>
public sealed class TracingTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736", CallersSpan = "00f067aa0ba902b7";

    private static readonly (string, string)[] Headers = [("traceparent", $"00-{Trace}-{CallersSpan}-01"), ("tracestate", "vendor=abc"), ("x-bf-vk", "vk-ada"), ("x-session-id", "session-7"), ("user-agent", "tester/1.0")];

    private static JsonObject ConfigAt(ScriptedUpstream upstream, string otel) => GatewayProcess.ConfigAt(upstream.Address, $$"""
        {"fallbacks": {"openai/flaky": "groq/llama", "openai/slow": "groq/llama"},
         "providers": {"openai": {"network_config": {"max_retries": 1, "retry_backoff_initial": 1, "retry_backoff_max": 2} } },
         "governance": {"virtual_keys": [{"name": "ada", "value": "vk-ada", "team_id": "web"}], "teams": [{"id": "web", "name": "web"}],
                        "pricing_overrides": [{"pattern": "*", "price": {"input": 0.123457, "output": 1.000003} }] }
         {{otel}} }
        """, "openai", "groq");

    private static async Task<ScriptedUpstream> UpstreamAsync()
    {
        var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script("openai", Answer.Choose(body => (string)body["model"]! switch
        {
            "flaky" => Answer.Error(503, """{"error":{"message":"the key sk-upstream-secret is down","type":"server_error"}}"""),
            "dies" => Answer.Broken("and then"),
            "slow" => Answer.Never,
            _ => (bool?)body["stream"] == true ? Answer.Stream("hello") : Answer.Whole("hello"),
        }));
        upstream.Script("groq", Answer.Choose(body => (bool?)body["stream"] == true ? Answer.Stream("hi") : Answer.Whole("hi")));
        return upstream;
    }

    private static string Otel(string protocol, Uri endpoint, string more = "") =>
        $$""", "otel": {"endpoint": "{{endpoint}}", "protocol": "{{protocol}}", "interval_seconds": 1, "headers": {"x-token": "s3,c=r et"}, "resource": {"deployment.environment.name": "test"} {{more}} }""";

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task A_retry_and_a_fallback_are_spans_of_the_callers_trace_and_the_upstreams_know_them(string protocol)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var upstream = await UpstreamAsync();
        await using var gateway = await GatewayProcess.StartAsync(ConfigAt(upstream, Otel(protocol, protocol == "grpc" ? receiver.Grpc : receiver.Http)));
        var answer = await gateway.PostAsync(Ask.Chat, Ask.Stream("openai/flaky", ",\"temperature\":0.5,\"max_completion_tokens\":99"), Headers);
        Assert.Equal(200, answer.Status);
        Assert.Equal(3, upstream.Headers.Count);   // a call, its retry, the fallback
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(10)));   // what was not sent yet is sent now

        var spans = await receiver.SpansAsync(4);
        Assert.Equal(4, spans.Count);
        Assert.All(spans, span => Assert.Equal((Trace, "Causeway", "causeway", "test"), (span.Trace, span.Scope, span.Resource["service.name"], span.Resource["deployment.environment.name"])));
        var whole = spans.Single(span => span.Kind == "SERVER");
        Assert.Equal(("chat openai/flaky", CallersSpan, "", "vendor=abc"), (whole.Name, whole.Parent, whole.Status, (string)whole.Json["traceState"]!));
        Assert.Equal(("200", "session-7", "web", "3", "groq/llama", "openai-chat", "tester/1.0", "/v1/chat/completions"),
            (whole["http.response.status_code"], whole["gen_ai.conversation.id"], whole["causeway.team"], whole["causeway.attempts"], whole["causeway.target"], whole["causeway.dialect"], whole["user_agent.original"], whole["url.path"]));

        var calls = spans.Where(span => span.Kind == "CLIENT").OrderBy(span => span["causeway.attempt"]).ToList();
        Assert.Equal(["chat flaky", "chat flaky", "chat llama"], calls.Select(call => call.Name));
        Assert.All(calls, call => Assert.Equal(whole.Id, call.Parent));
        Assert.Equal(["ERROR", "ERROR", ""], calls.Select(call => call.Status));
        Assert.Equal(["503", "503", "200"], calls.Select(call => call["http.response.status_code"]));
        Assert.Equal(["server_error", "server_error", ""], calls.Select(call => call["error.type"]));
        Assert.Equal(["openai", "openai", "groq"], calls.Select(call => call["gen_ai.provider.name"]));
        Assert.All(calls, call => Assert.Equal(("0.5", "99", "true", "127.0.0.1", $"{upstream.Address.Port}"),
            (call["gen_ai.request.temperature"], call["gen_ai.request.max_tokens"], call["gen_ai.request.stream"], call["server.address"], call["server.port"])));
        Assert.All(spans, span => Assert.True(span.Begin < span.End && span.Begin >= whole.Begin && span.End <= whole.End, span.Json.ToJsonString()));
        Assert.Equal(("gpt-4o", "chatcmpl-1", "stop", "11", "3", "patched"),
            (calls[2]["gen_ai.response.model"], calls[2]["gen_ai.response.id"], calls[2]["gen_ai.response.finish_reasons"], calls[2]["gen_ai.usage.input_tokens"], calls[2]["gen_ai.usage.output_tokens"], calls[2]["causeway.lane"]));
        Assert.NotEqual("", calls[2]["gen_ai.response.time_to_first_chunk"]);
        Assert.Equal(calls[2]["causeway.cost.dollars"], whole["causeway.cost.dollars"]);

        // The upstreams were told of the very spans.
        Assert.Equal(calls.Select(call => $"00-{Trace}-{call.Id}-01"), upstream.Headers.Select(headers => headers["traceparent"]));
        Assert.All(upstream.Headers, headers => Assert.Equal("vendor=abc", headers["tracestate"]));

        var all = await receiver.ReceivedAsync();
        Assert.All(all, batch => Assert.Equal((protocol == "grpc" ? "grpc" : "http", "s3,c=r et"), ((string)batch!["protocol"]!, (string)batch["headers"]!["x-token"]!)));
        Assert.DoesNotContain("sk-upstream-secret", all.ToJsonString(), StringComparison.Ordinal);   // the provider quotes it
        Assert.DoesNotContain("vk-ada", all.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(all, batch => (string)batch!["signal"]! == "metrics");
    }

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task The_sums_of_its_metrics_are_the_ledgers(string protocol)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var upstream = await UpstreamAsync();
        await using var gateway = await GatewayProcess.StartAsync(ConfigAt(upstream, Otel(protocol, protocol == "grpc" ? receiver.Grpc : receiver.Http, ", \"traces\": false")));
        foreach (var api in Ask.Apis)
        {
            foreach (var model in (string[])["openai/m1", "openai/flaky", "groq/llama"])
            {
                var (path, body) = Ask.StreamIn(api, model);
                await gateway.PostAsync(path, body, ("x-bf-vk", "vk-ada"), Headers[0]);
            }
        }

        await gateway.PostAsync(Ask.Chat, Ask.For("openai/m1"), ("x-bf-vk", "vk-ada"));
        await gateway.PostAsync(Ask.Chat, Ask.Stream("openai/dies"), ("x-bf-vk", "vk-ada"));
        await gateway.SendAsync(HttpMethod.Post, Ask.Chat, "{", ("x-bf-vk", "vk-ada"));
        var isSettled = false;
        for (var i = 0; i < 400 && !isSettled; i++)
        {
            await Task.Delay(25, TestContext.Current.CancellationToken);
            isSettled = (await gateway.SendAsync(HttpMethod.Get, "/metrics")).Text is var text && text.Contains("\ncauseway_ledger_pending 0\n", StringComparison.Ordinal) && text.Contains("\ncauseway_requests_in_flight 0\n", StringComparison.Ordinal);
        }

        var rows = (await gateway.SendAsync(HttpMethod.Get, "/api/ledger?limit=1000")).Json["rows"]!.AsArray();
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(10)));

        var requests = (3 * Ask.Apis.Count) + 2;
        Assert.Equal(requests, Count(await receiver.MetricAsync("gen_ai.server.request.duration")));
        var streams = requests - 2;   // one wanted none, and the upstream has no answer in OpenAI's responses
        Assert.Equal(streams, Count(await receiver.MetricAsync("gen_ai.server.time_to_first_token")));
        Assert.Equal(streams - 1, Count(await receiver.MetricAsync("gen_ai.server.time_per_output_token")));   // not of what broke off
        Assert.Equal(upstream.Bodies.Count, Count(await receiver.MetricAsync("gen_ai.client.operation.duration")));
        Assert.Equal(streams, Count(await receiver.MetricAsync("gen_ai.client.operation.time_to_first_chunk")));
        var tokens = await receiver.MetricAsync("gen_ai.client.token.usage");
        foreach (var provider in (string[])["openai", "groq"])
        {
            var paid = rows.Where(row => (string)row!["provider"]! == provider).ToList();
            Assert.Equal(paid.Sum(row => (double?)row!["dollars"] ?? 0), (await receiver.MetricAsync("causeway.cost")).Where(series => series.Attributes["gen_ai.provider.name"] == provider).Sum(series => (double)series.Point["asDouble"]!), 12);
            foreach (var direction in (string[])["input", "output"])
                Assert.Equal(paid.Sum(row => (double?)row![direction + "_tokens"] ?? 0), tokens.Where(series => series.Attributes["gen_ai.provider.name"] == provider && series.Attributes["gen_ai.token.type"] == direction).Sum(series => (double)series.Point["sum"]!));
        }

        Assert.Equal("1,4,16,64,256,1024,4096,16384,65536,262144,1048576,4194304,16777216,67108864", string.Join(',', tokens[0].Point["explicitBounds"]!.AsArray().Select(bound => bound!.ToString())));
        Assert.Contains(await receiver.MetricAsync("gen_ai.client.operation.duration"), series => series.Attributes.GetValueOrDefault("error.type") == "server_error");
        Assert.All(upstream.Headers, headers => Assert.Equal(headers.GetValueOrDefault("traceparent", Headers[0].Item2), Headers[0].Item2));   // no spans: the client's own goes on
        Assert.Empty(await receiver.SpansAsync());
    }

    private static int Count(IReadOnlyList<(IReadOnlyDictionary<string, string> Attributes, JsonNode Point)> series) => series.Sum(item => int.Parse((string)item.Point["count"]!, CultureInfo.InvariantCulture));

    [Fact]
    public async Task What_a_caller_does_not_record_is_not_recorded_and_the_trace_goes_on()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var upstream = await UpstreamAsync();
        await using var gateway = await GatewayProcess.StartAsync(ConfigAt(upstream, ""), new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Http.ToString(), ["OTEL_SERVICE_NAME"] = "edge", ["OTEL_BSP_SCHEDULE_DELAY"] = "100" });
        await gateway.PostAsync(Ask.Chat, Ask.For("openai/m1"), ("traceparent", $"00-{Trace}-{CallersSpan}-00"));
        await gateway.PostAsync(Ask.Chat, Ask.For("openai/m1"), ("traceparent", "nonsense"));
        await gateway.PostAsync(Ask.Chat, Ask.For("openai/m1"));
        var spans = await receiver.SpansAsync(4);   // of the last two
        Assert.Equal(2, spans.Select(span => span.Trace).Distinct().Count());
        Assert.All(spans, span => Assert.Equal("edge", span.Resource["service.name"]));
        Assert.DoesNotContain(spans, span => span.Trace == Trace);
        var told = upstream.Headers.Select(headers => headers["traceparent"]).ToList();
        Assert.Matches($"^00-{Trace}-[0-9a-f]{{16}}-00$", told[0]);
        Assert.DoesNotContain(CallersSpan, told[0], StringComparison.Ordinal);
        Assert.All(told.Skip(1), header => Assert.Contains(spans, span => header == $"00-{span.Trace}-{span.Id}-01"));
    }

    [Fact]
    public async Task Without_a_receiver_a_clients_trace_goes_on_as_it_came()
    {
        await using var upstream = await UpstreamAsync();
        await using var gateway = await GatewayProcess.StartAsync(ConfigAt(upstream, ""));
        await gateway.PostAsync(Ask.Chat, Ask.For("openai/m1"), Headers);
        await gateway.PostAsync(Ask.Messages, Ask.For("openai/m1", ",\"max_tokens\":9"), Headers);   // also where it is translated
        await gateway.PostAsync(Ask.Chat, Ask.For("openai/m1"));
        Assert.Equal([Headers[0].Item2, Headers[0].Item2, ""], upstream.Headers.Select(headers => headers.GetValueOrDefault("traceparent", "")));
        Assert.Equal(["vendor=abc", "vendor=abc", ""], upstream.Headers.Select(headers => headers.GetValueOrDefault("tracestate", "")));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_and_a_refusal_say_so()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var upstream = await UpstreamAsync();
        await using var gateway = await GatewayProcess.StartAsync(ConfigAt(upstream, Otel("http/protobuf", receiver.Http, ", \"metrics\": false")));
        await gateway.PostAsync(Ask.Chat, Ask.Stream("openai/dies"), Headers);
        await gateway.PostAsync(Ask.Chat, Ask.For("nobody/x"), Headers);
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(10)));
        var spans = await receiver.SpansAsync(3);
        var (broken, refused) = (spans.Single(span => span.Name == "chat openai/dies"), spans.Single(span => span.Name == "chat nobody/x"));
        var call = spans.Single(span => span.Parent == broken.Id);
        Assert.Equal(("ERROR", "upstream_unavailable"), (broken.Status, broken["error.type"]));
        Assert.Equal(("ERROR", "server_error", "200", "true"), (call.Status, call["error.type"], call["http.response.status_code"], call["causeway.usage.is_estimate"]));
        Assert.Equal("", refused.Status);   // the client's mistake, not the gateway's
        Assert.StartsWith("4", refused["http.response.status_code"], StringComparison.Ordinal);
        Assert.NotEqual("", refused["error.type"]);
        Assert.Equal("0", refused["causeway.attempts"]);
    }

    [Fact]
    public async Task Both_sides_of_a_race_are_spans_and_the_slower_one_has_not_failed()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var upstream = await UpstreamAsync();
        var otel = Otel("http/protobuf", receiver.Http, ", \"metrics\": false") + """, "routing": {"hedge_after_ms": 50}""";
        await using var gateway = await GatewayProcess.StartAsync(ConfigAt(upstream, otel));
        Assert.Equal(200, (await gateway.PostAsync(Ask.Chat, Ask.Stream("openai/slow"), Headers)).Status);
        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(10)));
        var spans = await receiver.SpansAsync(3);
        var whole = spans.Single(span => span.Kind == "SERVER");
        var calls = spans.Where(span => span.Parent == whole.Id).OrderBy(span => span["causeway.attempt"]).ToList();
        Assert.Equal([("chat slow", "abandoned", ""), ("chat llama", "ok", "")], calls.Select(call => (call.Name, call["causeway.outcome"], call.Status)));
        Assert.True(calls[0].Begin < calls[1].Begin && calls[1].Begin < calls[0].End, "they ran side by side");
        Assert.Equal(calls.Select(call => $"00-{Trace}-{call.Id}-01"), upstream.Headers.Select(headers => headers["traceparent"]));
    }

    [Fact]
    public async Task What_was_said_is_told_only_if_that_is_wanted_and_without_secrets()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var upstream = await UpstreamAsync();
        var otel = Otel("http/protobuf", receiver.Http, ", \"metrics\": false, \"content\": true") + """, "logging": {"redaction": {"detectors": ["email"]}}""";
        var body = JsonNode.Parse("""{"model":"openai/m1","stream":true,"messages":[{"role":"system","content":"be brief"},{"role":"user","content":"mail ada@example.com"}]}""")!;
        await using (var gateway = await GatewayProcess.StartAsync(ConfigAt(upstream, otel)))
        {
            await gateway.PostAsync(Ask.Chat, body, Headers[2]);
            await gateway.PostAsync(Ask.Chat, body.DeepClone(), Headers[2], ("x-causeway-content", "drop"));
            Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(10)));
        }

        var spans = (await receiver.SpansAsync(4)).Where(span => span.Kind == "SERVER").ToList();
        var told = spans.Single(span => span["gen_ai.input.messages"].Length > 0);
        Assert.Equal("""[{"type":"text","content":"be brief"}]""", told["gen_ai.system_instructions"]);
        Assert.Matches("mail \\[redacted", told["gen_ai.input.messages"]);
        Assert.Equal("""[{"role":"assistant","parts":[{"type":"text","content":"hello"}],"finish_reason":"stop"}]""", told["gen_ai.output.messages"]);
        Assert.Equal(2, spans.Count);
        Assert.DoesNotContain("ada@example.com", (await receiver.ReceivedAsync()).ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task A_receiver_that_is_not_there_costs_a_line_of_the_log_and_no_request(string protocol)
    {
        var port = ChildProcess.FreePort();
        await using var upstream = await UpstreamAsync();
        await using var gateway = await GatewayProcess.StartAsync(ConfigAt(upstream, Otel(protocol, new Uri($"http://127.0.0.1:{port}"))), new Dictionary<string, string> { ["OTEL_BSP_SCHEDULE_DELAY"] = "50" });
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(200, (await gateway.PostAsync(Ask.Chat, Ask.For("openai/m1"))).Status);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Equal(2, Lines("does not take"));   // one of traces, one of metrics
        if (protocol != "grpc")
        {
            await using var receiver = await OtlpReceiver.StartAsync(port);
            await ScriptedUpstream.UntilAsync(() => Lines("takes metrics again") == 1);
            Assert.Equal(200, (await gateway.PostAsync(Ask.Chat, Ask.For("openai/m1"))).Status);
            await ScriptedUpstream.UntilAsync(() => Lines("takes traces again") == 1);
        }

        Assert.True(await gateway.StopAsync(TimeSpan.FromSeconds(6)));

        int Lines(string text) => gateway.Log.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));
    }
}
