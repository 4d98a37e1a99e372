using System.Text;
using System.Text.Json.Nodes;
using Causeway.Core.Governance;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Live;
using Causeway.Core.Tests.Pipeline;
using Causeway.Core.Tests.Recording.Logs;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Recording;

public sealed class LiveHubTests
{
    private readonly FakeTimeProvider _time = new(Rows.Now);
    private readonly LiveHub _hub;

    public LiveHubTests() => _hub = new LiveHub(_time);

    private readonly GatewayRuntime _gateway = TestExchange.Gateway("""{"providers":{"openai":{"keys":[{"value":"a"}]}},"logging":{"content":"keep"}}""");

    private Task<Exchange> NewAsync(string body, params (string, string)[] headers) => TestExchange.OfAsync(_gateway, new Nowhere(), DialectId.OpenAIChat, body, headers);

    /// <summary>A log whose rows come by the test's hand.</summary>
    private sealed class Nowhere : IRequestLog
    {
        public bool TakesContent => true;

        void IRequestLog.Post(LogDraft draft) => draft.Dispose();
    }

    private static List<(string Name, JsonNode Data)> Told(LiveListener listener)
    {
        var told = new List<(string, JsonNode)>();
        while (listener.Events.TryRead(out var item)) told.Add((item.Name, JsonNode.Parse(Encoding.UTF8.GetString(item.Data.Span))!));
        return told;
    }

    private static string Names(LiveListener listener) => string.Join(' ', Told(listener).Select(item => item.Name));

    private static List<StreamEvent> Says(string text, int index = 0) => [new PartDelta(index, DeltaKind.Text, RawJson.FromString(text))];

    private static List<StreamEvent> Begins(Part part, int index = 0) => [new PartStarted(index, part)];

    private static LiveListener? Listen(LiveHub hub, Exchange exchange) => hub.Listen(exchange.Id, out _);

    [Fact]
    public async Task Who_listens_is_told_of_what_goes_on_and_of_all_that_follows()
    {
        using var before = await NewAsync("""{"stream":true}""");
        _hub.Begin(before);
        Assert.Null(before.Live);   // nobody watches: nothing is kept
        var listener = _hub.Listen()!;
        using var after = await NewAsync("""{"stream":true}""", ("x-session-id", "s1"), ("user-agent", "claude-cli/2.1.0 (external)"));
        _hub.Begin(after);
        after.HasContent = true;
        _hub.End(after, TimeSpan.FromSeconds(1));
        _hub.Note(Rows.Of(0) with { Id = after.Id }, null);
        var told = Told(listener);
        Assert.Equal(["snapshot", "started", "first_token", "finished"], told.Select(item => item.Name));
        Assert.Equal(before.Id.ToString(), (string)Assert.Single(told[0].Data["items"]!.AsArray())!["id"]!);
        Assert.Equal((after.Id.ToString(), "s1", "claude-cli/2.1.0 (external)", "openai/gpt-4o"), ((string)told[1].Data["id"]!, (string)told[1].Data["session"]!, (string)told[1].Data["user_agent"]!, (string)told[1].Data["asked"]!));
        Assert.Equal(("openai", 200), ((string)told[3].Data["provider"]!, (int)told[3].Data["status"]!));
        _hub.End(before, TimeSpan.FromSeconds(1));
        Assert.Empty(JsonNode.Parse(Encoding.UTF8.GetString(_hub.Snapshot().Data.Span))!["items"]!.AsArray());
        _hub.Leave(listener);
        Assert.False(_hub.IsWatched);
    }

