using System.Text;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Core.Tests.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Core.Upstream.Relay;
using Causeway.Dialects.Canonical;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Upstream;

public sealed class PulseTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryStream _client = new();

    public void Dispose() => _client.Dispose();

    private string Got => Encoding.UTF8.GetString(_client.ToArray());

    private async Task<Exchange> ExchangeAsync(DialectId dialect = DialectId.OpenAIChat, params (string, string)[] headers)
    {
        var gateway = TestExchange.Gateway("""{"providers":{"openai":{"keys":[{"value":"a"}],"network_config":{"stream_idle_timeout_in_seconds":4}}}}""");
        var exchange = await TestExchange.OfAsync(gateway, dialect, ",\"stream\":true}", headers);
        exchange.Http.Response.Body = _client;
        return exchange;
    }

    [Fact]
    public async Task A_client_that_hears_nothing_gets_a_sign_of_life_and_one_that_hears_something_does_not()
    {
        using var exchange = await ExchangeAsync();
        await using var pulse = new Pulse(exchange, _time);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(exchange.StreamOpened);
        _time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Equal((": keep-alive\n\n", true, 200), (Got, exchange.StreamOpened, exchange.Http.Response.StatusCode));
        await pulse.WriteAsync("data: x\n\n"u8.ToArray());
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.EndsWith("data: x\n\n", Got, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.EndsWith("data: x\n\n: keep-alive\n\n", Got, StringComparison.Ordinal);
    }

    [Fact]
    public async Task None_opens_the_stream_while_its_headers_are_written()
    {
        using var exchange = await ExchangeAsync();
        await using var pulse = new Pulse(exchange, _time);
        using (await pulse.HoldAsync()) _time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(exchange.StreamOpened);
        _time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.True(exchange.StreamOpened);
    }

    [Fact]
    public async Task When_it_has_ended_nothing_comes_any_more()
    {
        using var exchange = await ExchangeAsync();
        await new Pulse(exchange, _time).DisposeAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("", Got);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_not_sent_more_signs()
    {
        using var exchange = await ExchangeAsync();
        using var stuck = new StuckStream();
        exchange.Http.Response.Body = stuck;
        var pulse = new Pulse(exchange, _time);
        var write = pulse.WriteAsync(new byte[100]).AsTask();
        Assert.False(write.IsCompleted);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, stuck.Writes);
        stuck.Release();
        await write;
        await pulse.DisposeAsync();
    }

    [Theory]
    [InlineData(DialectId.AnthropicMessages, "", "event: ping\ndata: {\"type\":\"ping\"}\n\n")]
    [InlineData(DialectId.OpenAIChat, "python", ": keep-alive\n\n")]
    [InlineData(DialectId.OpenAIChat, "go", ": keep-alive\n")]
    [InlineData(DialectId.AnthropicMessages, "go", "event: ping\ndata: {\"type\":\"ping\"}\n\n")]
    [InlineData(DialectId.Gemini, "", "\n\n")]
    [InlineData(DialectId.BedrockConverse, "", "")]
    public async Task Each_client_gets_the_sign_that_it_understands(DialectId dialect, string language, string sign)
    {
        using var exchange = new Exchange(new Microsoft.AspNetCore.Http.DefaultHttpContext(), DialectRegistry.Client(dialect), TestExchange.Gateway("""{"providers":{"openai":{"keys":[{"value":"a"}]}}}"""));
        exchange.Http.Request.Headers["x-stainless-lang"] = language;
        Assert.Equal(sign, Encoding.UTF8.GetString(SignOfLife.For(exchange).Span));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task An_upstream_that_is_silent_for_too_long_is_ended_and_a_read_that_is_over_is_not()
    {
        using var exchange = await ExchangeAsync();
        await using var pulse = new Pulse(exchange, _time);
        var candidate = new Candidate(exchange.Gateway.Find("openai")!, "gpt-4o", exchange.Gateway.Catalog);
        using var clock = new CallClock(exchange, candidate, _time, CancellationToken.None);
        clock.StopClock();
        pulse.Watch(clock);

        pulse.BeginRead(clock);
        _time.Advance(TimeSpan.FromSeconds(3));
        pulse.EndRead();
        _time.Advance(TimeSpan.FromSeconds(60));   // the client was slow
        Assert.False(clock.Token.IsCancellationRequested);

        var up = new TaskCompletionSource();
        using var registration = clock.Token.Register(up.SetResult);
        pulse.BeginRead(clock);
        _time.Advance(TimeSpan.FromSeconds(5));
        await up.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((ErrorKind.Timeout, "provider 'openai' was silent for 4 s"), (clock.WhatIsUp().Kind, clock.WhatIsUp().Message));
    }

    /// <summary>A client that takes nothing until it is released.</summary>
    private sealed class StuckStream : MemoryStream
    {
        private readonly TaskCompletionSource _released = new();

        public int Writes { get; private set; }

        public void Release() => _released.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes++;
            await _released.Task;
        }
    }
}
