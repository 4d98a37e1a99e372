using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>The words of <c>finishReason</c>.</summary>
internal static class FinishReasons
{
    public static StopReason Decode(JsonView reason, bool callsTools) => reason.GetString() switch
    {
        "STOP" or "FINISH_REASON_UNSPECIFIED" => callsTools ? StopReason.ToolUse : StopReason.End,
        "MAX_TOKENS" => StopReason.Length,
        "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "IMAGE_SAFETY" or "IMAGE_PROHIBITED_CONTENT" or "IMAGE_RECITATION"
            or "MODEL_ARMOR" => StopReason.Filter,
        _ => StopReason.Other,
    };

    public static ReadOnlySpan<byte> Encode(StopReason reason) => reason switch
    {
        StopReason.Length => "MAX_TOKENS"u8,
        StopReason.Filter => "SAFETY"u8,
        StopReason.Other => "OTHER"u8,
        _ => "STOP"u8,
    };
}
