using System.Text;
using System.Text.Json.Nodes;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.Tests.CohereChat;

public sealed class RequestTests
{
    private const string Rich = """
        {"model":"m","stream":true,"messages":[{"role":"system","content":"Be brief."},
          {"role":"user","content":[{"type":"text","text":"look","beta":1},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}},{"type":"new_part","x":1}]},
          {"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"so"}],"tool_plan":"I will look.","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}},{"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}],"citations":[{"start":0,"end":2,"text":"so","sources":[],"content_index":1}]},
          {"role":"tool","tool_call_id":"c1","content":[{"type":"document","document":{"id":"d1","data":{"x":[1.0]}}}]},
          {"role":"tool","tool_call_id":"c2","content":[{"type":"document","document":{"data":"plain"}}]},
          {"role":"user","content":"go on"}],
         "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}],
         "strict_tools":true,"tool_choice":"REQUIRED","max_tokens":5,"temperature":0.30,"p":0.90,"k":7,"seed":7,"frequency_penalty":0.1,"presence_penalty":0.2,
         "stop_sequences":["a","b"],"thinking":{"type":"enabled","token_budget":100},"response_format":{"type":"json_object","json_schema":{"type":"object"}},
         "documents":["text",{"data":{"t":1}}],"citation_options":{"mode":"FAST"},"safety_mode":"STRICT","logprobs":true,"brand_new":{"deep":[1.0]}}
        """;