    [Fact]
    public async Task Who_comes_late_hears_what_was_said_so_far_if_somebody_watched()
    {
        _hub.Listen();
        using var exchange = await NewAsync("""{"stream":true}""");
        _hub.Begin(exchange);
        exchange.Live!.Take(Begins(new ReasoningPart { Origin = DialectId.AnthropicMessages }));
        exchange.Live!.Take(Says("hm"));
        exchange.Live!.Take(Begins(new TextPart(RawJson.EmptyString), 1));
        exchange.Live!.Take(Says("Good \"day\"", 1));
        var listener = Listen(_hub, exchange)!;
        exchange.Live!.Take(Says(" to\nyou", 1));
        exchange.Live!.Take(Begins(new ToolCallPart { Id = "c1", Name = "Bash" }, 2));
        exchange.Live!.Take([new PartDelta(2, DeltaKind.Arguments, RawJson.FromString("{\"x\":"))]);
        _hub.End(exchange, TimeSpan.FromSeconds(1));
        _hub.Note(Rows.Of(0) with { Id = exchange.Id }, null);
        var told = Told(listener);
        Assert.Equal(["listening", "reasoning", "text", "text", "tool", "tool", "finished"], told.Select(item => item.Name));
        Assert.Equal((true, true), ((bool)told[0].Data["is_whole"]!, (bool)told[0].Data["is_heard"]!));
        Assert.Equal(["hm", "Good \"day\"", " to\nyou"], told[1..4].Select(item => (string)item.Data["text"]!));
        Assert.Equal(("Bash", "c1", "", "{\"x\":"), ((string)told[4].Data["name"]!, (string)told[5].Data["id"]!, (string)told[4].Data["arguments"]!, (string)told[5].Data["arguments"]!));
        Assert.True(listener.Events.Completion.IsCompleted);
        Assert.Null(Listen(_hub, exchange));
    }

    [Fact]
    public async Task Nobody_watched_so_only_what_follows_is_heard()
    {
        using var exchange = await NewAsync("""{"stream":true}""");
        _hub.Begin(exchange);
        var listener = Listen(_hub, exchange)!;
        exchange.Live!.Take(Says("the rest"));   // of a part that had begun
        var told = Told(listener);
        Assert.Equal((false, "the rest"), ((bool)told[0].Data["is_whole"]!, (string)told[1].Data["text"]!));
    }

    [Theory]
    [InlineData("""{"stream":true}""", "drop")]
    [InlineData("{}", "keep")]
    public async Task What_is_not_to_be_shown_or_no_stream_is_not_heard(string body, string policy)
    {
        using var exchange = await NewAsync(body, ("x-causeway-content", policy));
        _hub.Listen();
        _hub.Begin(exchange);
        Assert.False(exchange.Live!.IsHeard);
        var listener = Listen(_hub, exchange)!;
        Assert.False(exchange.Live!.IsHeard);
        Assert.False((bool)Told(listener)[0].Data["is_heard"]!);
    }

    [Fact]
    public async Task Secrets_are_taken_out_of_whole_paragraphs()
    {
        const string Secret = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
        _hub.Listen();
        using var exchange = await NewAsync("""{"stream":true}""", ("x-causeway-content", "redact"));
        _hub.Begin(exchange);
        var first = Listen(_hub, exchange)!;
        exchange.Live!.Take(Begins(new TextPart(RawJson.EmptyString)));
        exchange.Live!.Take(Says("The key is " + Secret[..20]));
        exchange.Live!.Take(Says(Secret[20..] + ".\n\nIt \"opens"));
        var second = Listen(_hub, exchange)!;
        exchange.Live!.Take(Says(" all\" doors."));
        exchange.Live!.Take(Begins(new ToolCallPart { Id = "c1", Name = "Login" }, 1));
        exchange.Live!.Take([new PartDelta(1, DeltaKind.Arguments, RawJson.FromString($$"""{"key":"{{Secret[..9]}}"""))]);
        exchange.Live!.Take([new PartDelta(1, DeltaKind.Arguments, RawJson.FromString(Secret[9..] + "\"}"))]);
        var third = Listen(_hub, exchange)!;
        exchange.Live!.Take([new PartEnded(0), new PartEnded(1), new Finished(StopReason.End, default)]);
        foreach (var listener in (LiveListener[])[first, second, third])
        {
            var told = Told(listener);
            Assert.True((bool)told[0].Data["is_redacted"]!);
            Assert.Equal("The key is [redacted:secret].\n\n|It \"opens all\" doors.", string.Join('|', told.Where(item => item.Name == "text").Select(item => (string)item.Data["text"]!)));
            Assert.Equal("""|{"key":"[redacted:secret]"}""", string.Join('|', told.Where(item => item.Name == "tool").Select(item => (string)item.Data["arguments"]!)));
        }
    }

