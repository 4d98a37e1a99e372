using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.BedrockConverse;
using Causeway.Dialects.BedrockInvoke;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.CohereChat;
using Causeway.Dialects.Gemini;
using Causeway.Dialects.OpenAIChat;
using Causeway.Dialects.OpenAICompletions;
using Causeway.Dialects.OpenAIResponses;

namespace Causeway.Core.Upstream;

/// <summary>The one instance of each dialect.</summary>
public static class DialectRegistry
{
    private static readonly OpenAIChatDialect OpenAIChat = new();
    private static readonly AnthropicMessagesDialect AnthropicMessages = new();
    private static readonly BedrockConverseDialect BedrockConverse = new();
    private static readonly GeminiDialect Gemini = new();
    private static readonly OpenAIResponsesDialect OpenAIResponses = new();
    private static readonly CohereChatDialect CohereChat = new();
    private static readonly OpenAICompletionsDialect OpenAICompletions = new();

    /// <summary>Does this build speak the dialect?</summary>
    public static bool Has(DialectId dialect) => Find(dialect) is not null;

    /// <summary>A dialect as clients speak it.</summary>
    public static IClientDialect Client(DialectId dialect) => Find(dialect) ?? throw new ArgumentOutOfRangeException(nameof(dialect));

    private static IClientDialect? Find(DialectId dialect) => dialect switch
    {
        DialectId.OpenAIChat => OpenAIChat,
        DialectId.AnthropicMessages => AnthropicMessages,
        DialectId.OpenAIResponses => OpenAIResponses,
        DialectId.Gemini => Gemini,
        DialectId.BedrockConverse => BedrockConverse,
        DialectId.CohereChat => CohereChat,
        DialectId.OpenAICompletions => OpenAICompletions,
        _ => null,
    };

    /// <summary>Anthropic's messages in Amazon's envelope.</summary>
    public static IClientDialect BedrockInvoke { get; } = new BedrockInvokeDialect(AnthropicMessages, BedrockConverse);

    /// <summary>Gemini's streams as its clients get them without <c>alt=sse</c>.</summary>
    public static IClientDialect GeminiList { get; } = new GeminiListDialect(Gemini);

    /// <summary>A dialect as providers speak it.</summary>
    public static IUpstreamDialect Upstream(DialectId dialect) => (IUpstreamDialect)Client(dialect);
}
