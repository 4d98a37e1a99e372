using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>The words of <c>stopReason</c>.</summary>
internal static class StopReasons
{
    public static StopReason Decode(JsonView reason) => reason.GetString() switch
    {
        "end_turn" => StopReason.End,
        "tool_use" => StopReason.ToolUse,
        "max_tokens" or "model_context_window_exceeded" => StopReason.Length,
        "stop_sequence" => StopReason.StopSequence,
        "guardrail_intervened" or "content_filtered" => StopReason.Filter,
        _ => StopReason.Other,
    };

    public static ReadOnlySpan<byte> Encode(StopReason reason) => reason switch
    {
        StopReason.ToolUse => "tool_use"u8,
        StopReason.Length => "max_tokens"u8,
        StopReason.StopSequence => "stop_sequence"u8,
        StopReason.Filter => "content_filtered"u8,
        _ => "end_turn"u8,
    };
}