    [Fact]
    public async Task Who_reads_slowly_loses_events_and_learns_how_many()
    {
        var listener = _hub.Listen()!;
        for (var i = 0; i < 1100; i++) _hub.Note(Rows.Of(0), null);
        Assert.Equal((77, 0), (listener.TakeDropped(), listener.TakeDropped()));   // a snapshot and 1023 rows had room
        Assert.Equal(1024, Told(listener).Count);
        _hub.Note(Rows.Of(0), null);
        Assert.Equal("finished", Names(listener));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Long_texts_are_told_but_not_kept_for_ever()
    {
        _hub.Listen();
        using var exchange = await NewAsync("""{"stream":true}""");
        _hub.Begin(exchange);
        exchange.Live!.Take(Begins(new TextPart(RawJson.EmptyString)));
        for (var i = 0; i < 300; i++) exchange.Live!.Take(Says(new string('x', 1024)));
        var told = Told(Listen(_hub, exchange)!);
        Assert.Equal((false, 256 << 10), ((bool)told[0].Data["is_whole"]!, ((string)told[1].Data["text"]!).Length));
    }

    [Fact]
    public async Task A_row_that_never_comes_ends_it_nevertheless()
    {
        var all = _hub.Listen()!;
        using var exchange = await NewAsync("""{"stream":true}""");
        _hub.Begin(exchange);
        var listener = Listen(_hub, exchange)!;
        _hub.End(exchange, TimeSpan.FromSeconds(1));
        _hub.Sweep();
        Assert.Equal("listening", Names(listener));
        _time.Advance(TimeSpan.FromSeconds(6));
        _hub.Sweep();
        Assert.Equal(("lost", "snapshot started lost"), (Names(listener), Names(all)));
    }

    [Fact]
    public async Task Without_a_log_the_end_is_told_at_once()
    {
        var hub = new LiveHub(_time);
        var listener = hub.Listen()!;
        using var exchange = await TestExchange.OfAsync("""{"stream":true}""");
        hub.Begin(exchange);
        exchange.Bill = Bill.Of(exchange);
        exchange.Error = new GatewayError(ErrorKind.RateLimited, "slow down");
        hub.End(exchange, TimeSpan.FromSeconds(1));
        var told = Told(listener);
        Assert.Equal(("finished", 429, "slow down", 1000m), (told[^1].Name, (int)told[^1].Data["status"]!, (string)told[^1].Data["message"]!, (decimal)told[^1].Data["duration"]!));
    }

    [Fact]
    public async Task There_are_not_endlessly_many_listeners_and_none_after_the_end()
    {
        using var exchange = await NewAsync("""{"stream":true}""");
        _hub.Begin(exchange);
        var one = Listen(_hub, exchange)!;
        var all = Enumerable.Range(0, 100).Select(_ => _hub.Listen()).TakeWhile(listener => listener is not null).ToList();
        Assert.Equal(63, all.Count);
        Assert.Null(_hub.Listen(exchange.Id, out var isRunning));
        Assert.True(isRunning);
        _hub.Leave(all[0]!);
        Assert.NotNull(_hub.Listen());
        _hub.Close();
        Assert.Equal("snapshot", Names(all[1]!));
        Assert.True(all[1]!.Events.Completion.IsCompleted);
        Assert.Equal("listening", Names(one));
        Assert.True(one.Events.Completion.IsCompleted);
        Assert.Null(_hub.Listen());
    }

    [Fact]
    public async Task Slots_are_given_back()
    {
        for (var i = 0; i < 5000; i++)
        {
            using var exchange = await TestExchange.OfAsync("{}");
            _hub.Begin(exchange);
            Assert.True(exchange.LiveSlot >= 0);
            _hub.End(exchange, TimeSpan.Zero);
        }
    }
}
