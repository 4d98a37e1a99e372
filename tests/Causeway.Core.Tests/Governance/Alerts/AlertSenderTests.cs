using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Causeway.Core.Governance.Alerts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Governance.Alerts;

public sealed class AlertSenderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
    private static readonly AlertTarget Signed = new() { Url = new Uri("https://hooks.example.com/a"), Secret = Encoding.UTF8.GetBytes("secret"), Headers = [new("X-Team", "web"), new("User-Agent", "mine")] };
    private static readonly AlertTarget Unsigned = new() { Url = new Uri("https://other.example.com/b"), Events = ["something_else"] };

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly Receiver _receiver = new();

    private AlertSender Sender(params AlertTarget[] targets) => new(() => targets, _time, NullLogger<AlertSender>.Instance, _receiver) { StopWithin = TimeSpan.FromSeconds(1) };

    private sealed class Happening(string type = "something_else") : AlertEvent(Noon)
    {
        public override string Type => type;

        public override void Write(Utf8JsonWriter writer) => writer.WriteString("what", "é");
    }

    private sealed record Message(string Url, string Body, Dictionary<string, string> Headers);

    /// <summary>Takes the place of the network.</summary>
    private sealed class Receiver : HttpMessageHandler
    {
        public ConcurrentQueue<Message> Messages { get; } = new();

        /// <summary>The answers, one after the other; the last one stays.</summary>
        public ConcurrentQueue<Func<CancellationToken, Task<int>>> Answers { get; } = new();

        public void Answer(params int[] statuses)
        {
            foreach (var status in statuses) Answers.Enqueue(_ => Task.FromResult(status));
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
        {
            var headers = request.Headers.Concat(request.Content!.Headers).ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
            Messages.Enqueue(new Message(request.RequestUri!.ToString(), await request.Content.ReadAsStringAsync(cancel), headers));
            Func<CancellationToken, Task<int>>? answer;
            while (!(Answers.Count > 1 ? Answers.TryDequeue(out answer) : Answers.TryPeek(out answer))) await Task.Delay(5, cancel);
            return new HttpResponseMessage((HttpStatusCode)await answer!(cancel));
        }
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var i = 0; i < 4000 && !holds(); i++) await Task.Delay(3, TestContext.Current.CancellationToken);
        Assert.True(holds());
    }

    /// <summary>Lets time go on, in small steps, until something holds: a pause may begin only after a step.</summary>
    private Task PassUntilAsync(Func<bool> holds) => UntilAsync(() =>
    {
        if (holds()) return true;
        _time.Advance(TimeSpan.FromSeconds(1));
        return false;
    });

    [Fact]
    public async Task A_message_is_signed_with_what_was_sent()
    {
        _receiver.Answer(204);
        var happening = new Happening();
        await using var sender = Sender(Signed, Unsigned);
        sender.Post(happening);
        await UntilAsync(() => sender.Status is { Pending: 0, Sent: 2 });
        var signed = _receiver.Messages.Single(message => message.Url == "https://hooks.example.com/a");
        var unsigned = _receiver.Messages.Single(message => message.Url == "https://other.example.com/b");
        Assert.Equal($$"""{"type":"something_else","id":"{{happening.Id}}","time":"2026-11-26T12:00:00.000Z","what":"é"}""", signed.Body);
        Assert.Equal((happening.Id.ToString(), $"{Noon.ToUnixTimeSeconds()}", "application/json"), (signed.Headers["webhook-id"], signed.Headers["webhook-timestamp"], signed.Headers["content-type"]));
        Assert.Equal(WebhookSignature.Of(Signed.Secret!, happening.Id.ToString(), Noon.ToUnixTimeSeconds(), Encoding.UTF8.GetBytes(signed.Body)), signed.Headers["webhook-signature"]);
        Assert.Equal(("web", "mine"), (signed.Headers["X-Team"], signed.Headers["User-Agent"]));
        Assert.Equal((signed.Body, false), (unsigned.Body, unsigned.Headers.ContainsKey("webhook-signature")));
    }

    [Fact]
    public async Task Who_does_not_want_to_know_is_not_told()
    {
        _receiver.Answer(200);
        await using var sender = Sender(Unsigned, Signed);
        sender.Post(new Happening("budget_threshold"));
        await UntilAsync(() => sender.Status is { Pending: 0, Sent: 1 });
        Assert.Equal("https://hooks.example.com/a", Assert.Single(_receiver.Messages).Url);
    }

    [Fact]
    public async Task What_was_not_taken_is_sent_again_with_the_same_id_and_a_new_time()
    {
        _receiver.Answer(500, 302, 200);
        await using var sender = Sender(Signed);
        sender.Post(new Happening());
        await PassUntilAsync(() => sender.Status.Sent == 1);
        Assert.Equal(3, _receiver.Messages.Count);
        Assert.Single(_receiver.Messages.Select(message => (message.Headers["webhook-id"], message.Body)).Distinct());
        Assert.Equal(3, _receiver.Messages.Select(message => (message.Headers["webhook-timestamp"], message.Headers["webhook-signature"])).Distinct().Count());
    }

    [Theory]
    [InlineData(500, 6)]
    [InlineData(400, 6)]
    [InlineData(410, 1)]
    public async Task After_the_last_attempt_it_is_given_up(int status, int attempts)
    {
        _receiver.Answer(status);
        await using var sender = Sender(Signed);
        sender.Post(new Happening());
        await PassUntilAsync(() => sender.Status.Failed == 1);
        Assert.Equal((attempts, 0), (_receiver.Messages.Count, sender.Status.Pending));
    }

    [Fact]
    public async Task Who_does_not_answer_for_ten_seconds_is_asked_again()
    {
        _receiver.Answers.Enqueue(async cancel =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            return 200;
        });
        _receiver.Answer(200);
        await using var sender = Sender(Signed);
        sender.Post(new Happening());
        await UntilAsync(() => _receiver.Messages.Count == 1);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Single(_receiver.Messages);
        await PassUntilAsync(() => sender.Status.Sent == 1);
        Assert.Equal(2, _receiver.Messages.Count);
    }

    [Fact]
    public async Task What_is_too_much_is_dropped_and_counted_and_eight_are_sent_at_a_time()
    {
        var (gate, now, most) = (new TaskCompletionSource<int>(), 0, 0);
        _receiver.Answers.Enqueue(async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            var status = await gate.Task;
            Interlocked.Decrement(ref now);
            return status;
        });
        await using var sender = Sender(Signed);
        for (var i = 0; i < AlertSender.MostPending + 7; i++) sender.Post(new Happening());
        Assert.Equal((AlertSender.MostPending, 7), (sender.Status.Pending, sender.Status.Dropped));
        await UntilAsync(() => _receiver.Messages.Count == 8);
        gate.SetResult(200);
        await UntilAsync(() => sender.Status is { Pending: 0, Sent: AlertSender.MostPending });
        Assert.InRange(most, 1, 8);
        sender.Post(new Happening());
        await UntilAsync(() => sender.Status.Sent == AlertSender.MostPending + 1);
    }

    [Fact]
    public async Task When_the_gateway_stops_what_waits_is_tried_once_more()
    {
        _receiver.Answer(500, 200);
        var sender = Sender(Signed);
        sender.Post(new Happening());
        await UntilAsync(() => _receiver.Messages.Count == 1);
        await sender.DisposeAsync();
        Assert.Equal((0, 1, 0), (sender.Status.Pending, sender.Status.Sent, sender.Status.Failed));
        sender.Post(new Happening());
        Assert.Equal(1, sender.Status.Dropped);
    }

    [Fact]
    public async Task When_the_gateway_stops_nobody_holds_it_up()
    {
        _receiver.Answers.Enqueue(async cancel =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            return 200;
        });
        var sender = Sender(Signed);
        sender.Post(new Happening());
        await UntilAsync(() => _receiver.Messages.Count == 1);
        var stopping = sender.DisposeAsync().AsTask();
        await PassUntilAsync(() => stopping.IsCompleted);
        Assert.Equal((0, 1), (sender.Status.Pending, sender.Status.Failed));
    }
}
