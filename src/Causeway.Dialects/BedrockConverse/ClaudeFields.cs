using System.Text.Json;
using Causeway.Dialects.AnthropicMessages;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>
/// What Anthropic's models take besides Converse's own settings: <c>additionalModelRequestFields</c>, with thinking and
/// <c>top_k</c> as in Anthropic's API. Source: Bedrock's user guide, "Extended thinking".
/// </summary>
internal sealed class ClaudeFields
{
    private const string Maker = "anthropic.";

    private readonly Thinking _thinking;

    private ClaudeFields(Thinking thinking) => _thinking = thinking;

    /// <summary>Does the model think before it answers?</summary>
    public bool Thinks => _thinking.IsOn;

    /// <summary>Most tokens of the answer, thinking included.</summary>
    public long MaxTokens => _thinking.MaxTokens;

    /// <summary>The fields for a request of another dialect's client; null if the model is not Anthropic's.</summary>
    public static ClaudeFields? Choose(ChatRequest request, ModelTraits traits, LossReport losses) =>
        request.Origin != DialectId.BedrockConverse && request.Model.Contains(Maker, StringComparison.Ordinal) ? new(Thinking.Choose(request, traits, losses)) : null;

    /// <summary>Writes the property.</summary>
    public void Write(Utf8JsonWriter writer, ChatRequest request, LossReport losses)
    {
        var hasTopK = !request.TopK.IsMissing && !Thinks;
        if (!hasTopK && _thinking.Mode is null && _thinking.Effort is null) return;
        writer.WriteStartObject("additionalModelRequestFields"u8);
        _thinking.Write(writer, losses);
        if (_thinking.Effort is { } effort)
        {
            writer.WriteStartObject("output_config"u8);
            writer.WriteString("effort"u8, effort);
            writer.WriteEndObject();
        }

        if (hasTopK) writer.WriteRaw("top_k"u8, request.TopK);
        writer.WriteEndObject();
    }

    /// <summary>Notes what a model that thinks chooses for itself.</summary>
    public void LoseSampling(ChatRequest request, LossReport losses)
    {
        foreach (var (name, value) in (ReadOnlySpan<(string, RawJson)>)[("temperature", request.Temperature), ("top_p", request.TopP), ("top_k", request.TopK)])
        {
            if (!value.IsMissing) losses.Add(name, "a model that thinks takes no such setting");
        }
    }
}
