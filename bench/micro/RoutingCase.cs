using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Causeway.Core.Authentication;
using Causeway.Core.Configuration;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Causeway.Bench;

/// <summary>What the rules ask of a request.</summary>
internal enum Asks
{
    /// <summary>Model, user agent, headers, key, team, tags, budget, time, session.</summary>
    Head,

    /// <summary>The same, and what is found by scanning the bytes: tokens, tools, thinking, effort, pictures, web search.</summary>
    Bytes,

    /// <summary>The same, of a request that holds a picture.</summary>
    Picture,
}

/// <summary>One request of the kind that Claude Code sends, through Authenticate and Route, again and again.</summary>
internal static class RoutingCase
{
    private const int Keys = 10_000;

    private static readonly string[] Head =
    [
        """{"model":["gpt-9*","*mini*"]}""", """{"user_agent":"codex*"}""", """{"headers":{"x-team":"red*"}}""", """{"virtual_key":"key-1??","team":"sales"}""",
        """{"tags":["us","internal"]}""", """{"budget_used":{"above":90}}""", """{"time":{"from":"03:00","to":"03:01","days":["sun"],"zone":"Europe/Berlin"}}""",
        """{"session":"other-*"}""", """{"model":"claude-*","user_agent":"*cli*","stream":false}""", """{"any":[{"sub_agent":true},{"dialect":"gemini"}]}""",
    ];

    private static readonly string[] Bytes =
    [
        """{"tokens":{"above":60000}}""", """{"tools":false}""", """{"thinking":false}""", """{"effort":["xhigh","max"]}""", """{"images":true,"complexity":"simple"}""",
        """{"web_search":true}""", """{"complexity":"simple"}""", """{"not":{"tokens":{"below":50000}}}""",
    ];

    /// <summary>Measures one case and prints its row.</summary>
    public static void Run(int size, int rules, bool matches, Asks asks)
    {
        var load = ConfigLoader.Parse(Encoding.UTF8.GetBytes(Config(rules, matches, asks)), "bench", _ => null);
        var gateway = new GatewayRuntime(load.Config ?? throw new InvalidOperationException(string.Join('\n', load.Errors)));
        var (reading, authenticate, route) = (new ReadRequest(), new Authenticate(TimeProvider.System), new Route(TimeProvider.System));
        var body = Encoding.UTF8.GetBytes(Body(size, asks == Asks.Picture));
        var expected = matches && rules > 0 ? "groq/last" : "openai/gpt-4o";
        ExchangeDelegate end = exchange => exchange.Candidates[0].ToString() == expected ? ValueTask.CompletedTask : throw new InvalidOperationException("a request went astray");
        ExchangeDelegate routed = exchange => route.InvokeAsync(exchange, end);
        var (median, best, bytes) = Measure.Of(() => Read(gateway, reading, body), exchange =>
        {
            if (!IsDone(authenticate.InvokeAsync(exchange, routed)) || exchange.Error is not null) throw new InvalidOperationException(exchange.Error?.Message);
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {body.Length / 1000.0:F0} KB | {rules} | {(rules == 0 ? "-" : asks.ToString().ToLowerInvariant())} | {(rules == 0 ? "-" : matches ? "holds" : "does not")} | {median:F1} | {best:F1} | {bytes} |"));
    }

    internal static bool IsDone(ValueTask work) => work.IsCompletedSuccessfully;

    /// <summary>A request that has been read, as the server hands it over: in one piece.</summary>
    internal static Exchange Read(GatewayRuntime gateway, ReadRequest reading, byte[] body, string key = "sk-7777")
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["x-api-key"] = key;
        http.Request.Headers["anthropic-version"] = "2023-06-01";
        http.Request.Headers.UserAgent = "claude-cli/2.1.197 (external, cli)";
        http.Request.Headers["X-Claude-Code-Session-Id"] = "8f14e45f-ceea-467f-a0e6-7f0d3a1b2c3d";
        http.Features.Set<IRequestBodyPipeFeature>(new OnePiece(body));
        var exchange = new Exchange(http, DialectRegistry.Client(DialectId.AnthropicMessages), gateway);
        if (!IsDone(reading.InvokeAsync(exchange, _ => ValueTask.CompletedTask)) || exchange.Error is not null) throw new InvalidOperationException(exchange.Error?.Message);
        return exchange;
    }

    private static string Config(int rules, bool matches, Asks asks)
    {
        string[] conditions = asks == Asks.Head ? Head : [.. Head, .. Bytes];
        var text = new StringBuilder("""{"providers":{"openai":{"keys":[{"value":"a"}]},"groq":{"keys":[{"value":"b"}]}},"governance":{"virtual_keys":[""");
        for (var i = 0; i < Keys; i++)
            text.Append(CultureInfo.InvariantCulture, $$$"""{{{(i > 0 ? "," : "")}}}{"name":"key-{{{i}}}","value":"sk-{{{i}}}","team":"team {{{i % 100}}}","tags":["eu"],"budget":{"max_budget":100}}""");
        text.Append("""]},"routing":{"rules":[""");
        for (var i = 1; i < rules; i++) text.Append(CultureInfo.InvariantCulture, $$$"""{"name":"rule {{{i}}}","when":{{{conditions[i % conditions.Length]}}},"to":"groq/other"},""");
        if (rules > 0) text.Append(CultureInfo.InvariantCulture, $$$"""{"name":"last","when":{"virtual_key":"{{{(matches ? "key-*" : "other-*")}}}"},"to":"groq/last"}""");
        return text.Append("]}}").ToString();
    }

    /// <summary>The shape of Claude Code's requests: settings, a system prompt and tools that take most of it, a conversation with results of tools.</summary>
    internal static string Body(int size, bool picture)
    {
        const string Words = "Reads a file from the local file system, with \\\"image\\\" and base64 data among what it may hold.\\n ";
        var text = new StringBuilder("""{"model":"openai/gpt-4o","max_tokens":32000,"stream":true,"thinking":{"type":"adaptive"},"output_config":{"effort":"high"},""");
        text.Append("""{"metadata":{"user_id":"{\"device_id\":\"d\",\"session_id\":\"8f14e45f\"}"},"""[1..]);
        text.Append("""{"system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=2.1.197.abc; cc_entrypoint=cli;"}],"messages":[{"role":"user","content":[{"type":"text","text":"Look at it."}]}"""[1..]);
        if (picture) text.Append(""",{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"Read","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]}]}""");
        for (var i = 0; text.Length < size * 3 / 10; i++)
            text.Append(CultureInfo.InvariantCulture, $$$"""{{{","}}}{"role":"assistant","content":[{"type":"tool_use","id":"t{{{i}}}","name":"Read","input":{"file_path":"/src/file{{{i}}}.cs"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t{{{i}}}","content":"{{{string.Concat(Enumerable.Repeat(Words, 8))}}}"}]}""");
        text.Append("],\"tools\":[");
        for (var i = 0; i == 0 || text.Length < size - 200; i++)
            text.Append(CultureInfo.InvariantCulture, $$$"""{{{(i > 0 ? "," : "")}}}{"name":"tool{{{i}}}","description":"{{{string.Concat(Enumerable.Repeat(Words, size > 2048 ? 20 : 1))}}}","input_schema":{"type":"object","properties":{"file_path":{"type":"string"}},"additionalProperties":false}}""");
        return text.Append("]}").ToString();
    }

    /// <summary>A body that is there.</summary>
    private sealed class OnePiece(byte[] body) : IRequestBodyPipeFeature
    {
        public PipeReader Reader { get; } = PipeReader.Create(new ReadOnlySequence<byte>(body));
    }
}
