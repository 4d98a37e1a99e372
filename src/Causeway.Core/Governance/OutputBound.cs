using System.Buffers.Text;
using System.Text.Json;
using Causeway.Core.Pipeline;

namespace Causeway.Core.Governance;

/// <summary>The most output tokens that a request allows, read from its bytes.</summary>
internal static class OutputBound
{
    private const long Unknown = 131_072;   // of a model of which no limit is known; more than any has by default
    private const int MostChoices = 1000;

    /// <summary>Tokens of all answers together that it asks for, after the limits of rules.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="limit">The most that the model gives; null: unknown.</param>
    public static long Of(Exchange exchange, long? limit)
    {
        var asked = exchange.Policy.Settings?.MaxTokens ?? Asked(exchange);
        if (exchange.Policy.Settings?.MaxTokensLimit is { } most) asked = Math.Min(asked ?? most, most);
        return Math.Min(asked ?? long.MaxValue, limit ?? asked ?? Unknown) * Choices(exchange);
    }

    /// <summary>The fewest that are worth a call: those for thinking are asked for apart, and some are needed to answer.</summary>
    public static long LeastOf(Exchange exchange, long worthwhile) =>
        worthwhile + (exchange.Fields.TryGet("thinking"u8, out var thinking) ? Within(exchange.Body.Span[thinking.Value], "budget_tokens"u8, "budget_tokens"u8) ?? 0 : 0);

    /// <summary>How many answers it asks for.</summary>
    public static long Choices(Exchange exchange)
    {
        var most = Math.Max(Number(exchange, "n"u8) ?? 1, Number(exchange, "best_of"u8) ?? 1);
        if (Generation(exchange) is { IsEmpty: false } config) most = Math.Max(most, Within(config, "candidateCount"u8, "candidate_count"u8) ?? 1);
        return Math.Clamp(most, 1, MostChoices);
    }

    private static long? Asked(Exchange exchange)
    {
        long? most = null;
        most = Max(most, Number(exchange, "max_tokens"u8));
        most = Max(most, Number(exchange, "max_completion_tokens"u8));
        most = Max(most, Number(exchange, "max_output_tokens"u8));
        if (Generation(exchange) is { IsEmpty: false } config) most = Max(most, Within(config, "maxOutputTokens"u8, "max_output_tokens"u8));
        if (exchange.Fields.TryGet("inferenceConfig"u8, out var bedrock)) most = Max(most, Within(exchange.Body.Span[bedrock.Value], "maxTokens"u8, "maxTokens"u8));
        return most;
    }

    private static ReadOnlySpan<byte> Generation(Exchange exchange) =>
        exchange.Fields.TryGet("generationConfig"u8, out var field) || exchange.Fields.TryGet("generation_config"u8, out field) ? exchange.Body.Span[field.Value] : default;

    private static long? Number(Exchange exchange, ReadOnlySpan<byte> name) =>
        exchange.Fields.TryGet(name, out var field) && exchange.Body.Span[field.Value] is var text && Utf8Parser.TryParse(text, out long number, out var used) && used == text.Length && number > 0 ? number : null;

    private static long? Max(long? one, long? other) => one is null || other > one ? other : one;

    /// <summary>A number that is a member of an object; null if it is not there, or no whole number.</summary>
    private static long? Within(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> alias)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1 || !(reader.ValueTextEquals(name) || reader.ValueTextEquals(alias))) continue;
                return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number > 0 ? number : null;
            }
        }
        catch (JsonException)
        {
            // Whoever has to read it will say so.
        }

        return null;
    }
}
