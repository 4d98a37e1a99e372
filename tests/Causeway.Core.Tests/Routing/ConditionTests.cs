using Causeway.Core.Governance;
using Causeway.Core.Configuration;
using Causeway.Core.Routing.Rules;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Routing;

public sealed class ConditionTests
{
    private const string Anthropic = """{"model":"claude-opus-4-8","max_tokens":5,"messages":[{"role":"user","content":"hi"}]""";
    private const string Chat = """{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}]""";
    private const string ManyA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private static async Task<bool> HoldsAsync(string when, DialectId dialect, string body, params (string, string)[] headers)
    {
        using var exchange = await Routed.RunAsync(Routed.Rules($$"""{"name":"r","when":{{when}},"to":"groq/x"},{"name":"else","to":"groq/y"}"""), dialect, body, headers);
        Assert.Null(exchange.Error);
        return exchange.Rules.Single().Name == "r";
    }

    [Theory]
    [InlineData("""{"model":"openai/*"}""", true)]
    [InlineData("""{"model":["gemini/*","OPENAI/GPT-4O"]}""", true)]
    [InlineData("""{"model":"gpt-4o"}""", false)]
    [InlineData("""{"dialect":"openai-*"}""", true)]
    [InlineData("""{"dialect":"anthropic-messages"}""", false)]
    [InlineData("""{"user_agent":"claude-cli/*"}""", true)]
    [InlineData("""{"user_agent":"codex*"}""", false)]
    [InlineData("""{"headers":{"X-Team":"red*"}}""", true)]
    [InlineData("""{"headers":{"x-team":["blue","RED team"]}}""", true)]
    [InlineData("""{"headers":{"x-team":"red"}}""", false)]
    [InlineData("""{"headers":{"x-team":true,"x-other":false}}""", true)]
    [InlineData("""{"headers":{"x-other":true}}""", false)]
    [InlineData("""{"session":"s-*"}""", true)]
    [InlineData("""{"session":"t-*"}""", false)]
    [InlineData("""{"stream":false}""", true)]
    [InlineData("""{"stream":true}""", false)]
    [InlineData("""{"tools":false,"images":false,"thinking":false,"sub_agent":false,"web_search":false}""", true)]
    [InlineData("""{"tags":"eu"}""", true)]
    [InlineData("""{"tags":["us","P*"]}""", true)]
    [InlineData("""{"tags":"e"}""", false)]
    [InlineData("""{"virtual_key":"*"}""", false)]
    [InlineData("""{"team":"*"}""", false)]
    [InlineData("""{"budget_used":{"below":1}}""", true)]
    [InlineData("""{"any":[{"model":"x"},{"stream":false}]}""", true)]
    [InlineData("""{"any":[{"model":"x"},{"stream":true}]}""", false)]
    [InlineData("""{"all":[{"model":"openai/*"},{"stream":true}]}""", false)]
    [InlineData("""{"not":{"model":"openai/*","stream":true}}""", true)]
    [InlineData("""{"not":{"model":"openai/*"}}""", false)]
    [InlineData("""{"model":null}""", true)]
    [InlineData("{}", true)]
    public async Task The_head_of_a_request_is_asked(string when, bool expected) => Assert.Equal(expected, await HoldsAsync(when, DialectId.OpenAIChat, Routed.Hello,
        ("User-Agent", "claude-cli/2.1.197 (external, cli)"), ("x-team", "Red Team"), ("x-session-id", "s-1"), ("x-causeway-tags", "eu, public ,,")));

