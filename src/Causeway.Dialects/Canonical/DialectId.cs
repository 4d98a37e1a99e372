namespace Causeway.Dialects.Canonical;

/// <summary>
/// A wire API that Causeway speaks, towards clients or towards providers. New ones go to the end: the number is part of what
/// <see cref="MintedSignature"/> gives to clients.
/// </summary>
public enum DialectId
{
    /// <summary>OpenAI chat completions (<c>POST /v1/chat/completions</c>) and its many copies.</summary>
    OpenAIChat,

    /// <summary>Anthropic messages (<c>POST /v1/messages</c>).</summary>
    AnthropicMessages,

    /// <summary>OpenAI responses (<c>POST /v1/responses</c>).</summary>
    OpenAIResponses,

    /// <summary>Google Gemini (<c>POST /v1beta/models/MODEL:generateContent</c>).</summary>
    Gemini,

    /// <summary>Amazon Bedrock's Converse (<c>POST /model/MODEL/converse</c>).</summary>
    BedrockConverse,

    /// <summary>Cohere chat, version 2 (<c>POST /v2/chat</c>).</summary>
    CohereChat,

    /// <summary>OpenAI's legacy completions (<c>POST /v1/completions</c>): for clients only.</summary>
    OpenAICompletions,
}

/// <summary>The names of dialects as configuration, losses and logs write them.</summary>
public static class DialectNames
{
    /// <summary>The configuration name of a dialect, such as <c>openai-chat</c>.</summary>
    public static string Name(this DialectId dialect) => dialect switch
    {
        DialectId.OpenAIChat => "openai-chat",
        DialectId.AnthropicMessages => "anthropic-messages",
        DialectId.OpenAIResponses => "openai-responses",
        DialectId.Gemini => "gemini",
        DialectId.BedrockConverse => "bedrock-converse",
        DialectId.CohereChat => "cohere-chat",
        DialectId.OpenAICompletions => "openai-completions",
        _ => throw new ArgumentOutOfRangeException(nameof(dialect)),
    };

    /// <summary>The dialect that providers may speak by its configuration name; null if there is none of that name.</summary>
    public static DialectId? Parse(string? name) => name switch
    {
        "openai-chat" => DialectId.OpenAIChat,
        "anthropic-messages" => DialectId.AnthropicMessages,
        "openai-responses" => DialectId.OpenAIResponses,
        "gemini" => DialectId.Gemini,
        "bedrock-converse" => DialectId.BedrockConverse,
        "cohere-chat" => DialectId.CohereChat,
        _ => null,
    };
}
