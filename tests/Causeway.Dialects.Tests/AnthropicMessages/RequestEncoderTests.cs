using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Tests.AnthropicMessages;

/// <summary>Requests of other dialects on their way to Anthropic.</summary>
public sealed class RequestEncoderTests
{
    private static readonly Turn Hello = Exchange.Turn(Role.User, Exchange.Text("hello"));

    private static FunctionTool Tool(string name, string? schema = null) =>
        new() { Name = name, Schema = schema is null ? default : Exchange.Raw(schema) };

    private static ToolCallPart Call(string id, string name, string arguments = "{}") =>
        new() { Id = id, Name = name, Arguments = Exchange.Raw(arguments) };

    private static ToolResultPart Result(string id, params Part[] content) => new() { CallId = id, Content = content };

    private static ChatRequest Request(ReasoningOptions? reasoning = null, long? maxTokens = 100, string temperature = "", ToolChoice? choice = null)
    {
        var request = new ChatRequest
        {
            Origin = DialectId.OpenAIChat,
            Model = "claude-x",
            MaxTokens = maxTokens,
            Reasoning = reasoning,
            ToolChoice = choice,
            Temperature = temperature.Length > 0 ? Exchange.Raw(temperature) : default,
        };
        request.Turns.Add(Hello);
        return request;
    }

    private static IEnumerable<string> Paths(LossReport losses) => losses.Losses.Select(loss => loss.Key.Path);

    [Theory]
    [InlineData(null, 8192)]
    [InlineData(4096L, 4096)]
    [InlineData(64000L, 32000)]
    public void A_missing_token_limit_gets_a_default(long? modelLimit, long expected) =>
        Assert.Equal(expected, (long)Exchange.Encode(Request(maxTokens: null), traits: new() { MaxOutputTokens = modelLimit })["max_tokens"]!);

    [Fact]
    public void A_token_limit_beyond_the_models_is_clamped_and_declared()
    {
        var losses = new LossReport();

        Assert.Equal(50, (long)Exchange.Encode(Request(), losses, new() { MaxOutputTokens = 50 })["max_tokens"]!);

        Assert.Equal(["max_tokens"], Paths(losses));
    }

    [Fact]
    public void System_prompts_go_to_the_top_and_later_ones_are_declared()
    {
        var losses = new LossReport();

        var body = Exchange.Encode(Exchange.Foreign(
            Exchange.Turn(Role.System, Exchange.Text("one")), Hello, Exchange.Turn(Role.Developer, Exchange.Text("two"))), losses);

        Assert.Equal(["one", "two"], body["system"]!.AsArray().Select(block => (string)block!["text"]!));
        Assert.Single(body["messages"]!.AsArray());
        Assert.Equal(["messages.system"], Paths(losses));
    }

    [Fact]
    public void Results_come_first_in_one_message_after_their_calls()
    {
        var body = Exchange.Encode(Exchange.Foreign(
            Hello,
            Exchange.Turn(Role.Assistant, Call("a", "f"), Call("b", "f")),
            Exchange.Turn(Role.User, Result("a", Exchange.Text("1"))),
            Exchange.Turn(Role.User, Exchange.Text("note")),
            Exchange.Turn(Role.User, Result("b", Exchange.Text("2")))));

        Assert.Equal(3, body["messages"]!.AsArray().Count);
        Assert.Equal(["tool_result", "tool_result", "text"], body["messages"]![2]!["content"]!.AsArray().Select(block => (string)block!["type"]!));
    }

    [Fact]
    public void Blank_texts_and_messages_are_left_out_and_the_last_answer_is_trimmed()
    {
        var body = Exchange.Encode(Exchange.Foreign(
            Hello, Exchange.Turn(Role.Assistant, Exchange.Text(" \n")), Exchange.Turn(Role.User, Exchange.Text("go")),
            Exchange.Turn(Role.Assistant, Exchange.Text("Sure: \n"))));

        Assert.Equal(["user", "user", "assistant"], body["messages"]!.AsArray().Select(message => (string)message!["role"]!));
        Assert.Equal("Sure:", (string)body["messages"]![2]!["content"]!);
    }

    [Fact]
    public void A_conversation_without_a_user_gets_an_opening()
    {
        var losses = new LossReport();

        var body = Exchange.Encode(Exchange.Foreign(Exchange.Turn(Role.System, Exchange.Text("Act."))), losses);

        Assert.Equal("user", (string)body["messages"]![0]!["role"]!);
        Assert.Equal(["messages"], Paths(losses));
    }

