using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Core.Governance;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Core.Tests.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using static Causeway.Core.Tests.Governance.Limits.Limited;

namespace Causeway.Core.Tests.Governance.Limits;

/// <summary>Exchanges through all stages that have to do with limits, and a provider on a socket.</summary>
public sealed class LimitedCallTests : IDisposable
{
    private const string Answer = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":30,"completion_tokens":12,"total_tokens":42}}""";

    private const string Begin = """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"hi"},"finish_reason":null}]}""" + "\n\n";
    private const string End = """
        data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":30,"completion_tokens":12,"total_tokens":42}}

        data: [DONE]


        """;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();

    [Fact]
    public async Task A_candidate_at_its_limit_is_passed_over_and_at_the_end_the_client_is_told()
    {
        var gateway = Start("200 OK", Of("one", new Scope { Provider = "one" }) with { Requests = 1 }, Of("two", new Scope { Model = "m*" }) with { Tokens = 43, Concurrency = 1 });
        using var first = await RunAsync(gateway);
        using var second = await RunAsync(gateway);
        Assert.Equal(("one/m", 200), (first.Answering!.ToString(), first.Http.Response.StatusCode));
        Assert.Equal(("two/m", 200), (second.Answering!.ToString(), second.Http.Response.StatusCode));
        using var third = await RunAsync(gateway);   // the second passed the limit by its own size
        Assert.Equal((429, "token_limited", 2), (third.Http.Response.StatusCode, third.Error!.Code, third.Trail.Count + second.Trail.Count + first.Trail.Count));
        Assert.Equal("84", Running(gateway).Used);
    }

    [Theory]
    [InlineData("200 OK", 200, "42")]
    [InlineData("500 Broken", 500, "0")]
    public async Task However_a_call_ends_its_place_is_free_again(string status, int expected, string used)
    {
        var gateway = Start(status, Of("caller") with { Concurrency = 1, Tokens = 1000 }, Of("provider", new Scope { Provider = "one" }) with { Concurrency = 1 });
        using var exchange = await RunAsync(gateway);
        Assert.Equal((expected, used, 0), (exchange.Http.Response.StatusCode, Running(gateway).Used, Running(gateway).Running));
    }

    [Fact]
    public async Task When_the_client_leaves_its_place_is_free_again_and_its_prompt_is_counted()
    {
        var gateway = Start("", Of("caller") with { Concurrency = 1, Tokens = 1000 }, Of("provider", new Scope { Provider = "one" }) with { Concurrency = 1, Requests = 5 });
        using var leaves = new CancellationTokenSource();
        var running = RunAsync(gateway, http => http.RequestAborted = leaves.Token);
        await _asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(2, Running(gateway).Running);
        await leaves.CancelAsync();
        using var exchange = await running;
        Assert.Equal(("20", 0), Running(gateway));
    }

    [Fact]
    public async Task When_the_gateway_fails_inside_its_place_is_free_again()
    {
        var gateway = Start("200 OK", Of("caller") with { Concurrency = 1 }, Of("provider", new Scope { Provider = "one" }) with { Concurrency = 1 });
        using var exchange = await RunAsync(gateway, http => http.Response.Body = new Broken());
        Assert.Equal(0, Running(gateway).Running);
    }

