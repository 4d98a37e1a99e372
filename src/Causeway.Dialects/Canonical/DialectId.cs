namespace Causeway.Dialects.Canonical;

/// <summary>A wire API that Causeway speaks, towards clients or towards providers.</summary>
public enum DialectId
{
    /// <summary>OpenAI chat completions (<c>POST /v1/chat/completions</c>) and its many copies.</summary>
    OpenAIChat,

    /// <summary>Anthropic messages (<c>POST /v1/messages</c>).</summary>
    AnthropicMessages,
}

/// <summary>The names of dialects as configuration, losses and logs write them.</summary>
public static class DialectNames
{
    /// <summary>The configuration name of a dialect, such as <c>openai-chat</c>.</summary>
    public static string Name(this DialectId dialect) => dialect switch
    {
        DialectId.OpenAIChat => "openai-chat",
        DialectId.AnthropicMessages => "anthropic-messages",
        _ => throw new ArgumentOutOfRangeException(nameof(dialect)),
    };

    /// <summary>The dialect of a configuration name; null if there is none of that name.</summary>
    public static DialectId? Parse(string? name) => name switch
    {
        "openai-chat" => DialectId.OpenAIChat,
        "anthropic-messages" => DialectId.AnthropicMessages,
        _ => null,
    };
}