    [Fact]
    public void Ids_and_names_are_mended_alike_wherever_they_occur()
    {
        var request = Exchange.Foreign(
            Hello, Exchange.Turn(Role.Assistant, Call("call:1", "my.tool"), Call("call.1", "my.tool")),
            Exchange.Turn(Role.User, Result("call:1"), Result("call.1")));
        request.Tools.Add(Tool("my.tool"));
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var translation = Exchange.Dialect.EncodeRequest(request, ModelTraits.Unknown, output, new LossReport());
        var body = System.Text.Json.Nodes.JsonNode.Parse(output.WrittenSpan)!;

        var ids = body["messages"]![1]!["content"]!.AsArray().Select(block => (string)block!["id"]!).ToList();
        Assert.Equal(2, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[a-zA-Z0-9_-]+$", id));
        Assert.Equal(ids, body["messages"]![2]!["content"]!.AsArray().Select(block => (string)block!["tool_use_id"]!));
        var name = (string)body["tools"]![0]!["name"]!;
        Assert.Matches("^my_tool_[0-9a-f]{8}$", name);
        Assert.Equal(name, (string)body["messages"]![1]!["content"]![0]!["name"]!);
        Assert.Equal("my.tool", translation.OriginalToolName(name));
    }

    [Fact]
    public void Calls_without_ids_are_paired_with_their_results_in_order()
    {
        var body = Exchange.Encode(Exchange.Foreign(
            Hello, Exchange.Turn(Role.Assistant, Call("", "f"), Call("", "g")), Exchange.Turn(Role.User, Result(""), Result(""))));

        Assert.Equal(["call_0", "call_1"], body["messages"]![1]!["content"]!.AsArray().Select(block => (string)block!["id"]!));
        Assert.Equal(["call_0", "call_1"], body["messages"]![2]!["content"]!.AsArray().Select(block => (string)block!["tool_use_id"]!));
    }

    [Theory]
    [InlineData("", "{}")]
    [InlineData(" null ", "{}")]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    [InlineData("""{"a":""", """{"input":"{\"a\":"}""")]
    [InlineData("[1]", """{"input":"[1]"}""")]
    public void Arguments_become_an_object(string arguments, string expected)
    {
        var body = Exchange.Encode(Exchange.Foreign(Hello, Exchange.Turn(Role.Assistant, Call("a", "f", arguments))));

        Exchange.AssertSame(System.Text.Json.Nodes.JsonNode.Parse(expected), body["messages"]![1]!["content"]![0]!["input"]);
    }

    [Theory]
    [InlineData(null, """{"type":"object","properties":{}}""")]
    [InlineData("{}", """{"type":"object"}""")]
    [InlineData("""{"properties":{"type":{}}}""", """{"type":"object","properties":{"type":{}}}""")]
    [InlineData("""{"type":["object","null"],"title":"x"}""", """{"type":"object","title":"x"}""")]
    public void A_tools_schema_is_one_of_an_object(string? schema, string expected)
    {
        var request = Request();
        request.Tools.Add(Tool("f", schema));

        Exchange.AssertSame(System.Text.Json.Nodes.JsonNode.Parse(expected), Exchange.Encode(request)["tools"]![0]!["input_schema"]);
    }

    [Theory]
    [InlineData("minimal", 1024, 1124)]
    [InlineData("low", 2048, 2148)]
    [InlineData("high", 16384, 16484)]
    [InlineData("max", 32000, 32100)]
    public void Effort_becomes_a_budget_on_top_of_the_token_limit(string effort, long budget, long maxTokens)
    {
        var body = Exchange.Encode(Request(new(ReasoningMode.Adaptive) { Effort = effort }));

        Assert.Equal((budget, maxTokens), ((long)body["thinking"]!["budget_tokens"]!, (long)body["max_tokens"]!));
    }

    [Fact]
    public void A_model_that_thinks_by_effort_is_asked_so()
    {
        var body = Exchange.Encode(Request(new(ReasoningMode.Adaptive) { Effort = "minimal" }), traits: new() { AdaptiveThinking = true });

        Assert.Equal(("adaptive", "low"), ((string)body["thinking"]!["type"]!, (string)body["output_config"]!["effort"]!));
    }

    [Fact]
    public void A_budget_stays_below_the_models_limit()
    {
        var body = Exchange.Encode(Request(new(ReasoningMode.Adaptive) { Effort = "high" }), traits: new() { MaxOutputTokens = 8192 });

        Assert.Equal((8191, 8192), ((long)body["thinking"]!["budget_tokens"]!, (long)body["max_tokens"]!));
    }

    [Fact]
    public void Thinking_that_the_model_cannot_do_is_a_loss()
    {
        var losses = new LossReport();

        Assert.Null(Exchange.Encode(Request(new(ReasoningMode.Adaptive) { Effort = "low" }), losses, new() { Reasons = false })["thinking"]);

        Assert.Equal(["reasoning_effort"], Paths(losses));
    }

    [Fact]
    public void A_forced_call_goes_before_thinking()
    {
        var losses = new LossReport();
        var request = Request(new(ReasoningMode.Adaptive) { Effort = "low" }, choice: new(ToolChoiceMode.Required));
        request.Tools.Add(Tool("f"));

        var body = Exchange.Encode(request, losses);

        Assert.Null(body["thinking"]);
        Assert.Equal("any", (string)body["tool_choice"]!["type"]!);
        Assert.Equal(["reasoning_effort"], Paths(losses));
    }

    [Fact]
    public void A_temperature_goes_with_thinking_only_if_it_is_one_and_ends_at_one()
    {
        var losses = new LossReport();

        Assert.Null(Exchange.Encode(Request(new(ReasoningMode.Adaptive), temperature: "0.3"), losses)["temperature"]);
        Assert.Equal(1, (double)Exchange.Encode(Request(temperature: "1.7"), losses)["temperature"]!);

        Assert.Equal(["temperature", "temperature"], Paths(losses));
    }

    [Fact]
    public void Media_that_the_api_cannot_take_is_declared_and_text_files_become_text()
    {
        var losses = new LossReport();
        var body = Exchange.Encode(Exchange.Foreign(Exchange.Turn(
            Role.User,
            Exchange.Text("see"),
            new MediaPart { Kind = MediaKind.Image, Form = MediaForm.Base64, Data = Exchange.Raw("\"/9j/4AAQ\"") },
            new MediaPart { Kind = MediaKind.Document, Form = MediaForm.Base64, Data = Exchange.Raw("\"aGk=\""), MediaType = "text/csv" },
            new MediaPart { Kind = MediaKind.Document, Form = MediaForm.Base64, Data = Exchange.Raw("\"UEsD\""), MediaType = "application/zip" },
            new MediaPart { Kind = MediaKind.Audio, Form = MediaForm.Base64, Data = Exchange.Raw("\"UklG\""), MediaType = "audio/wav" })), losses);

        var content = body["messages"]![0]!["content"]!;
        Assert.Equal("image/jpeg", (string)content[1]!["source"]!["media_type"]!);
        Assert.Equal("hi", (string)content[2]!["source"]!["data"]!);
        Assert.Equal(3, content.AsArray().Count);
        Assert.Equal(["messages.content.file", "messages.content.input_audio"], Paths(losses));
    }

    [Fact]
    public void One_call_at_a_time_needs_a_tool_choice()
    {
        var request = new ChatRequest { Origin = DialectId.OpenAIChat, Model = "m", MaxTokens = 1, ParallelTools = false };
        request.Turns.Add(Hello);
        Assert.Null(Exchange.Encode(request)["tool_choice"]);
        request.Tools.Add(Tool("f"));

        var choice = Exchange.Encode(request)["tool_choice"]!;

        Assert.Equal(("auto", true), ((string)choice["type"]!, (bool)choice["disable_parallel_tool_use"]!));
    }

    [Fact]
    public void What_only_another_api_knows_is_declared_and_cache_marks_carry_over()
    {
        var losses = new LossReport();
        var extras = new Extras(DialectId.OpenAIChat);
        extras.Add("cache_control", Exchange.Raw("""{"type":"ephemeral"}"""));
        extras.Add("logprobs", Exchange.Raw("true"));
        var text = Exchange.Text("x");
        text.Extras = extras;
        var request = Exchange.Foreign(Exchange.Turn(Role.User, text, new OpaquePart(DialectId.OpenAIChat, "new_part", RawJson.EmptyObject)));
        request.Tools.Add(new OpaqueTool(DialectId.OpenAIChat, "web_search", RawJson.EmptyObject));

        var body = Exchange.Encode(request, losses);

        Assert.NotNull(body["messages"]![0]!["content"]![0]!["cache_control"]);
        Assert.Null(body["tools"]);
        Assert.Equal(["messages.content.new_part", "messages.content.logprobs", "tools.web_search"], Paths(losses));
    }
}
