using System.Diagnostics;
using Causeway.Core.Authentication;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Tracing;
using Causeway.Core.Routing;
using Causeway.Core.Tests.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.Extensions.Logging.Abstractions;
using Record = Causeway.Core.Pipeline.Record;

namespace Causeway.Core.Tests.Recording.Tracing;

/// <summary>What spans say, to a listener of the runtime's own.</summary>
public sealed class SpanTests : IDisposable
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736", CallersSpan = "00f067aa0ba902b7";
    private const string Config = """{"providers":{"openai":{"keys":[{"value":"a"}]},"gemini":{"keys":[{"value":"sk-of-gemini"}]}}}""";

    private readonly Telemetry _telemetry;
    private readonly List<Activity> _stopped = [];
    private readonly ActivityListener _listener;
    private ActivitySamplingResult _sampling = ActivitySamplingResult.AllDataAndRecorded;

    public SpanTests()
    {
        _telemetry = new Telemetry(TimeProvider.System, traces: true, metrics: false);
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source == _telemetry.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => _sampling,
            ActivityStopped = _stopped.Add,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _telemetry.Dispose();
    }

    /// <summary>Runs an exchange through the outermost stage; <paramref name="inner"/> is what happens within.</summary>
    private async Task<Exchange> RunAsync(Action<Exchange> inner, string more = "{}", params (string, string)[] headers)
    {
        var exchange = await TestExchange.OfAsync(TestExchange.Gateway(Config), DialectId.OpenAIChat, more, headers);
        await new Record(NullLogger<Record>.Instance, TimeProvider.System, new(new()), telemetry: _telemetry).InvokeAsync(exchange, all =>
        {
            Assert.Null(Activity.Current);   // or the calls of others would become its children
            inner(all);
            return ValueTask.CompletedTask;
        });
        exchange.Dispose();
        return exchange;
    }

    private static Candidate Target(Exchange exchange, string provider, string model) => new(exchange.Gateway.Find(provider)!, model, exchange.Gateway.Catalog);

    /// <summary>A call, as <see cref="UpstreamCall"/> and <see cref="CandidateRun"/> make one.</summary>
    private static Attempt Call(Exchange exchange, Candidate target, int status, Usage? usage = null, string? why = null)
    {
        var endpoint = target.Provider.EndpointFor(exchange.Client.Id)!;
        using var prepared = new PreparedRequest { Lane = LaneKind.Translated, Endpoint = endpoint, Body = [], IsSameDialect = false };
        var trace = exchange.Trace!.BeginAttempt(target, prepared, endpoint.UrlFor(target.Model, exchange.Stream));
        trace.NoteContent();
        trace.End(status, relay: null);
        var attempt = new Attempt(target, "main", status, TimeSpan.FromSeconds(1), why, usage) { Trace = trace };
        exchange.Trail.Add(attempt);
        exchange.Answering = target;
        return attempt;
    }

    [Fact]
    public async Task An_exchange_is_a_span_of_the_callers_and_its_calls_are_its_children()
    {
        var exchange = await RunAsync(
            all =>
            {
                all.Caller = new VirtualKey { Name = "ada", Id = "vk-1", Hash = new byte[32], TeamId = "web" };
                all.Why.Add("rule 'cheap'");
                all.Candidates = [Target(all, "openai", "gpt-4o")];
                all.RequestLosses.Add("top_k", "no such thing");
                Call(all, all.Candidates[0], 503, why: "down");
                Call(all, Target(all, "gemini", "gemini-2.5-flash"), 200, new Usage { InputTokens = 1000, OutputTokens = 100, CacheReadTokens = 300, CacheWriteTokens = 20, ReasoningTokens = 7 });
            },
            """{"stream":true,"temperature":0.25,"top_p":1,"max_tokens":77,"seed":-3,"n":2,"frequency_penalty":"much"}""",
            ("traceparent", $"00-{Trace}-{CallersSpan}-01"), ("tracestate", "a=1,b=2"), ("x-session-id", "s-1"), ("user-agent", "tester"));
        Assert.Equal(3, _stopped.Count);
        var (first, second, whole) = (_stopped[0], _stopped[1], _stopped[2]);
        Assert.Equal((ActivityKind.Server, "chat openai/gpt-4o", Trace, CallersSpan, "a=1,b=2"), (whole.Kind, whole.DisplayName, whole.TraceId.ToString(), whole.ParentSpanId.ToString(), whole.TraceStateString));
        Assert.Equal((ActivityKind.Client, "chat gpt-4o", whole.SpanId, "a=1,b=2"), (first.Kind, first.DisplayName, first.ParentSpanId, first.TraceStateString));
        Assert.Equal((ActivityKind.Client, "generate_content gemini-2.5-flash", whole.SpanId), (second.Kind, second.DisplayName, second.ParentSpanId));
        Assert.Equal(
            new()
            {
                ["gen_ai.operation.name"] = "chat", ["gen_ai.request.model"] = "openai/gpt-4o", ["gen_ai.request.stream"] = true, ["gen_ai.conversation.id"] = "s-1", ["http.request.method"] = "", ["url.path"] = "",
                ["http.response.status_code"] = 200, ["user_agent.original"] = "tester", ["causeway.exchange.id"] = exchange.Id.ToString(), ["causeway.dialect"] = "openai-chat", ["causeway.virtual_key"] = "vk-1",
                ["causeway.team"] = "web", ["causeway.target"] = "gemini/gemini-2.5-flash", ["causeway.route"] = "rule 'cheap'", ["causeway.losses"] = "top_k", ["causeway.attempts"] = 2,
                ["causeway.overhead"] = whole.GetTagItem("causeway.overhead"), ["causeway.cost.dollars"] = second.GetTagItem("causeway.cost.dollars"),
            },
            whole.TagObjects.ToDictionary());
        Assert.Equal(
            new()
            {
                ["gen_ai.operation.name"] = "generate_content", ["gen_ai.provider.name"] = "gcp.gemini", ["gen_ai.request.model"] = "gemini-2.5-flash", ["server.address"] = "generativelanguage.googleapis.com",
                ["server.port"] = 443, ["gen_ai.conversation.id"] = "s-1", ["gen_ai.request.stream"] = true, ["gen_ai.request.max_tokens"] = 77L, ["gen_ai.request.seed"] = -3L, ["gen_ai.request.choice.count"] = 2L,
                ["gen_ai.request.temperature"] = 0.25, ["gen_ai.request.top_p"] = 1.0, ["http.response.status_code"] = 200, ["gen_ai.response.time_to_first_chunk"] = second.GetTagItem("gen_ai.response.time_to_first_chunk"),
                ["gen_ai.usage.input_tokens"] = 1000L, ["gen_ai.usage.output_tokens"] = 100L, ["gen_ai.usage.cache_read.input_tokens"] = 300L, ["gen_ai.usage.cache_creation.input_tokens"] = 20L,
                ["gen_ai.usage.reasoning.output_tokens"] = 7L, ["causeway.attempt"] = 2, ["causeway.provider"] = "gemini", ["causeway.key"] = "main", ["causeway.dialect"] = "gemini", ["causeway.lane"] = "translated",
                ["causeway.outcome"] = "ok", ["causeway.cost.dollars"] = (double)LedgerEntries.Of(exchange, exchange.Trail, TimeProvider.System).Single().Dollars!,
            },
            second.TagObjects.ToDictionary());
        Assert.Equal((ActivityStatusCode.Error, "down", "server_error"), (first.Status, first.StatusDescription, first.GetTagItem("error.type")));
        Assert.Equal((ActivityStatusCode.Unset, ActivityStatusCode.Unset), (second.Status, whole.Status));
    }

    [Theory]
    [InlineData(400, ErrorKind.InvalidRequest, false, ActivityStatusCode.Unset, "invalid_request")]
    [InlineData(429, ErrorKind.RateLimited, false, ActivityStatusCode.Unset, "rate_limited")]
    [InlineData(504, ErrorKind.Timeout, false, ActivityStatusCode.Error, "timeout")]
    [InlineData(429, ErrorKind.RateLimited, true, ActivityStatusCode.Error, "rate_limited")]   // in the middle of an answer
    public async Task A_refusal_is_no_failure_and_a_broken_answer_is_one(int status, ErrorKind kind, bool isSaid, ActivityStatusCode expected, string type)
    {
        await RunAsync(all => (all.Error, all.ErrorIsSaid) = (new GatewayError(kind, "why") { Status = status }, isSaid));
        var whole = Assert.Single(_stopped);
        Assert.Equal((expected, type, status), (whole.Status, whole.GetTagItem("error.type"), whole.GetTagItem("http.response.status_code")));
        Assert.Equal(expected == ActivityStatusCode.Error ? "why" : null, whole.StatusDescription);
    }

    [Fact]
    public async Task Who_was_not_waited_for_has_not_failed_and_its_input_is_estimated()
    {
        await RunAsync(all => Call(all, Target(all, "openai", "gpt-4o"), Attempt.Abandoned));
        Assert.Equal((ActivityStatusCode.Unset, "abandoned", null), (_stopped[0].Status, _stopped[0].GetTagItem("causeway.outcome"), _stopped[0].GetTagItem("error.type")));
        Assert.True(_stopped[0].GetTagItem("gen_ai.usage.input_tokens") is > 0L);
        Assert.Equal(true, _stopped[0].GetTagItem("causeway.usage.is_estimate"));
    }

    [Fact]
    public async Task What_is_not_recorded_says_nothing_and_is_known_to_the_upstream_all_the_same()
    {
        _sampling = ActivitySamplingResult.PropagationData;
        using var message = new HttpRequestMessage();
        await RunAsync(
            all =>
            {
                var call = Call(all, Target(all, "openai", "gpt-4o"), 200, new Usage { InputTokens = 5 });
                TraceHeaders.Write(message, all.Http.Request.Headers, call.Trace!.Span);
            },
            "{}", ("traceparent", $"00-{Trace}-{CallersSpan}-00"), ("tracestate", "a=1"));
        Assert.All(_stopped, span => Assert.Empty(span.TagObjects));
        Assert.Equal([$"00-{Trace}-{_stopped[0].SpanId}-00"], message.Headers.GetValues("traceparent"));
        Assert.Equal(["a=1"], message.Headers.GetValues("tracestate"));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("")]
    public async Task Without_a_good_parent_a_trace_begins(string parent)
    {
        await RunAsync(_ => { }, "{}", ("traceparent", parent));
        var whole = Assert.Single(_stopped);
        Assert.Equal(default, whole.ParentSpanId);
        Assert.Equal(32, whole.TraceId.ToString().Length);
    }
}
