using System.Text;

namespace Causeway.Dialects.Tests.AnthropicMessages;

/// <summary>Small bodies that use most of what the API documents.</summary>
internal static class Samples
{
    public const string Request = """
        {
          "model": "claude-x", "max_tokens": 4096, "stream": true, "temperature": 1.0, "top_p": 0.99, "top_k": 5,
          "stop_sequences": ["END"], "service_tier": "auto", "container": "c_1",
          "mcp_servers": [{"type": "url", "url": "https://mcp.example", "name": "m"}],
          "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
          "metadata": {"user_id": "u-1", "team": "blue"},
          "thinking": {"type": "enabled", "budget_tokens": 2000, "display": "summarized"},
          "output_config": {"effort": "high", "format": {"type": "json_schema", "schema": {"type": "object"}}},
          "system": [
            {"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
            {"type": "text", "text": "Ünïcode \u00e9 \ud83d\ude00"}],
          "tools": [
            {"name": "get", "description": "Gets", "input_schema": {"type": "object", "properties": {"n": {"const": 1.50}}},
             "strict": true, "cache_control": {"type": "ephemeral"}, "defer_loading": true},
            {"type": "web_search_20250305", "name": "web_search", "max_uses": 3}],
          "tool_choice": {"type": "auto", "disable_parallel_tool_use": true},
          "messages": [
            {"role": "user", "content": [
              {"type": "text", "text": "Look", "citations": [{"type": "char_location", "cited_text": "q", "document_index": 0}]},
              {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}},
              {"type": "image", "source": {"type": "file", "file_id": "f_1"}},
              {"type": "document", "title": "T", "context": "C", "citations": {"enabled": true},
               "source": {"type": "url", "url": "https://x.example/a.pdf"}},
              {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "plain"}},
              {"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}},
              {"type": "container_upload", "file_id": "f_2"}]},
            {"role": "assistant", "content": [
              {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
              {"type": "redacted_thinking", "data": "ZGF0YQ=="},
              {"type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": {"query": "q"}},
              {"type": "web_search_tool_result", "tool_use_id": "srv_1", "content": []},
              {"type": "tool_use", "id": "toolu_1", "name": "get", "input": {"n": 1.50}, "caller": {"type": "direct"}}]},
            {"role": "user", "content": [
              {"type": "tool_result", "tool_use_id": "toolu_1", "is_error": true, "cache_control": {"type": "ephemeral"}, "content": [
                {"type": "text", "text": "no"},
                {"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}},
                {"type": "search_result", "source": "s", "title": "t", "content": []},
                {"type": "tool_reference", "tool_name": "get"}]}]},
            {"role": "system", "content": "Now be brief."},
            {"role": "user", "content": "Go on", "future_field": 7}]
        }
        """;

    public const string Answer = """
        {
          "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x",
          "content": [
            {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
            {"type": "redacted_thinking", "data": "ZGF0YQ=="},
            {"type": "text", "text": "See", "citations": [{"type": "web_search_result_location", "url": "https://x.example", "title": "X",
              "cited_text": "q", "encrypted_index": "e"}]},
            {"type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": {"query": "q"}},
            {"type": "tool_use", "id": "toolu_1", "name": "get", "input": {"n": 1}, "caller": {"type": "direct"}}],
          "stop_reason": "tool_use", "stop_sequence": null, "container": {"id": "c_1", "expires_at": "2026-01-01T00:00:00Z"},
          "usage": {"input_tokens": 10, "cache_creation_input_tokens": 3, "cache_read_input_tokens": 20, "output_tokens": 30,
            "output_tokens_details": {"thinking_tokens": 7}, "service_tier": "standard",
            "cache_creation": {"ephemeral_5m_input_tokens": 3, "ephemeral_1h_input_tokens": 0},
            "server_tool_use": {"web_search_requests": 1}}
        }
        """;

    public static string[] Events { get; } =
    [
        """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":3,"cache_read_input_tokens":20,"output_tokens":1,"service_tier":"standard"}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"h\u00e9"}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"","estimated_tokens":50}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}""",
        """{"type":"content_block_stop","index":0}""",
        """{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"ZGF0YQ=="}}""",
        """{"type":"content_block_stop","index":1}""",
        """{"type":"content_block_start","index":2,"content_block":{"type":"text","text":""}}""",
        """{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"Hel\nlo"}}""",
        """{"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{"type":"char_location","cited_text":"q","document_index":0}}}""",
        """{"type":"content_block_stop","index":2}""",
        """{"type":"content_block_start","index":3,"content_block":{"type":"server_tool_use","id":"srv_1","name":"web_search","input":{}}}""",
        """{"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\"query\":1}"}}""",
        """{"type":"content_block_stop","index":3}""",
        """{"type":"content_block_start","index":4,"content_block":{"type":"tool_use","id":"toolu_1","name":"get","input":{},"caller":{"type":"direct"}}}""",
        """{"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":"{\"n\":"}}""",
        """{"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":"1}"}}""",
        """{"type":"content_block_stop","index":4}""",
        """{"type":"future_event","x":1}""",
        """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null,"container":{"id":"c_1"}},"usage":{"input_tokens":10,"cache_creation_input_tokens":3,"cache_read_input_tokens":20,"output_tokens":30,"output_tokens_details":{"thinking_tokens":7},"server_tool_use":{"web_search_requests":1}},"context_management":{"applied_edits":[]}}""",
        """{"type":"message_stop"}""",
    ];

    /// <summary>The events as frames.</summary>
    public static string Stream { get; } = Write(Events);

    public static string Write(IEnumerable<string> events)
    {
        var stream = new StringBuilder();
        foreach (var item in events)
        {
            var name = System.Text.Json.Nodes.JsonNode.Parse(item)!["type"];
            stream.Append($"event: {name}\ndata: {item}\n\n");
        }

        return stream.ToString();
    }
}
