using System.Text.Json.Nodes;
using Causeway.Core.Pipeline;

namespace Causeway.Core.Tests.Routing;

public sealed class DryRunTests
{
    private const string Rules = """
        {"name":"night","when":{"time":{"from":"22:00","to":"06:00"}},"to":"groq/night"},
        {"name":"secret","when":{"headers":{"authorization":"Bearer hunter2"}},"to":"groq/secret"},
        {"name":"careful","set":{"effort":"low"}},
        {"name":"here","when":{"model":"openai/*","effort":"high"},"to":"gemini/here","fallbacks":"groq/later"},
        {"name":"late","to":"groq/late"}
        """;

    private const string Body = """{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}],"reasoning_effort":"high"}""";

    private static JsonNode Answer(Exchange exchange)
    {
        exchange.Http.Response.Body.Position = 0;
        return JsonNode.Parse(exchange.Http.Response.Body)!;
    }

    [Fact]
    public async Task It_says_where_the_request_would_go_and_why_and_why_other_rules_do_not_hold()
    {
        using var exchange = await Routed.RunAsync(Routed.Rules(Rules), Body, ("x-causeway-dry-run", "true"), ("authorization", "Bearer sk-mine"), ("user-agent", "test/1"), ("x-session-id", "s1"));
        var answer = Answer(exchange);
        Assert.Equal("""
            {
              "model": "openai/gpt-4o",
              "route": "rule 'careful' (always); rule 'here' (model openai/*, effort high)",
              "candidates": [
                {
                  "target": "gemini/here",
                  "resting": false
                },
                {
                  "target": "groq/later",
                  "resting": false
                }
              ],
              "facts": {
                "dialect": "openai-chat",
                "user_agent": "test/1",
                "virtual_key": null,
                "team": null,
                "session": "s1",
                "effort": "high",
                "complexity": "complex",
                "tokens": 23,
                "budget_used": 0,
                "tools": false,
                "images": false,
                "thinking": true,
                "sub_agent": false,
                "web_search": false,
                "stream": false,
                "tags": []
              },
              "rules": [
                {
                  "name": "night",
                  "applied": false,
                  "why": "asks for time 22:00-06:00 UTC"
                },
                {
                  "name": "secret",
                  "applied": false,
                  "why": "asks for header authorization as configured"
                },
                {
                  "name": "careful",
                  "applied": true,
                  "why": "always"
                },
                {
                  "name": "here",
                  "applied": true,
                  "why": "model openai/*, effort high"
                },
                {
                  "name": "late",
                  "applied": false,
                  "why": "an earlier rule has decided"
                }
              ]
            }
            """, answer.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }), ignoreLineEndingDifferences: true);
        Assert.Equal((200, "application/json"), (exchange.Http.Response.StatusCode, exchange.Http.Response.ContentType));
        Assert.Null(exchange.Error);
        Assert.Empty(exchange.Rules);   // or they would be counted as having applied
    }

    [Fact]
    public async Task A_refusal_is_part_of_the_answer()
    {
        using var exchange = await Routed.RunAsync(Routed.Rules("""{"name":"no","deny":"not today"}"""), Body, ("x-causeway-dry-run", "1"));
        var answer = Answer(exchange);
        Assert.Equal((403, "not today", 0), ((int)answer["refused"]!["status"]!, (string)answer["refused"]!["message"]!, answer["candidates"]!.AsArray().Count));
        Assert.Null(exchange.Error);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("0")]
    [InlineData("")]
    public async Task A_header_that_says_no_is_none(string value)
    {
        using var exchange = await Routed.RunAsync(Routed.Rules(Rules), Body, ("x-causeway-dry-run", value));
        Assert.Equal(0, exchange.Http.Response.Body.Length);
    }

    [Theory]
    [InlineData("127.0.0.1", null, true)]
    [InlineData("::1", null, true)]
    [InlineData("::ffff:127.0.0.1", null, true)]
    [InlineData("10.1.2.3", null, false)]
    [InlineData("127.0.0.1", "x-forwarded-for", false)]
    [InlineData("127.0.0.1", "forwarded", false)]
    public async Task Other_machines_are_refused_and_nothing_is_sent(string remote, string? proxy, bool expected)
    {
        using var exchange = await Routed.RunAsync(Routed.Rules(Rules), Body, [("remote", remote), ("x-causeway-dry-run", "true"), .. proxy is null ? Array.Empty<(string, string)>() : [(proxy, "10.9.8.7")]]);
        Assert.Equal(expected ? null : "dry_run_denied", exchange.Error?.Code);
        Assert.Equal(expected, exchange.Http.Response.Body.Length > 0);
        if (!expected) Assert.Empty(exchange.Candidates);
    }
}
