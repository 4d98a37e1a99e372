using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>
/// Writes sampling settings and stop sequences. Temperature ends at 1, and a model that thinks is sampled as it is
/// trained (guide "Extended thinking", feature compatibility). A client of this API keeps what it said.
/// </summary>
internal static class Sampling
{
    private const double LeastTopPWithThinking = 0.95;

    public static void Write(EncodingContext context, Thinking thinking)
    {
        var (request, writer, losses) = (context.Request, context.Writer, context.Losses);
        var restricted = thinking.IsOn && !context.IsOwn;
        if (context.Traits.Samples == false && !context.IsOwn)
        {
            LoseSampling(request, losses);
            WriteStops(context);
            LoseOthers(request, losses);
            return;
        }

        if (request.Temperature.AsNumber() is { } temperature)
        {
            if (restricted && temperature != 1) losses.Add("temperature", "a model that thinks takes no temperature");
            else if (temperature > 1 && !context.IsOwn) WriteHottest(context);
            else writer.WriteRaw("temperature"u8, request.Temperature);
        }

        if (restricted && request.TopP.AsNumber() < LeastTopPWithThinking) losses.Add("top_p", "at least 0.95 with thinking");
        else writer.WriteRaw("top_p"u8, request.TopP);
        if (restricted && !request.TopK.IsMissing) losses.Add("top_k", "a model that thinks takes no top_k");
        else writer.WriteRaw("top_k"u8, request.TopK);
        WriteStops(context);
        LoseOthers(request, losses);
    }

    /// <summary>Newer models refuse to be sampled otherwise than they are trained; 1 is what they do.</summary>
    private static void LoseSampling(ChatRequest request, LossReport losses)
    {
        if (request.Temperature.AsNumber() is not (null or 1)) losses.Add("temperature", "the model takes no temperature");
        if (request.TopP.AsNumber() is not (null or 1)) losses.Add("top_p", "the model takes no top_p");
        if (!request.TopK.IsMissing) losses.Add("top_k", "the model takes no top_k");
    }

    private static void LoseOthers(ChatRequest request, LossReport losses)
    {
        Lose(request.Seed, "seed", losses);
        Lose(request.FrequencyPenalty, "frequency_penalty", losses);
        Lose(request.PresencePenalty, "presence_penalty", losses);
    }

    private static void WriteHottest(EncodingContext context)
    {
        context.Losses.Add("temperature", "ends at 1");
        context.Writer.WriteNumber("temperature"u8, 1);
    }

    private static void WriteStops(EncodingContext context)
    {
        var began = false;
        foreach (var stop in context.Request.StopSequences)
        {
            if (TextRules.IsBlank(stop))
            {
                context.Losses.Add(context.IsOwn ? "stop_sequences" : "stop", "a stop sequence cannot be white space only");
                continue;
            }

            if (!began) context.Writer.WriteStartArray("stop_sequences"u8);
            began = true;
            context.Writer.WriteRaw(stop);
        }

        if (began) context.Writer.WriteEndArray();
    }

    private static void Lose(RawJson value, string name, LossReport losses)
    {
        if (!value.IsMissing) losses.Add(name, "anthropic-messages has no such setting");
    }
}
