using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.Tests.OpenAIChat;

public sealed class RequestTests
{
    private static (JsonNode Body, string[] Losses) Translate(string request, IClientDialect from, OpenAIChatDialect to, ModelTraits? traits = null)
    {
        var decoded = from.DecodeRequest(Encoding.UTF8.GetBytes(request));
        Assert.True(decoded.IsOk, decoded.Error?.Message);
        var losses = new LossReport();
        var output = new ArrayBufferWriter<byte>();
        to.EncodeRequest(decoded.Value, traits ?? ModelTraits.Unknown, output, losses);
        return (JsonNode.Parse(output.WrittenSpan)!, [.. losses.Losses.Select(l => l.Key.Path)]);
    }

    private static (JsonNode Body, string[] Losses) FromAnthropic(string more, string messages = """[{"role":"user","content":"hi"}]""", ModelTraits? traits = null) =>
        Translate($$"""{"model":"m","max_tokens":100,"messages":{{messages}}{{more}}}""", new AnthropicMessagesDialect(), new OpenAIChatDialect(), traits);

    private const string Rich = """
        {"model":"m","messages":[{"role":"developer","content":"Be brief.","name":"dev"},
          {"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}},{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}},{"type":"file","file":{"file_data":"data:application/pdf;base64,JVBERi0=","filename":"a.pdf"}},{"type":"new_part","x":1}]},
          {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}},{"id":"c2","type":"custom","custom":{"name":"g","input":"free"}}]},
          {"role":"tool","tool_call_id":"c1","content":"one"},{"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":"two"}]},{"role":"user","content":"go on","name":"me"},
          {"role":"assistant","content":"no","refusal":"I must not"},{"role":"user","content":"ok"}],
         "max_completion_tokens":5,"temperature":1.50,"top_p":0.90,"seed":7,"stop":["a","b"],"n":2,"logprobs":true,"logit_bias":{"1":-1},"service_tier":"auto","user":"u","reasoning_effort":"low",
         "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"},"strict":false,"beta":1}},{"type":"custom","custom":{"name":"g"}}],
         "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[]}},"parallel_tool_calls":false,"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"},"strict":true}},
         "stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false},"brand_new":{"deep":[1.0]}}
        """;

    [Fact]
    public void A_same_dialect_trip_brings_every_field_back()
    {
        var dialect = new OpenAIChatDialect();
        var (body, losses) = Translate(Rich, dialect, dialect);
        Assert.Empty(losses);
        var expected = JsonNode.Parse(Rich)!;
        expected["messages"]![4]!["content"] = "two";   // a list of one text and the text are the same
        Assert.True(JsonNode.DeepEquals(expected, body), body.ToJsonString());
    }

    [Theory]
    [InlineData(""","thinking":{"type":"enabled","budget_tokens":2000}""", "low")]
    [InlineData(""","thinking":{"type":"enabled","budget_tokens":8000}""", "medium")]
    [InlineData(""","thinking":{"type":"enabled","budget_tokens":31999}""", "high")]
    [InlineData(""","thinking":{"type":"adaptive"}""", "high")]
    [InlineData(""","thinking":{"type":"adaptive"},"output_config":{"effort":"low"}""", "low")]
    [InlineData(""","thinking":{"type":"adaptive"},"output_config":{"effort":"max"}""", "high")]
    [InlineData(""","thinking":{"type":"disabled"}""", null)]
    [InlineData("", null)]
    public void Thinking_becomes_an_effort(string thinking, string? effort) => Assert.Equal(effort, (string?)FromAnthropic(thinking).Body["reasoning_effort"]);

    [Fact]
    public void A_model_that_cannot_think_is_not_asked_to()
    {
        var (body, losses) = FromAnthropic(""","thinking":{"type":"adaptive"}""", traits: new ModelTraits { Reasons = false, MaxOutputTokens = 50 });
        Assert.Null(body["reasoning_effort"]);
        Assert.Equal(50, (int)body["max_completion_tokens"]!);
        Assert.Equal(["max_tokens", "thinking"], losses.Order());
    }

