using System.Text.Json.Nodes;
using Causeway.EndToEnd.Harness;
using Microsoft.AspNetCore.Http;

namespace Causeway.EndToEnd.Security;

/// <summary>Providers' errors may quote any secret that is configured, in any form: it reaches neither clients nor the log.</summary>
public sealed class SecretTests
{
    /// <summary>All kinds of secrets; the second key and the second provider's are not those of the call.</summary>
    private static readonly string[] Secrets = ["sk-canary-first", "sk-canary-second", "sk-canary-other", "canary-in-header", "canary/of+proxy=", "canary-of-aws"];

    private static JsonObject Config(Uri upstream) => GatewayProcess.ConfigAt(upstream, """
        {"providers":{
          "openai":{"keys":[{"name":"a","value":"sk-canary-first","weight":1},{"name":"b","value":"sk-canary-second","weight":0}],
            "network_config":{"max_retries":0,"extra_headers":{"x-tenant-token":"canary-in-header","x-plain":"plain-value"}}},
          "groq":{"keys":[{"name":"a","value":"env.OTHER_KEY"}]},
          "bedrock":{"keys":[{"name":"a","bedrock_key_config":{"access_key":"AKIDEXAMPLE","secret_key":"canary-of-aws","region":"eu-central-1"}}]},
          "anthropic":{"keys":[{"name":"a","value":"sk-canary-first"}]},
          "gemini":{"proxy_config":{"type":"http","url":"http://127.0.0.1:1","username":"u","password":"canary/of+proxy="}}
        }}
        """, "openai", "groq", "bedrock", "anthropic", "gemini");

    private static readonly Dictionary<string, string> Environment = new() { ["OTHER_KEY"] = "sk-canary-other" };

    private static string All => string.Join(" and ", Secrets);

    /// <summary>Escapes each letter: JSON says the same, bytes do not.</summary>
    private static string Escaped(string text) => string.Concat(text.Select(letter => $"\\u{(int)letter:x4}"));

    public static TheoryData<string> Errors =>
    [
        $$$"""{"error":{"message":"bad key {{{All}}}","type":"{{{Secrets[0]}}}","param":"{{{Secrets[1]}}}","code":"{{{Secrets[2]}}}"}}""",
        $$$"""{"error":{"message":"bad key {{{Escaped(All)}}}","type":"t","param":null,"code":"c"}}""",
        $$$"""{"error":{"message":"bad","type":"t","param":null,"code":null,"metadata":{"headers":{"{{{Escaped(Secrets[3])}}}":["{{{Secrets[1]}}}"]} } } }""",
        $$$"""{"type":"error","error":{"type":"authentication_error","message":"bad key {{{All}}}"},"request_id":"{{{Secrets[0]}}}"}""",
        $$$"""{"error":"bad key {{{All}}}"}""",
        $$$"""{"message":"bad key {{{All}}}"}""",
        $"<html>{All}</html>",
        All,
        $$$"""[{"error":{"code":400,"message":"bad key {{{All}}}","status":"INVALID_ARGUMENT"}}]""",
    ];

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task An_error_says_no_secret(string body)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(Config(upstream.Address), Environment);
        foreach (var status in (int[])[400, 401, 403, 404, 429, 500])
        {
            upstream.Script(Answer.Error(status, body));
            foreach (var provider in (string[])["openai", "anthropic", "groq", "bedrock"])
            {
                foreach (var (path, ask) in new[] { Ask.StreamIn("chat", provider + "/m"), (Ask.Chat, Ask.For(provider + "/m")), Ask.StreamIn("messages", provider + "/m"), Ask.StreamIn("responses", provider + "/m") })
                {
                    var reply = await gateway.PostAsync(path, ask);
                    AssertClean(reply.Text);
                    Assert.InRange(reply.Status, 400, 599);
                }
            }
        }

        AssertClean(gateway.Log);
        Assert.Contains("bad", body.Contains("bad", StringComparison.Ordinal) ? gateway.Log : "bad", StringComparison.Ordinal);   // what else it says is kept
    }

    [Theory]
    [InlineData("""data: {"error":{"message":"bad key SECRETS","type":"t"}}""", false)]
    [InlineData("""data: {"error":{"message":"bad key SECRETS","type":"t"}}""", true)]
    [InlineData("""data: {"error":{"message":"bad key ESCAPED","type":"t"}}""", true)]
    [InlineData("""data: SECRETS""", true)]
    [InlineData("""SECRETS""", true)]
    public async Task An_error_within_a_stream_says_none(string last, bool afterContent)
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(Config(upstream.Address), Environment);
        upstream.Script(new Answer(async http =>
        {
            http.Response.ContentType = "text/event-stream";
            if (afterContent) await http.Response.WriteAsync("""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"hi"},"finish_reason":null}]}""" + "\n\n");
            await http.Response.WriteAsync(last.Replace("SECRETS", All, StringComparison.Ordinal).Replace("ESCAPED", Escaped(All), StringComparison.Ordinal) + "\n\n");
        }));
        foreach (var api in (string[])["chat", "messages", "responses", "gemini", "cohere"])
        {
            var (path, ask) = Ask.StreamIn(api, "openai/m");
            AssertClean((await gateway.PostAsync(path, ask)).Text);
        }

        AssertClean(gateway.Log);
    }

    [Fact]
    public async Task Whole_answers_that_are_errors_say_none()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(Config(upstream.Address), Environment);
        foreach (var body in (string[])[$$$"""{"error":{"message":"bad key {{{All}}}","type":"t"}}""", All, $$"""{"{{Secrets[0]}}":1}"""])
        {
            upstream.Script(Answer.Json(body));
            foreach (var path in (string[])[Ask.Chat, Ask.Messages]) AssertClean((await gateway.PostAsync(path, Ask.For("openai/m", ",\"max_tokens\":9"))).Text);
        }

        AssertClean(gateway.Log);
    }

    private static void AssertClean(string text)
    {
        foreach (var secret in Secrets)
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Escaped(secret), text, StringComparison.OrdinalIgnoreCase);
        }
    }
}
