using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Why the model stopped, in this API's words (guide "Handling stop reasons").</summary>
internal static class StopReasons
{
    public static StopReason Decode(JsonView value)
    {
        if (JsonText.Is(value, "end_turn"u8)) return StopReason.End;
        if (JsonText.Is(value, "tool_use"u8)) return StopReason.ToolUse;
        if (JsonText.Is(value, "max_tokens"u8) || JsonText.Is(value, "model_context_window_exceeded"u8)) return StopReason.Length;
        if (JsonText.Is(value, "stop_sequence"u8)) return StopReason.StopSequence;
        return JsonText.Is(value, "refusal"u8) ? StopReason.Filter : StopReason.Other;
    }

    /// <summary>
    /// The word for a reason. Clients take <c>tool_use</c> without a tool call for a malformed answer, and wait for the user
    /// instead of running tools if calls come without it.
    /// </summary>
    public static ReadOnlySpan<byte> Word(StopReason reason, bool callsTools) => reason switch
    {
        StopReason.Length => "max_tokens"u8,
        StopReason.StopSequence => "stop_sequence"u8,
        StopReason.Filter => "refusal"u8,
        _ => callsTools ? "tool_use"u8 : "end_turn"u8,
    };

    /// <summary>Does the value hold more than its <see cref="StopReason"/> tells (<c>pause_turn</c>, or a newer word)?</summary>
    public static bool IsOwnWord(JsonView value) =>
        value.ValueKind == JsonValueKind.String
        && (Decode(value) == StopReason.Other || JsonText.Is(value, "model_context_window_exceeded"u8));
}
