using System.Text;
using Causeway.Core.Authentication;
using Causeway.Core.Governance;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Log;
using Causeway.Core.Routing;
using Causeway.Core.Tests.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Core.Tests.Recording.Capture;

public sealed class RequestLogTests
{
    private const string Config = """{"providers":{"anthropic":{"keys":[{"name":"main","value":"a"}]}},"logging":{"content":"keep"}}""";
    private const string Answer = """{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[{"type":"text","text":"It is \"here\"."},{"type":"tool_use","id":"t1","name":"Read","input":{"path":"/a"}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":5}}""";

    private readonly TestStore _store = new();
    private readonly GatewayRuntime _gateway = TestExchange.Gateway(Config);

    private RequestLog Open(params ILogObserver[] observers) =>
        new(() => Task.FromResult<ILogStore>(_store), () => _gateway.Config.Log, observers, TimeProvider.System, NullLogger<RequestLog>.Instance);

    private async Task PostAsync(RequestLog log, string body, string? answer = Answer, VirtualKey? caller = null, params (string, string)[] headers)
    {
        using var exchange = await TestExchange.OfAsync(_gateway, log, DialectId.AnthropicMessages, body, headers);
        exchange.Caller = caller;
        var target = new Candidate(_gateway.Find("anthropic")!, "claude-sonnet-4-5", _gateway.Catalog);
        exchange.Answering = target;
        exchange.Trail.Add(new Attempt(target, "main", 529, TimeSpan.FromMilliseconds(20), "is too busy"));
        exchange.Trail.Add(new Attempt(target, "main", 200, TimeSpan.FromSeconds(1), null, new Usage { InputTokens = 1000, OutputTokens = 100, CacheReadTokens = 400 }));
        exchange.RequestLosses.Add("top_k", "there is no such field");
        exchange.Why.Add("by name");
        if (answer is not null && exchange.IsCaptured)
        {
            var capture = new AnswerCapture(DialectId.AnthropicMessages, false, Translation.None);
            capture.Write(Encoding.UTF8.GetBytes(answer));
            exchange.Add(capture);
        }

        exchange.Bill = Bill.Of(exchange);
        ((IRequestLog)log).Post(LogDraft.Of(exchange, TimeSpan.FromSeconds(2), 200, TimeProvider.System));
    }

    [Fact]
    public async Task A_row_says_what_happened()
    {
        await using var log = Open();
        await PostAsync(log, """{"max_tokens":100}""", Answer, new VirtualKey { Name = "ada", Id = "vk-ada", Hash = new byte[32], TeamId = "web" },
            ("user-agent", "claude-cli/2.1.0 (external, cli)"), ("x-claude-code-session-id", "s1"), ("x-claude-code-agent-id", "a1"), ("x-causeway-branch", "gr%C3%BCn/50%"), ("X-Causeway-Dim-Feature", "login"), ("x-bf-dim-app", "web"));
        var entry = (await _store.WaitAsync(1))[0].Entry;
        Assert.Equal(("anthropic-messages", "anthropic", "claude-sonnet-4-5", "main", 200), (entry.Dialect, entry.Provider, entry.Model, entry.Key, entry.Status));
        Assert.Equal(("s1", "a1", "grün/50%", "claude-cli/2.1.0", "vk-ada", "web"), (entry.Session, entry.Agent, entry.Branch, entry.Client, entry.VirtualKey, entry.Team));
        Assert.Equal([new("feature", "login"), new("app", "web")], entry.Custom);
        Assert.Equal((1000, 400, 100), (entry.InputTokens!.Value, entry.CacheReadTokens!.Value, entry.OutputTokens!.Value));
        Assert.Equal(("tool_use", "by name"), (entry.Stop, entry.Route));
        Assert.Equal(["Read"], entry.Tools);
        Assert.Equal([new LogLoss("top_k", "there is no such field", 1, false)], entry.Losses);
        Assert.Equal([(529, "is too busy"), (200, null)], entry.Attempts.Select(attempt => (attempt.Status, attempt.Why)));
        Assert.True(entry.Dollars > 0);
        Assert.Equal(entry.Dollars, entry.Attempts[1].Dollars);
        Assert.False(entry.IsError);
    }

    [Fact]
    public async Task What_was_said_comes_back_as_it_was_and_what_is_said_again_is_kept_once()
    {
        await using var log = Open();
        var first = $$"""{"model":"claude-sonnet-4-5","max_tokens":100,"system":"{{new string('s', 2000)}}","messages":[{"role":"user","content":"{{new string('a', 1000)}}"}]}""";
        var second = first[..^2] + $$""",{"role":"assistant","content":"{{new string('b', 1000)}}"},{"role":"user","content":"short"}]}""";
        await PostAsync(log, first);
        await PostAsync(log, second);
        var records = await _store.WaitAsync(2);
        Assert.Equal([2, 1], records.Select(record => record.Content!.Pieces.Count));
        var said = await LogContentReader.ReadAsync(_store, records[1].Entry.Id, TestContext.Current.CancellationToken);
        Assert.Equal(second, said!["request"]!.ToJsonString());
        Assert.Equal("""[{"type":"text","text":"It is \"here\"."},{"type":"tool_call","id":"t1","name":"Read","arguments":{"path":"/a"}}]""", said["answer"]!["parts"]!.ToJsonString(Plain));
        Assert.Contains("short", records[1].Content!.Text);
        Assert.DoesNotContain("aaa", records[1].Content!.Text);
        Assert.Contains("It is \"here\".", records[1].Content!.Text);
    }

    private static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("drop", null, false)]
    [InlineData(null, ContentPolicy.Drop, false)]
    [InlineData("keep", ContentPolicy.Drop, false)]
    [InlineData("nonsense", null, true)]
    public async Task The_strictest_policy_counts(string? header, ContentPolicy? key, bool isKept)
    {
        await using var log = Open();
        var caller = new VirtualKey { Name = "k", Id = "k", Hash = new byte[32], Content = key };
        await PostAsync(log, "{}", Answer, caller, header is null ? [] : [("x-causeway-content", header)]);
        Assert.Equal(isKept, (await _store.WaitAsync(1))[0].Content is not null);
    }

    [Fact]
    public async Task A_database_that_fails_for_a_while_loses_nothing()
    {
        var log = Open();
        var failures = 0;
        _store.Before = () =>
        {
            if (++failures <= 2) throw new IOException("locked");
        };
        await PostAsync(log, "{}");
        await _store.WaitAsync(1);
        await log.DisposeAsync();
        Assert.Equal((1, 0, 2, 0), (log.Status.Written, log.Status.Dropped, log.Status.Failed, log.Status.Queued));
    }

    [Fact]
    public async Task Rows_that_the_database_never_takes_are_counted()
    {
        var log = Open();
        _store.Before = () => throw new IOException("full");
        for (var i = 0; i < 3; i++) await PostAsync(log, "{}");
        await log.DisposeAsync();   // does not wait for it
        Assert.Equal((0, 3, "full"), (log.Status.Written, log.Status.Dropped, log.Status.Problem));
    }

    [Fact]
    public async Task What_cannot_be_understood_has_its_row()
    {
        await using var log = Open();
        await PostAsync(log, """{"messages":7}""", answer: "no JSON at all");
        var record = (await _store.WaitAsync(1))[0];
        Assert.Null(record.Entry.Stop);
        var said = await LogContentReader.ReadAsync(_store, record.Entry.Id, TestContext.Current.CancellationToken);
        Assert.Contains("\"messages\":7", said!["request"]!.ToJsonString());
    }
}
