using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>
/// The line that Claude Code puts before its system prompt for Anthropic's accounting. It differs from conversation to
/// conversation, so that it would spoil the prefix cache of any other provider: their encoders leave it out.
/// </summary>
public static class BillingHeader
{
    /// <summary>Is this system text Claude Code's accounting line?</summary>
    public static bool IsOne(TextPart part) => part.Text.Utf8.StartsWith("\"x-anthropic-billing-header:"u8);
}
