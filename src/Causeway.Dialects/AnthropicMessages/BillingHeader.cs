using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>
/// The system block in which Claude Code tells Anthropic's billing about itself. It differs in every conversation, so at other
/// providers it would only break the prefix cache.
/// </summary>
public static class BillingHeader
{
    /// <summary>Is this text such a block?</summary>
    public static bool IsOne(TextPart part) => part.Text.Utf8.StartsWith("\"x-anthropic-billing-header:"u8);
}