    /// <summary>A client may ask again as soon as it has the last byte, on another stream of its connection.</summary>
    [Theory]
    [InlineData("200 OK", false, "hi", "42")]
    [InlineData("200 OK", true, "[DONE]", "42")]
    [InlineData("500 Broken", false, "error", "0")]
    [InlineData("500 Broken", true, "error", "0")]
    [InlineData("200 Broken off", true, "error", "35")]   // an estimate
    public async Task Its_place_is_free_before_the_last_bytes_leave(string status, bool stream, string end, string used)
    {
        var gateway = Start(status, Of("caller") with { Concurrency = 1, Tokens = 1000 }, Of("provider", new Scope { Provider = "one" }) with { Concurrency = 1 });
        var (text, atLast) = ("", (Used: "", Running: -1));
        using var exchange = await RunAsync(gateway, http => http.Response.Body = new Watched(piece => (text, atLast) = (text + piece, Running(gateway))), stream);
        Assert.Contains(end, text, StringComparison.Ordinal);
        Assert.Equal((used, 0), atLast);
        Assert.Equal(atLast, Running(gateway));
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    /// <summary>A provider that answers with a status, or not at all, under two names.</summary>
    private GatewayRuntime Start(string status, params RateLimit[] limits)
    {
        _listener.Start();
        _ = ServeAsync(status);
        var entry = $$$"""{"network_config":{"base_url":"http://{{{_listener.LocalEndpoint}}}"},"custom_provider_config":{"base_provider_type":"openai"},"keys":[{"value":"a"}]}""";
        var gateway = TestExchange.Gateway($$$"""{"providers":{"one":{{{entry}}},"two":{{{entry}}}}}""");
        return Gateway(gateway, limits);
    }

    private async Task ServeAsync(string status)
    {
        var buffer = new byte[8192];
        while (!_stop.IsCancellationRequested)
        {
            using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            var stream = client.GetStream();
            var read = await stream.ReadAsync(buffer, _stop.Token);
            while (!Encoding.ASCII.GetString(buffer, 0, read).EndsWith('}')) read += await stream.ReadAsync(buffer.AsMemory(read), _stop.Token);
            _asked.TrySetResult();
            if (status.Length == 0) await Task.Delay(Timeout.Infinite, _stop.Token);
            var isStream = status.StartsWith("200", StringComparison.Ordinal) && Encoding.ASCII.GetString(buffer, 0, read).Contains("\"stream\":true", StringComparison.Ordinal);
            var body = !isStream ? Answer : status == "200 OK" ? Begin + End : Begin;
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\ncontent-type: {(isStream ? "text/event-stream" : "application/json")}\r\nconnection: close\r\ncontent-length: {body.Length}\r\n\r\n{body}"), _stop.Token);
        }
    }

    private static async Task<Exchange> RunAsync(GatewayRuntime gateway, Action<HttpContext>? prepare = null, bool stream = false)
    {
        var exchange = await TestExchange.OfAsync(gateway, DialectId.OpenAIChat, """{"model":"one/m","fallbacks":["two/m"]""" + (stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}" : "}"));
        exchange.Http.Response.Body = new MemoryStream();
        prepare?.Invoke(exchange.Http);
        var time = TimeProvider.System;
        var dispatch = new Dispatch(NullLogger<Dispatch>.Instance, time);
        ExchangeDelegate routed = all => new Route(time).InvokeAsync(all, known => dispatch.InvokeAsync(known, _ => ValueTask.CompletedTask));
        ExchangeDelegate admitted = all => new Admit(time).InvokeAsync(all, routed);
        try
        {
            await new Core.Pipeline.Record(NullLogger<Core.Pipeline.Record>.Instance, time, metrics: null).InvokeAsync(exchange, all => new TranslateErrors(NullLogger<TranslateErrors>.Instance).InvokeAsync(all, admitted));
        }
        catch (IOException)
        {
            // the client's side is broken
        }

        return exchange;
    }

    /// <summary>Of the limits together: tokens used, as text, and requests under way.</summary>
    private static (string Used, int Running) Running(GatewayRuntime gateway)
    {
        var all = gateway.Limits.Status(TimeProvider.System);
        return ($"{all.Sum(one => one.Uses.Where(use => use.Kind == Core.Governance.Limits.LimitKind.Tokens).Sum(use => use.Used))}", all.Sum(one => one.Running));
    }

    private sealed class Broken : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("gone");

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("gone");
    }

    private sealed class Watched(Action<string> onWrite) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => onWrite(Encoding.UTF8.GetString(buffer));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}
