using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.CohereChat;

/// <summary>The words of <c>finish_reason</c>. Those that mean a failure are read by <see cref="Errors.FromFinish"/>.</summary>
internal static class FinishReasons
{
    public static StopReason Decode(JsonView reason) => ((RawJson)reason).AsString() switch
    {
        "COMPLETE" => StopReason.End,
        "MAX_TOKENS" or "ERROR_LIMIT" => StopReason.Length,
        "STOP_SEQUENCE" => StopReason.StopSequence,
        "TOOL_CALL" => StopReason.ToolUse,
        "ERROR_TOXIC" => StopReason.Filter,
        _ => StopReason.Other,
    };

    /// <summary>Is this a word that the API has for a good end?</summary>
    public static bool IsOwn(JsonView reason) => ((RawJson)reason).AsString() is "COMPLETE" or "MAX_TOKENS" or "STOP_SEQUENCE" or "TOOL_CALL";

    /// <summary>The word for a reason; the API has none for a filter, so that it is declared lost.</summary>
    public static ReadOnlySpan<byte> Encode(StopReason reason, bool callsTools, LossReport losses)
    {
        switch (reason)
        {
            case StopReason.Length: return "MAX_TOKENS"u8;
            case StopReason.StopSequence: return "STOP_SEQUENCE"u8;
            case StopReason.Filter:
                losses.Add("finish_reason", "cohere-chat has no word for a filtered answer");
                break;
        }

        return callsTools ? "TOOL_CALL"u8 : "COMPLETE"u8;
    }
}
