using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Tracing;
using Causeway.Core.Tests.Pipeline;
using Causeway.Core.Tests.Recording.Capture;
using Causeway.Dialects.Canonical;
using Microsoft.Extensions.Logging.Abstractions;
using Record = Causeway.Core.Pipeline.Record;

namespace Causeway.Core.Tests.Recording.Tracing;

/// <summary>What was said goes into spans as far as the request log may keep it.</summary>
public sealed class TracedContentTests : IDisposable
{
    private const string Answer = """{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[{"type":"text","text":"It is \"here\"."},{"type":"tool_use","id":"t2","name":"Read","input":{"path":"/b"}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":5}}""";
    private const string Body = """
        {"model":"claude-sonnet-4-5","max_tokens":9,"system":"Be ada@example.com.","messages":[
          {"role":"user","content":"hi from ada@example.com"},
          {"role":"assistant","content":[{"type":"text","text":"wait"},{"type":"tool_use","id":"t1","name":"Read","input":{"path":"/a"}}]},
          {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"it is \"so\""}]},
          {"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]}]}
        """;

    private readonly Telemetry _telemetry = new(TimeProvider.System, traces: true, metrics: false) { HasContent = true };
    private readonly TaskCompletionSource<Activity> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActivityListener _listener;
    private readonly TestStore _store = new();

    public TracedContentTests()
    {
        _listener = new ActivityListener { ShouldListenTo = source => source == _telemetry.Source, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded, ActivityStopped = _stopped.SetResult };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _telemetry.Dispose();
    }

    private async Task<IReadOnlyDictionary<string, object?>> TagsAsync(string policy, string body = Body, params (string, string)[] headers)
    {
        var gateway = TestExchange.Gateway($$$$"""{"providers":{"anthropic":{"keys":[{"value":"a"}]}},"logging":{"content":"{{{{policy}}}}","redaction":{"detectors":["email"]}}}""");
        await using (var log = new RequestLog(() => Task.FromResult<ILogStore>(_store), () => gateway.Config.Log, [], TimeProvider.System, NullLogger<RequestLog>.Instance))
        {
            using var exchange = await TestExchange.OfAsync(gateway, log, DialectId.AnthropicMessages, body, headers);
            await new Record(NullLogger<Record>.Instance, TimeProvider.System, new(new()), telemetry: _telemetry).InvokeAsync(exchange, all =>
            {
                var capture = new AnswerCapture(DialectId.AnthropicMessages, false, Translation.None);
                capture.Write(Encoding.UTF8.GetBytes(Answer));
                if (all.IsCaptured) all.Add(capture);
                return ValueTask.CompletedTask;
            });
        }

        return (await _stopped.Task).TagObjects.ToDictionary();
    }

    [Fact]
    public async Task It_has_the_form_of_the_conventions()
    {
        var tags = await TagsAsync("keep");
        Assert.Equal("""[{"type":"text","content":"Be ada@example.com."}]""", tags["gen_ai.system_instructions"]);
        Assert.Equal(
            """[{"role":"user","parts":[{"type":"text","content":"hi from ada@example.com"}]},{"role":"assistant","parts":[{"type":"text","content":"wait"},{"type":"tool_call","id":"t1","name":"Read","arguments":{"path":"/a"}}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"t1","response":"it is \"so\""}]},{"role":"user","parts":[{"type":"media","modality":"image","mime_type":"image/png"}]}]""",
            tags["gen_ai.input.messages"]);
        Assert.Equal("""[{"role":"assistant","parts":[{"type":"text","content":"It is \"here\"."},{"type":"tool_call","id":"t2","name":"Read","arguments":{"path":"/b"}}],"finish_reason":"tool_call"}]""", tags["gen_ai.output.messages"]);
    }

    [Fact]
    public async Task What_the_log_redacts_is_redacted()
    {
        var tags = await TagsAsync("redact");
        Assert.DoesNotContain("ada@", string.Concat(tags.Values), StringComparison.Ordinal);
        Assert.Contains("hi from [redacted:", (string)tags["gen_ai.input.messages"]!, StringComparison.Ordinal);
        JsonNode.Parse((string)tags["gen_ai.input.messages"]!);
    }

    [Theory]
    [InlineData("drop", "s-1")]
    [InlineData("keep", "s-1", "x-causeway-content", "drop")]
    [InlineData("drop", "")]
    public async Task What_the_log_drops_is_nowhere(string policy, string session, string header = "x-none", string value = "1")
    {
        var tags = await TagsAsync(policy, Body, ("x-session-id", session), (header, value));
        Assert.DoesNotContain(tags.Keys, name => name.Contains("messages", StringComparison.Ordinal) || name.Contains("instructions", StringComparison.Ordinal));
        Assert.Equal(200, tags["http.response.status_code"]);
    }

    [Fact]
    public async Task Of_what_is_long_the_end_is_there_in_pieces_that_are_whole()
    {
        var messages = string.Join(',', Enumerable.Range(0, 60).Select(i => $$"""{"role":"{{(i % 2 == 0 ? "user" : "assistant")}}","content":"{{i}} {{new string('x', i == 58 ? 20_000 : 3000)}}"}"""));
        var text = (string)(await TagsAsync("keep", $$"""{"model":"claude-sonnet-4-5","max_tokens":9,"messages":[{{messages}}]}"""))["gen_ai.input.messages"]!;
        Assert.InRange(text.Length, TracedContent.Most * 9 / 10, TracedContent.Most);
        var list = JsonNode.Parse(text)!.AsArray();
        Assert.StartsWith("59 ", (string)list[^1]!["parts"]![0]!["content"]!, StringComparison.Ordinal);
        Assert.Equal(8195, ((string)list[^2]!["parts"]![0]!["content"]!).Length);   // cut, with three dots
    }
}
