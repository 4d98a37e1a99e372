using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>The words of <c>stop_reason</c>.</summary>
internal static class StopReasons
{
    public static StopReason Decode(JsonElement reason) => ((RawJson)reason).AsString() switch
    {
        "end_turn" => StopReason.End,
        "max_tokens" or "model_context_window_exceeded" => StopReason.Length,
        "tool_use" => StopReason.ToolUse,
        "stop_sequence" => StopReason.StopSequence,
        "refusal" => StopReason.Filter,
        _ => StopReason.Other,
    };

    /// <summary>Claude Code takes <c>tool_use</c> without a call for a malformed answer, and ends its turn on anything else with one.</summary>
    public static ReadOnlySpan<byte> Encode(StopReason reason, bool callsTools) => reason switch
    {
        StopReason.Length => "max_tokens"u8,
        StopReason.StopSequence => "stop_sequence"u8,
        StopReason.Filter => "refusal"u8,
        _ => callsTools ? "tool_use"u8 : "end_turn"u8,
    };
}
