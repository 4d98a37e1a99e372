using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>The words of <c>finish_reason</c>, with those that copies of the API use.</summary>
internal static class FinishReasons
{
    public static StopReason Decode(JsonView reason) => ((RawJson)reason).AsString() switch
    {
        "stop" or "eos" or "end_turn" => StopReason.End,
        "length" or "model_length" or "max_tokens" => StopReason.Length,
        "tool_calls" or "function_call" or "tool_use" => StopReason.ToolUse,
        "content_filter" => StopReason.Filter,
        _ => StopReason.Other,
    };

    /// <summary>Is this a word of OpenAI's own?</summary>
    public static bool IsOwn(JsonView reason) => ((RawJson)reason).AsString() is "stop" or "length" or "tool_calls" or "content_filter" or "function_call";

    public static ReadOnlySpan<byte> Encode(StopReason reason, bool callsTools) => reason switch
    {
        StopReason.Length => "length"u8,
        StopReason.Filter => "content_filter"u8,
        _ => callsTools ? "tool_calls"u8 : "stop"u8,
    };
}