    [Fact]
    public void Long_tool_names_are_shortened_and_given_back()
    {
        var name = "mcp__" + new string('x', 80);
        var decoded = new AnthropicMessagesDialect().DecodeRequest(Encoding.UTF8.GetBytes(
            """{"model":"m","max_tokens":1,"tools":[{"name":"NAME","input_schema":{"type":"object"}}],"tool_choice":{"type":"tool","name":"NAME"},"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"NAME","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"y"}]}]}"""
            .Replace("NAME", name, StringComparison.Ordinal))).Value!;
        var output = new ArrayBufferWriter<byte>();
        var translation = new OpenAIChatDialect().EncodeRequest(decoded, ModelTraits.Unknown, output, new LossReport());
        var body = JsonNode.Parse(output.WrittenSpan)!;
        var sent = (string)body["tools"]![0]!["function"]!["name"]!;
        Assert.Equal(64, sent.Length);
        Assert.Equal(sent, (string)body["tool_choice"]!["function"]!["name"]!);
        Assert.Equal(sent, (string)body["messages"]![1]!["tool_calls"]![0]!["function"]!["name"]!);
        Assert.Equal(name, translation.OriginalToolName(sent));
    }

    [Fact]
    public void Provider_tools_are_declared_and_never_faked()
    {
        var (body, losses) = FromAnthropic(""","tools":[{"type":"web_search_20250305","name":"web_search","max_uses":8}],"tool_choice":{"type":"auto"}""");
        Assert.Null(body["tools"]);
        Assert.Null(body["tool_choice"]);
        Assert.Equal(["tools.web_search_20250305"], losses);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""", null)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"object","properties":{}}},"required":["a"],"additionalProperties":false}""", null)]
    public void Strict_is_kept_only_where_the_schema_allows_it(string schema, bool? strict)
    {
        var (body, losses) = FromAnthropic(",\"tools\":[{\"name\":\"f\",\"strict\":true,\"input_schema\":" + schema + "}]");
        Assert.Equal(strict, (bool?)body["tools"]![0]!["function"]!["strict"]);
        Assert.Equal(strict is null, losses.Contains("tools.strict"));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "model")]
    [InlineData("""{"model":"m","messages":[]}""", "messages")]
    [InlineData("""{"model":"m","messages":[{"role":"king","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"model":"m","messages":[{"role":"user"}]}""", "messages[0].content")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":1}]}]}""", "messages[0].content[0].text")]
    [InlineData("""{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":{}}}]}]}""", "messages[0].tool_calls[0].function.arguments")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":"hot"}""", "temperature")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":0.5}""", "max_tokens")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":1}}]}""", "tools[0].function.name")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"tool_choice":"maybe"}""", "tool_choice")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema"}}""", "response_format.json_schema")]
    public void A_wrong_request_names_the_field(string request, string path)
    {
        var error = new OpenAIChatDialect().DecodeRequest(Encoding.UTF8.GetBytes(request)).Error!;
        Assert.Equal((400, path), (error.Status, error.Param));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4}}""", 10L, 5L, 4L, null)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_cache_hit_tokens":6}""", 10L, 5L, 6L, null)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"total_tokens":35,"completion_tokens_details":{"reasoning_tokens":20}}""", 10L, 25L, null, 20L)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":25,"total_tokens":35,"completion_tokens_details":{"reasoning_tokens":20}}""", 10L, 25L, null, 20L)]
    public void Usage_is_counted_by_each_vendors_rule(string usage, long input, long output, long? cached, long? reasoning)
    {
        var answer = """{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":USAGE}""".Replace("USAGE", usage, StringComparison.Ordinal);
        var found = new OpenAIChatDialect().DecodeResponse(Encoding.UTF8.GetBytes(answer), Translation.None).Value!.Usage!;
        Assert.Equal((input, output, cached, reasoning), (found.InputTokens!.Value, found.OutputTokens!.Value, found.CacheReadTokens, found.ReasoningTokens));
    }
}