    [Fact]
    public void A_same_dialect_trip_brings_every_field_back()
    {
        var (body, losses) = Cohere.Translate(Rich, Cohere.Dialect, Cohere.Dialect);
        Assert.Empty(losses);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Rich), body), body.ToJsonString());
    }

    [Fact]
    public void A_chat_client_gets_what_it_needs_from_a_cohere_request()
    {
        var (body, losses) = Cohere.Translate(Rich, Cohere.Dialect, new OpenAIChatDialect());
        Assert.Equal("I will look.so", (string?)body["messages"]![2]!["content"]);
        Assert.Equal("""{"x":[1.0]}""", (string?)body["messages"]![3]!["content"]);
        Assert.Equal("required", (string?)body["tool_choice"]);
        Assert.Equal("0.90", body["top_p"]!.ToJsonString());
        Assert.Contains("documents", losses);
        Assert.Contains("safety_mode", losses);
        Assert.Contains("messages.thinking", losses);
        Assert.Contains("messages.tool_result.document.id", losses);
        Assert.DoesNotContain(losses, loss => loss.Contains("tool_plan", StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_of_chat_completions_become_coheres()
    {
        var (body, losses) = Cohere.Translate("""
            {"model":"m","messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":"hi"}],"max_completion_tokens":9,"temperature":1.5,
             "top_p":0.5,"stop":["1","2","3","4","5","6"],"user":"u","parallel_tool_calls":false,"frequency_penalty":-1,"reasoning_effort":"low",
             "tools":[{"type":"function","function":{"name":"a.b","strict":true}}],"tool_choice":{"type":"function","function":{"name":"a.b"}},
             "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}}}
            """, new OpenAIChatDialect(), Cohere.Dialect);
        Assert.Equal("system", (string?)body["messages"]![0]!["role"]);
        Assert.Equal(1, (int)body["temperature"]!);
        Assert.Equal(0, (int)body["frequency_penalty"]!);
        Assert.Equal(9, (int)body["max_tokens"]!);
        Assert.Equal(0.5, (double)body["p"]!);
        Assert.Equal(5, body["stop_sequences"]!.AsArray().Count);
        Assert.Equal("REQUIRED", (string?)body["tool_choice"]);
        Assert.True((bool)body["strict_tools"]!);
        Assert.Matches("^[a-zA-Z0-9_-]+$", (string?)body["tools"]![0]!["function"]!["name"]);
        Assert.Equal("object", (string?)body["tools"]![0]!["function"]!["parameters"]!["type"]);
        Assert.Equal("""{"type":"json_object","json_schema":{"type":"object"}}""", body["response_format"]!.ToJsonString());
        Assert.True((long)body["thinking"]!["token_budget"]! < 9);
        foreach (var path in (string[])["temperature", "frequency_penalty", "stop_sequences", "tool_choice", "parallel_tool_calls", "user", "reasoning_effort"]) Assert.Contains(path, losses);
    }

    [Fact]
    public void A_picture_in_a_tool_result_moves_behind_the_results()
    {
        var (body, losses) = Cohere.Translate("""
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"},
              {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"I look."},{"type":"tool_use","id":"t1","name":"f","input":{}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","is_error":true,"content":[{"type":"text","text":"one"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]},{"type":"text","text":"and?"}]}]}
            """, new AnthropicMessagesDialect(), Cohere.Dialect);
        var messages = body["messages"]!.AsArray();
        Assert.Equal(["user", "assistant", "tool", "user"], messages.Select(message => (string)message!["role"]!));
        Assert.Equal("""[{"type":"text","text":"I look."}]""", messages[1]!["content"]!.ToJsonString());
        Assert.Equal("{}", (string?)messages[1]!["tool_calls"]![0]!["function"]!["arguments"]);
        Assert.Equal("one", (string?)messages[2]!["content"]);
        Assert.Equal("data:image/png;base64,iVBORw0KGgo=", (string?)messages[3]!["content"]![1]!["image_url"]!["url"]);
        Assert.Contains("messages.thinking", losses);
        Assert.Contains("messages.tool_result.is_error", losses);
    }

    [Theory]
    [InlineData("", """[{"data":{"title":"T","text":"It is Quack."}}]""")]
    [InlineData(""","output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}""", null)]
    public void A_text_to_be_cited_becomes_a_document_unless_the_answer_has_a_form(string more, string? documents)
    {
        var (body, losses) = Cohere.Translate($$"""
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":[
              {"type":"document","title":"T","citations":{"enabled":true},"cache_control":{"type":"ephemeral"},"source":{"type":"text","media_type":"text/plain","data":"It is Quack."} },
              {"type":"text","text":"what?"}]}]{{more}}}
            """, new AnthropicMessagesDialect(), Cohere.Dialect);
        Assert.Equal(documents, body["documents"]?.ToJsonString());
        Assert.Contains("It is Quack.", body.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("messages.cache_control", losses);
        Assert.Equal(documents is null, losses.Contains("messages.citations"));
    }

    [Fact]
    public void Arguments_that_are_no_object_are_wrapped_since_the_api_refuses_them()
    {
        var (body, _) = Cohere.Translate("""
            {"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"oh no"}}]},{"role":"tool","tool_call_id":"c","content":"?"}]}
            """, new OpenAIChatDialect(), Cohere.Dialect);
        Assert.Equal("""{"input":"oh no"}""", (string?)body["messages"]![1]!["tool_calls"]![0]!["function"]!["arguments"]);
    }

    [Theory]
    [InlineData("{}", "model")]
    [InlineData("""{"model":"m"}""", "messages")]
    [InlineData("""{"model":"m","messages":[{"role":"robot","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"model":"m","messages":[{"role":"tool","content":"x"}]}""", "messages[0].tool_call_id")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"document","document":{}}]}]}""", "messages[0].content[0].document")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"tool_choice":"maybe"}""", "tool_choice")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":"hot"}""", "temperature")]
    public void A_wrong_field_is_named(string request, string param)
    {
        var decoded = Cohere.Dialect.DecodeRequest(Encoding.UTF8.GetBytes(request));
        Assert.False(decoded.IsOk);
        Assert.Equal(param, decoded.Error.Param);
        Assert.Equal(400, decoded.Error.Status);
    }

    [Fact]
    public void A_request_cut_anywhere_is_an_error()
    {
        var whole = Encoding.UTF8.GetBytes(Rich);
        for (var length = 0; length < whole.Length; length++) Assert.False(Cohere.Dialect.DecodeRequest(whole.AsMemory(0, length)).IsOk);
    }
}
