using System.Text.Json.Nodes;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.OpenAIChat;
using Causeway.Dialects.Tests.CohereChat;

namespace Causeway.Dialects.Tests.Conformance;

/// <summary>The two oldest dialects facing each other.</summary>
internal static class Pair
{
    public static AnthropicMessagesDialect Anthropic { get; } = new();

    public static OpenAIChatDialect Chat { get; } = new();

    /// <summary>A request of an Anthropic client as a chat completions provider gets it.</summary>
    public static (JsonNode Body, string[] Losses) ToChat(string messages, string more = "") =>
        Cohere.Translate($$"""{"model":"m","max_tokens":100,"messages":{{messages}}{{more}}}""", Anthropic, Chat);

    /// <summary>A request of a chat completions client as Anthropic gets it.</summary>
    public static (JsonNode Body, string[] Losses) ToAnthropic(string messages, string more = "") =>
        Cohere.Translate($$"""{"model":"m","messages":{{messages}}{{more}}}""", Chat, Anthropic);

    /// <summary>An Anthropic stream of a chat completions provider's chunks: each is a choice's delta and its reason.</summary>
    public static string Stream(params string[] choices) => Cohere.Restream(Chunks(choices) + "data: [DONE]\n\n", Chat, Anthropic);

    /// <summary>The same of a stream that ends without its mark.</summary>
    public static string CutStream(string last, params string[] choices) => Cohere.Restream(Chunks(choices) + last, Chat, Anthropic);

    private static string Chunks(string[] choices) => string.Concat(choices.Select(choice =>
        $"data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{{\"index\":0,{choice}}}]}}\n\n"));
}
