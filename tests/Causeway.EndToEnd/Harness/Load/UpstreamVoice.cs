using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.EndToEnd.Harness.Load;

/// <summary>How an upstream says a text in the dialect that a path speaks. What it says conforms to the dialect.</summary>
/// <param name="model">The model that answers.</param>
internal abstract class UpstreamVoice(string model)
{
    public const int InputTokens = 11;

    protected string Model => model;

    /// <summary>The voice for a request's path.</summary>
    public static UpstreamVoice For(string path, string model) =>
        path.EndsWith("/messages", StringComparison.Ordinal) ? new MessagesVoice(model)
        : path.EndsWith("/responses", StringComparison.Ordinal) ? new ResponsesVoice(model) : new ChatVoice(model);

    /// <summary>An answer in one piece.</summary>
    public abstract string Whole(IReadOnlyList<string> tokens);

    /// <summary>What a stream says before its first content.</summary>
    public abstract string Begin();

    /// <summary>Input and output tokens that <see cref="Begin"/> tells of already.</summary>
    public virtual (int Input, int Output) UsageAtBegin => (0, 0);

    /// <summary>The event of one token.</summary>
    public abstract string Delta(string token);

    /// <summary>How a stream ends.</summary>
    public abstract string End(IReadOnlyList<string> tokens);

    /// <summary>What takes the place of an answer although the status is 200: a body or an event.</summary>
    public abstract string Failure(bool stream);

    /// <summary>The status that stands for <see cref="Failure"/> in the record.</summary>
    public virtual int FailureStatus => 500;

    protected static string Json(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    protected static string All(IReadOnlyList<string> tokens) => Json(string.Concat(tokens));

    private sealed class ChatVoice(string model) : UpstreamVoice(model)
    {
        private string Head => $$"""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"{{Model}}","choices":""";

        public override string Failure(bool stream)
        {
            const string Error = """{"error":{"message":"broken","type":"server_error","code":null}}""";
            return stream ? $"data: {Error}\n\n" : Error;
        }

        public override string Whole(IReadOnlyList<string> tokens) =>
            $$"""{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"{{Model}}","choices":[{"index":0,"message":{"role":"assistant","content":{{All(tokens)}},"refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{{Usage(tokens)}}}""";

        public override string Begin() => $$"""{{Head}}[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""" + "\n\n";

        public override string Delta(string token) => $$"""{{Head}}[{"index":0,"delta":{"content":{{Json(token)}}},"finish_reason":null}]}""" + "\n\n";

        public override string End(IReadOnlyList<string> tokens) =>
            $$"""{{Head}}[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n" + $$"""{{Head}}[],"usage":{{Usage(tokens)}}}""" + "\n\ndata: [DONE]\n\n";

        private static string Usage(IReadOnlyList<string> tokens) =>
            $$"""{"prompt_tokens":{{InputTokens}},"completion_tokens":{{tokens.Count}},"total_tokens":{{InputTokens + tokens.Count}}}""";
    }

    private sealed class MessagesVoice(string model) : UpstreamVoice(model)
    {
        public override int FailureStatus => 529;

        public override (int Input, int Output) UsageAtBegin => (InputTokens, 1);

        public override string Failure(bool stream)
        {
            const string Error = """
                "error":{"type":"overloaded_error","message":"Overloaded"}
                """;
            return stream ? Event("error", "," + Error) : $$"""{"type":"error",{{Error}}}""";
        }

        public override string Whole(IReadOnlyList<string> tokens) =>
            $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"{{{Model}}}","content":[{"type":"text","text":{{{All(tokens)}}}}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":{{{InputTokens}}},"output_tokens":{{{tokens.Count}}}}}""";

        public override string Begin() =>
            Event("message_start", $$$""","message":{"id":"msg_1","type":"message","role":"assistant","model":"{{{Model}}}","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":{{{InputTokens}}},"output_tokens":1}}""")
            + Event("content_block_start", ""","index":0,"content_block":{"type":"text","text":""}""");

        public override string Delta(string token) => Event("content_block_delta", $$$""","index":0,"delta":{"type":"text_delta","text":{{{Json(token)}}}}""");

        public override string End(IReadOnlyList<string> tokens) =>
            Event("content_block_stop", ""","index":0""")
            + Event("message_delta", $$$""","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":{{{tokens.Count}}}}""") + Event("message_stop", "");

        private static string Event(string type, string more) => $"event: {type}\ndata: {{\"type\":\"{type}\"{more}}}\n\n";
    }

    private sealed class ResponsesVoice(string model) : UpstreamVoice(model)
    {
        private int _number;

        public override string Failure(bool stream) => stream
            ? Event("error", ""","code":"server_error","message":"broken","param":null""")
            : Response("failed", "[]", "null").Replace("\"error\":null", """
                "error":{"code":"server_error","message":"broken"}
                """, StringComparison.Ordinal);

        public override string Whole(IReadOnlyList<string> tokens) => Response("completed", $"[{Item(tokens)}]", Usage(tokens));

        public override string Begin() =>
            Event("response.created", $",\"response\":{Response("in_progress", "[]", "null")}")
            + Event("response.output_item.added", ""","output_index":0,"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]}""")
            + Event("response.content_part.added", ""","item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}""");

        public override string Delta(string token) =>
            Event("response.output_text.delta", $$""","item_id":"msg_1","output_index":0,"content_index":0,"delta":{{Json(token)}},"logprobs":[]""");

        public override string End(IReadOnlyList<string> tokens) =>
            Event("response.output_text.done", $$""","item_id":"msg_1","output_index":0,"content_index":0,"text":{{All(tokens)}},"logprobs":[]""")
            + Event("response.content_part.done", $$""","item_id":"msg_1","output_index":0,"content_index":0,"part":{{Part(tokens)}}""")
            + Event("response.output_item.done", $$""","output_index":0,"item":{{Item(tokens)}}""")
            + Event("response.completed", $",\"response\":{Response("completed", $"[{Item(tokens)}]", Usage(tokens))}");

        private static string Part(IReadOnlyList<string> tokens) => $$"""{"type":"output_text","text":{{All(tokens)}},"annotations":[],"logprobs":[]}""";

        private static string Item(IReadOnlyList<string> tokens) => $$"""{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{{Part(tokens)}}]}""";

        private static string Usage(IReadOnlyList<string> tokens) =>
            $$$"""{"input_tokens":{{{InputTokens}}},"input_tokens_details":{"cached_tokens":0},"output_tokens":{{{tokens.Count}}},"output_tokens_details":{"reasoning_tokens":0},"total_tokens":{{{InputTokens + tokens.Count}}}}""";

        private string Response(string status, string output, string usage) =>
            $$"""{"id":"resp_1","object":"response","created_at":1700000000,"status":"{{status}}","error":null,"incomplete_details":null,"instructions":null,"max_output_tokens":null,"model":"{{Model}}","output":{{output}},"parallel_tool_calls":true,"previous_response_id":null,"store":false,"temperature":1.0,"tool_choice":"auto","tools":[],"top_p":1.0,"metadata":{},"usage":{{usage}}}""";

        private string Event(string type, string more) => $"event: {type}\ndata: {{\"type\":\"{type}\",\"sequence_number\":{_number++}{more}}}\n\n";
    }
}