    [Theory]
    [InlineData(DialectId.AnthropicMessages, Anthropic + ""","tools":[{"name":"f","input_schema":{"type":"object"}}]}""", true)]
    [InlineData(DialectId.AnthropicMessages, Anthropic + ""","tools":[]}""", false)]
    [InlineData(DialectId.OpenAIChat, Chat + ""","functions":[{"name":"f"}]}""", true)]
    [InlineData(DialectId.BedrockConverse, """{"messages":[{"role":"user","content":[{"text":"hi"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{}}}}]}}""", true)]
    [InlineData(DialectId.Gemini, """{"contents":[{"role":"user","parts":[{"text":"hi"}]}],"toolConfig":{"functionCallingConfig":{"mode":"NONE"}}}""", false)]
    public async Task Tools_are_seen_in_every_dialect(DialectId dialect, string body, bool expected) => Assert.Equal(expected, await HoldsAsync("""{"tools":true}""", dialect, body));

    [Theory]
    [InlineData(DialectId.AnthropicMessages, """{"model":"m","max_tokens":5,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}}]}]}""", true)]
    [InlineData(DialectId.AnthropicMessages, """{"model":"m","max_tokens":5,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"Read","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}}]}]}]}""", true)]
    [InlineData(DialectId.AnthropicMessages, """{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"what is {\"type\":\"image\"}?"}]}""", false)]
    [InlineData(DialectId.AnthropicMessages, """{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"image of a cat"}],"tools":[{"name":"image","input_schema":{"type":"object"}}]}""", false)]
    [InlineData(DialectId.OpenAIChat, """{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}]}""", true)]
    [InlineData(DialectId.OpenAIResponses, """{"model":"m","input":[{"role":"user","content":[{"type":"input_image","file_id":"file-1"}]}]}""", true)]
    [InlineData(DialectId.Gemini, """{"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"aGk="}}]}]}""", true)]
    [InlineData(DialectId.BedrockConverse, """{"messages":[{"role":"user","content":[{"image":{"format":"png","source":{"bytes":"aGk="}}}]}]}""", true)]
    [InlineData(DialectId.OpenAIResponses, """{"model":"m","input":[{"type":"computer_call_output","call_id":"c","output":{"type":"computer_screenshot","image_url":"data:image/png;base64,aGk="}}]}""", true)]
    [InlineData(DialectId.OpenAIResponses, """{"model":"m","input":"\"type\":\"input_image\""}""", false)]
    [InlineData(DialectId.AnthropicMessages, "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":[{\n \"type\" :\r\n\t\"image\", \"source\":{\"type\":\"url\",\"url\":\"https://example.com/a.png\"}}]}]}", true)]
    [InlineData(DialectId.Gemini, """{"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"audio/wav","data":"aGk="}},{"text":"image/png"}]}]}""", false)]
    [InlineData(DialectId.Gemini, """{"contents":[{"role":"user","parts":[{"file_data":{"mime_type":"image/webp","file_uri":"gs://x"}}]}]}""", true)]
    [InlineData(DialectId.BedrockConverse, """{"messages":[{"role":"user","content":[{"text":"image"}]}]}""", false)]
    [InlineData(DialectId.CohereChat, """{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}]}""", true)]
    public async Task Pictures_are_seen_and_talk_of_them_is_not_one(DialectId dialect, string body, bool expected) =>
        Assert.Equal(expected, await HoldsAsync("""{"images":true}""", dialect, body));

    [Theory]
    [InlineData(DialectId.AnthropicMessages, Anthropic + ""","thinking":{"type":"adaptive"},"output_config":{"effort":"high"}}""", true, "high")]
    [InlineData(DialectId.AnthropicMessages, Anthropic + ""","thinking":{"type":"enabled","budget_tokens":31999}}""", true, null)]
    [InlineData(DialectId.AnthropicMessages, Anthropic + ""","thinking":{"type":"disabled"}}""", false, null)]
    [InlineData(DialectId.AnthropicMessages, Anthropic + ""","output_config":{"effort":"low"}}""", false, "low")]
    [InlineData(DialectId.OpenAIChat, Chat + ""","reasoning_effort":"xhigh"}""", true, "xhigh")]
    [InlineData(DialectId.OpenAIChat, Chat + ""","reasoning_effort":"none"}""", false, "none")]
    [InlineData(DialectId.OpenAIChat, Chat + ""","reasoning":{"enabled":false}}""", false, null)]
    [InlineData(DialectId.OpenAIResponses, """{"model":"m","input":"hi","reasoning":{"effort":"medium"}}""", true, "medium")]
    [InlineData(DialectId.Gemini, """{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"thinkingConfig":{"thinkingBudget":1024}}}""", true, null)]
    [InlineData(DialectId.Gemini, """{"contents":[{"parts":[{"text":"hi"}]}],"generation_config":{"thinking_config":{"thinking_level":"LOW"}}}""", true, "low")]
    [InlineData(DialectId.Gemini, """{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"temperature":1}}""", false, null)]
    [InlineData(DialectId.BedrockConverse, """{"messages":[{"role":"user","content":[{"text":"hi"}]}],"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2000}}}""", true, null)]
    [InlineData(DialectId.BedrockConverse, """{"messages":[{"role":"user","content":[{"text":"hi"}]}],"additionalModelRequestFields":{}}""", false, null)]
    [InlineData(DialectId.CohereChat, """{"model":"m","messages":[{"role":"user","content":"hi"}],"thinking":{"type":"enabled"}}""", true, null)]
    [InlineData(DialectId.AnthropicMessages, Anthropic + ""","thinking":7}""", false, null)]
    public async Task Thinking_and_effort_are_read_as_the_dialect_has_them(DialectId dialect, string body, bool thinks, string? effort)
    {
        using var exchange = await Routed.RunAsync(Routed.Gateway(), dialect, body);
        var facts = new RequestFacts(exchange, TimeProvider.System);
        Assert.Equal((thinks, effort), (facts.Thinks, facts.Effort));
    }

    [Theory]
    [InlineData("""{"effort":["high","xhigh"]}""", true)]
    [InlineData("""{"effort":"*high"}""", true)]
    [InlineData("""{"effort":"low"}""", false)]
    public async Task Efforts_are_words(string when, bool expected) =>
        Assert.Equal(expected, await HoldsAsync(when, DialectId.AnthropicMessages, Anthropic + ""","output_config":{"effort":"high"}}"""));

    [Theory]
    [InlineData(DialectId.AnthropicMessages, Anthropic + ""","tools":[{"type":"web_search_20250305","name":"web_search","max_uses":8}]}""", true)]
    [InlineData(DialectId.AnthropicMessages, Anthropic + ""","tools":[{"name":"web_search","input_schema":{"type":"object"}}]}""", false)]
    [InlineData(DialectId.OpenAIResponses, """{"model":"m","input":"hi","tools":[{"type":"web_search"}]}""", true)]
    [InlineData(DialectId.OpenAIChat, Chat + ""","web_search_options":{}}""", true)]
    [InlineData(DialectId.Gemini, """{"contents":[{"parts":[{"text":"hi"}]}],"tools":[{"googleSearch":{}}]}""", true)]
    [InlineData(DialectId.Gemini, """{"contents":[{"parts":[{"text":"hi"}]}],"tools":[{"googleMaps":{}}]}""", false)]
    [InlineData(DialectId.Gemini, """{"contents":[{"parts":[{"text":"hi"}]}],"tools":[{ "functionDeclarations":[{"name":"googleSearch"}] }, { "google_search_retrieval" : {} }]}""", true)]
    [InlineData(DialectId.Gemini, """{"contents":[{"parts":[{"text":"hi"}]}],"tools":[{"functionDeclarations":[{"name":"googleSearch"}]}]}""", false)]
    public async Task Web_search_is_the_providers_not_a_tool_of_that_name(DialectId dialect, string body, bool expected) =>
        Assert.Equal(expected, await HoldsAsync("""{"web_search":true}""", dialect, body));

    [Fact]
    public async Task Sub_agents_are_known_by_the_header_or_by_what_Claude_Code_writes_into_the_system_prompt()
    {
        const string Marked = Anthropic + ""","system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=2.1.197.abc; cc_entrypoint=cli; cc_is_subagent=true;"}]}""";
        Assert.True(await HoldsAsync("""{"sub_agent":true}""", DialectId.AnthropicMessages, Marked));
        Assert.True(await HoldsAsync("""{"sub_agent":true}""", DialectId.AnthropicMessages, Anthropic + "}", ("X-Claude-Code-Agent-Id", "a1")));
        Assert.False(await HoldsAsync("""{"sub_agent":true}""", DialectId.AnthropicMessages, Anthropic + ""","metadata":{"user_id":"cc_is_subagent=true"}}"""));
    }

    [Theory]
    [InlineData(400, 0, 100)]
    [InlineData(100_000, 0, 25_000)]
    [InlineData(400, 1_000_000, 1_700)]        // a picture
    [InlineData(400, 6_399, 1_699)]            // as much as text of its length
    [InlineData(400, -660_000, 25_400)]        // a PDF of some eleven pages
    public void Tokens_are_told_from_the_bytes_and_media_do_not_count_by_theirs(int text, int base64, int expected)
    {
        var data = base64 < 0 ? "JVBERi0" + new string('A', -base64 - 7) : new string('A', base64);
        var body = "\"" + string.Concat(Enumerable.Repeat("some text ", text / 20)) + data + "\"" + string.Concat(Enumerable.Repeat("some text ", text / 20));
        Assert.InRange(TokenGuess.Of(System.Text.Encoding.UTF8.GetBytes(body)), expected - 1, expected + 1);
    }

    [Fact]
    public async Task Tokens_are_within_limits()
    {
        var body = Chat.Replace("hi", string.Concat(Enumerable.Repeat("word ", 1000)), StringComparison.Ordinal) + "}";   // about 1,270 tokens
        Assert.True(await HoldsAsync("""{"tokens":{"above":1200}}""", DialectId.OpenAIChat, body));
        Assert.False(await HoldsAsync("""{"tokens":{"above":1300}}""", DialectId.OpenAIChat, body));
        Assert.True(await HoldsAsync("""{"tokens":{"above":1200,"below":1300}}""", DialectId.OpenAIChat, body));
        Assert.False(await HoldsAsync("""{"tokens":{"below":1200}}""", DialectId.OpenAIChat, body));
    }

    [Theory]
    [InlineData("What is the capital of France?", "", "simple")]
    [InlineData("Explain:\\n```js\\nf()\\n```", "", "medium")]
    [InlineData("Hello", ""","tools":[{"type":"function","function":{"name":"f"}}]""", "medium")]
    [InlineData("Hello", ""","reasoning_effort":"low" """, "medium")]
    [InlineData("Hello", ""","reasoning_effort":"high" """, "complex")]
    [InlineData("800 bytes", "", "medium")]
    [InlineData("90000 bytes", "", "complex")]
    public async Task Complexity_is_one_of_three_words(string question, string more, string expected)
    {
        if (question.EndsWith(" bytes", StringComparison.Ordinal)) question = string.Concat(Enumerable.Repeat("nine more ", int.Parse(question[..^6], System.Globalization.CultureInfo.InvariantCulture) / 10));
        var body = $$"""{"model":"openai/gpt-4o","messages":[{"role":"system","content":"Be kind. ```x```"},{"role":"user","content":"{{question}}"}]{{more}}}""";
        Assert.True(await HoldsAsync($$"""{"complexity":"{{expected}}"}""", DialectId.OpenAIChat, body));
        Assert.False(await HoldsAsync($$$"""{"not":{"complexity":"{{{expected}}}"}}""", DialectId.OpenAIChat, body));
    }

    [Theory]
    [InlineData("""{"from":"22:00","to":"06:00"}""", "2026-11-25T23:00:00Z", true)]
    [InlineData("""{"from":"22:00","to":"06:00"}""", "2026-11-26T05:59:00Z", true)]
    [InlineData("""{"from":"22:00","to":"06:00"}""", "2026-11-26T06:00:00Z", false)]
    [InlineData("""{"from":"09:00","to":"17:00"}""", "2026-11-25T08:59:59Z", false)]
    [InlineData("""{"from":"09:00","to":"17:00"}""", "2026-11-25T09:00:00Z", true)]
    [InlineData("""{"from":"22:00","to":"24:00"}""", "2026-11-25T23:59:00Z", true)]
    [InlineData("""{"from":"22:00"}""", "2026-11-26T00:00:00Z", false)]
    [InlineData("""{"to":"06:00"}""", "2026-11-26T05:00:00Z", true)]
    [InlineData("""{"days":["wed"]}""", "2026-11-25T00:00:00Z", true)]
    [InlineData("""{"days":["thu"]}""", "2026-11-25T23:59:59Z", false)]
    [InlineData("""{"days":["wed"],"from":"22:00","to":"06:00"}""", "2026-11-26T05:00:00Z", true)]    // Thursday morning is Wednesday's night
    [InlineData("""{"days":["thu"],"from":"22:00","to":"06:00"}""", "2026-11-26T05:00:00Z", false)]
    [InlineData("""{"days":["wed"],"from":"09:00","to":"09:00"}""", "2026-11-26T08:00:00Z", true)]
    [InlineData("""{"days":["thu"],"zone":"Europe/Berlin"}""", "2026-11-25T23:30:00Z", true)]
    [InlineData("""{"from":"09:00","to":"10:00","zone":"America/New_York"}""", "2026-11-25T14:30:00Z", true)]
    [InlineData("""{"from":"09:00","to":"10:00","zone":"America/New_York"}""", "2026-07-01T13:30:00Z", true)]   // summer time
    [InlineData("""{"from":"09:00","to":"10:00","zone":"America/New_York"}""", "2026-07-01T14:30:00Z", false)]
    public async Task Times_of_day_cross_midnight_and_zones(string when, string now, bool expected)
    {
        var gateway = Routed.Rules($$"""{"when":{"time":{{when}}},"to":"groq/x"}""");
        var time = new FakeTimeProvider(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));
        using var exchange = await Routed.RunAsync(gateway, DialectRegistry.Client(DialectId.OpenAIChat), Routed.Hello, time);
        Assert.Equal(expected, exchange.Rules.Count == 1);
    }

    [Fact]
    public async Task Keys_teams_tags_and_budgets_are_the_callers()
    {
        var gateway = Routed.Gateway("""
            "governance":{"teams":[{"id":"t1","name":"Research"}],
              "virtual_keys":[{"name":"ada","value":"sk-ada","team_id":"t1","tags":["eu"],"budget":{"max_budget":10,"budget_duration":"daily"}},{"name":"broke","value":"sk-0","budget":{"max_budget":0}}]},
            "routing":{"rules":[
              {"name":"half","when":{"budget_used":{"above":50}},"to":"groq/cheap"},
              {"name":"ours","when":{"virtual_key":"a*","team":"research","tags":"eu"},"to":"groq/ours"}]}
            """);
        Assert.Equal("openai/gpt-4o", await Routed.OutcomeAsync(gateway));
        Assert.Equal("groq/ours", await Routed.OutcomeAsync(gateway, Routed.Hello, ("x-api-key", "sk-ada")));
        Assert.Equal("groq/cheap", await Routed.OutcomeAsync(gateway, Routed.Hello, ("x-api-key", "sk-0")));
        Spend(gateway, 5);
        Assert.Equal("groq/ours", await Routed.OutcomeAsync(gateway, Routed.Hello, ("x-api-key", "sk-ada")));
        Spend(gateway, 0.01m);
        Assert.Equal("groq/cheap", await Routed.OutcomeAsync(gateway, Routed.Hello, ("x-api-key", "sk-ada")));
        using var tomorrow = await Routed.RunAsync(gateway, DialectRegistry.Client(DialectId.OpenAIChat), Routed.Hello, new FakeTimeProvider(Routed.Noon.AddHours(12)), ("x-api-key", "sk-ada"));
        Assert.Equal("groq/ours", tomorrow.Outcome());
    }

    [Fact]
    public async Task Tags_beyond_the_limit_are_not_looked_at()
    {
        var tags = string.Join(',', Enumerable.Range(0, 64).Select(i => $"t{i}"));
        Assert.True(await HoldsAsync("""{"tags":"t63"}""", DialectId.OpenAIChat, Routed.Hello, ("x-causeway-tags", tags)));
        Assert.False(await HoldsAsync("""{"tags":"late"}""", DialectId.OpenAIChat, Routed.Hello, ("x-causeway-tags", tags + ",late")));
    }

    [Theory]
    [InlineData("""{"model":[]}""", "must not be empty")]
    [InlineData("""{"model":""}""", "must not be empty")]
    [InlineData("""{"any":[]}""", "must not be empty")]
    [InlineData("""{"all":[{}]}""", "must hold a condition")]
    [InlineData("""{"not":{}}""", "must hold a condition")]
    [InlineData("""{"time":{}}""", "must have `from`, `to` or `days`")]
    [InlineData("""{"time":{"from":"25:00"}}""", "must be a time such as 22:30")]
    [InlineData("""{"time":{"days":["monday"]}}""", "must be one of sun")]
    [InlineData("""{"time":{"days":"mon","zone":"Europe/Nowhere"}}""", "no time zone")]
    [InlineData("""{"tokens":60000}""", "must have `above`")]
    [InlineData("""{"tokens":{"above":5,"below":5}}""", "holds for no number")]
    [InlineData("""{"dialect":"openai"}""", "must be one of openai-chat")]
    [InlineData("""{"complexity":"trivial"}""", "must be one of simple")]
    [InlineData("""{"effort":"hihg"}""", "must be one of none")]
    [InlineData("""{"modell":"x"}""", "did you mean `model`")]
    [InlineData("""{"tools":"yes"}""", "must be true or false")]
    [InlineData("7", "must be an object")]
    public void What_cannot_be_meant_is_refused(string when, string problem)
    {
        var load = ConfigLoader.Parse(System.Text.Encoding.UTF8.GetBytes(Routed.Config($$"""
            "routing":{"rules":[{"when":{{when}},"to":"groq/x"}]}
            """)), "test", _ => null);
        Assert.Contains(load.Errors, error => error.ToString().Contains(problem, StringComparison.Ordinal) && error.ToString().Contains("routing.rules[0].when", StringComparison.Ordinal));
    }

    [Fact]
    public void A_text_of_the_clients_making_costs_no_more_than_its_length()
    {
        // 32 KB against a pattern of many stars: were each star tried anew, this would be 10^30 steps.
        var pattern = new WildcardPattern("*a*a*a*a*a*a*a*a*a*a*b");
        Assert.False(pattern.Matches(string.Concat(Enumerable.Repeat(ManyA, 320))));
        Assert.True(pattern.Matches(string.Concat(Enumerable.Repeat(ManyA, 320)) + "B"));
        Assert.True(new WildcardPattern("*größe*").Matches("Die GRÖßE"));
        Assert.False(new WildcardPattern("a*a").Matches("a"));
    }

    private static void Spend(GatewayRuntime gateway, decimal dollars) => gateway.Books.Settle(
        gateway.Books.Reserve(gateway.Config.VirtualKeys[0], "openai", "gpt-4o", Worst.Of(dollars, 0), Routed.Noon, out _)!, dollars, 0, Routed.Noon);
}
