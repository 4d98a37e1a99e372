using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Causeway.EndToEnd.Harness;

/// <summary>Streamed answers as the providers themselves send them, in the API that the request's path belongs to.</summary>
internal static class Speech
{
    /// <summary>Says <paramref name="pieces"/>, and ends.</summary>
    public static Answer Of(params string[] pieces) => new(http => SayAsync(http, pieces, ends: true));

    /// <summary>Says <paramref name="pieces"/>, and dies.</summary>
    public static Answer CutOff(params string[] pieces) => new(async http =>
    {
        await SayAsync(http, pieces, ends: false);
        await Task.Delay(50);   // so that it has been read
        http.Abort();
    });

    /// <summary>Says <paramref name="pieces"/>, with a pause before or in the middle, and ends.</summary>
    public static Answer Halting(int milliseconds, bool atOnce, params string[] pieces) => new(http => SayAsync(http, pieces, ends: true, milliseconds, atOnce));

    private static async Task SayAsync(HttpContext http, string[] pieces, bool ends, int pause = 0, bool atOnce = false)
    {
        var path = http.Request.Path.Value!;
        var (begin, middle, end) = path.EndsWith("/messages", StringComparison.Ordinal) ? Anthropic(pieces)
            : path.EndsWith("/responses", StringComparison.Ordinal) ? Responses(pieces)
            : path.Contains(":streamGenerateContent", StringComparison.Ordinal) ? Gemini(pieces)
            : Chat(pieces);
        http.Response.ContentType = "text/event-stream";
        if (!atOnce) await WriteAsync(http, begin);
        if (pause > 0 && atOnce) await Task.Delay(pause, http.RequestAborted);
        if (atOnce) await WriteAsync(http, begin);
        var index = 0;
        foreach (var frame in middle)
        {
            await WriteAsync(http, frame);
            if (pause > 0 && !atOnce && index++ == 0) await Task.Delay(pause, http.RequestAborted);
        }

        if (ends) await WriteAsync(http, end);
    }

    private static async Task WriteAsync(HttpContext http, string frames)
    {
        await http.Response.WriteAsync(frames, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private static string Quote(string text) => JsonValue.Create(text).ToJsonString();

    private static string Event(string name, string data) => $"event: {name}\ndata: {data}\n\n";

    private static (string Begin, IEnumerable<string> Middle, string End) Chat(string[] pieces)
    {
        static string Chunk(string delta, string finish) =>
            $$"""data: {"id":"chatcmpl-7","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish}}}]}""" + "\n\n";
        return (Chunk("""{"role":"assistant","content":""}""", "null"), pieces.Select(piece => Chunk($$"""{"content":{{Quote(piece)}}}""", "null")),
            Chunk("{}", "\"stop\"") + """data: {"id":"chatcmpl-7","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[],"usage":{"prompt_tokens":20,"completion_tokens":5,"total_tokens":25}}""" + "\n\ndata: [DONE]\n\n");
    }

    private static (string Begin, IEnumerable<string> Middle, string End) Anthropic(string[] pieces) => (
        Event("message_start", """{"type":"message_start","message":{"id":"msg_7","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":20,"output_tokens":1}}}""")
            + Event("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
        pieces.Select(piece => Event("content_block_delta", $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":{{{Quote(piece)}}}}}""")),
        Event("content_block_stop", """{"type":"content_block_stop","index":0}""")
            + Event("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}""")
            + Event("message_stop", """{"type":"message_stop"}"""));

    private static (string Begin, IEnumerable<string> Middle, string End) Responses(string[] pieces)
    {
        const string Tail = "\"error\":null,\"incomplete_details\":null,\"instructions\":null,\"max_output_tokens\":null,\"model\":\"m\",\"parallel_tool_calls\":true,\"previous_response_id\":null,\"reasoning\":{\"effort\":null,\"summary\":null},\"store\":true,\"temperature\":1.0,\"text\":{\"format\":{\"type\":\"text\"}},\"tool_choice\":\"auto\",\"tools\":[],\"top_p\":1.0,\"truncation\":\"disabled\",\"user\":null,\"metadata\":{}";
        var number = 0;
        string Next(string type, string rest) => Event(type, $$"""{"type":"{{type}}","sequence_number":{{number++}},{{rest}}}""");
        string Response(string status, string output, string usage) => $$"""
            "response":{"id":"resp_7","object":"response","created_at":1700000000,"status":"{{status}}",{{Tail}},"output":{{output}},"usage":{{usage}}}
            """;
        var begin = Next("response.created", Response("in_progress", "[]", "null")) + Next("response.in_progress", Response("in_progress", "[]", "null"))
            + Next("response.output_item.added", """ "output_index":0,"item":{"id":"msg_native","type":"message","status":"in_progress","role":"assistant","content":[]} """)
            + Next("response.content_part.added", """ "item_id":"msg_native","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]} """);
        var middle = pieces.Select(piece => Next("response.output_text.delta", $$""" "item_id":"msg_native","output_index":0,"content_index":0,"delta":{{Quote(piece)}},"logprobs":[] """)).ToList();
        var text = Quote(string.Concat(pieces));
        var part = $$"""{"type":"output_text","text":{{text}},"annotations":[]}""";
        var item = $$"""{"id":"msg_native","type":"message","status":"completed","role":"assistant","content":[{{part}}]}""";
        var end = Next("response.output_text.done", $$""" "item_id":"msg_native","output_index":0,"content_index":0,"text":{{text}},"logprobs":[] """)
            + Next("response.content_part.done", $$""" "item_id":"msg_native","output_index":0,"content_index":0,"part":{{part}} """)
            + Next("response.output_item.done", $$""" "output_index":0,"item":{{item}} """)
            + Next("response.completed", Response("completed", $"[{item}]", """{"input_tokens":20,"input_tokens_details":{"cached_tokens":0},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":25}"""));
        return (begin, middle, end);
    }

    private static (string Begin, IEnumerable<string> Middle, string End) Gemini(string[] pieces)
    {
        static string Chunk(string text, string more) =>
            $$"""data: {"candidates":[{"content":{"parts":[{"text":{{Quote(text)}}}],"role":"model"},"index":0{{more}}}],"usageMetadata":{"promptTokenCount":20,"candidatesTokenCount":5,"totalTokenCount":25},"modelVersion":"m","responseId":"r7"}""" + "\n\n";
        return ("", pieces.Select(piece => Chunk(piece, "")), Chunk("", ",\"finishReason\":\"STOP\""));
    }
}
