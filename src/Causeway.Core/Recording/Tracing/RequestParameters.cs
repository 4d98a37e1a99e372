using System.Buffers.Text;
using System.Diagnostics;
using Causeway.Core.Pipeline;

namespace Causeway.Core.Recording.Tracing;

/// <summary>What a client asked for beside the answer: of the fields that stand outermost in its request, since nothing is parsed for it.</summary>
internal static class RequestParameters
{
    public static void Write(Activity span, Exchange exchange)
    {
        if (exchange.Stream) span.AddTag(GenAiNames.Stream, true);
        Whole(GenAiNames.MaxTokens, Find("max_tokens"u8, "max_completion_tokens"u8, "max_output_tokens"u8));
        Whole(GenAiNames.Seed, Find("seed"u8));
        if (Find("n"u8) is var n && !n.SequenceEqual("1"u8)) Whole(GenAiNames.Choices, n);
        Number(GenAiNames.Temperature, Find("temperature"u8));
        Number(GenAiNames.TopP, Find("top_p"u8, "p"u8));
        Number(GenAiNames.TopK, Find("top_k"u8, "k"u8));
        Number(GenAiNames.FrequencyPenalty, Find("frequency_penalty"u8));
        Number(GenAiNames.PresencePenalty, Find("presence_penalty"u8));

        ReadOnlySpan<byte> Find(ReadOnlySpan<byte> name, ReadOnlySpan<byte> other = default, ReadOnlySpan<byte> third = default)
        {
            if (exchange.Fields.TryGet(name, out var field)) return exchange.Body.Span[field.Value];
            return other.IsEmpty ? default : Find(other, third);
        }

        void Whole(string name, ReadOnlySpan<byte> text)
        {
            if (Utf8Parser.TryParse(text, out long number, out var read) && read == text.Length) span.AddTag(name, number);
        }

        void Number(string name, ReadOnlySpan<byte> text)
        {
            if (Utf8Parser.TryParse(text, out double number, out var read) && read == text.Length) span.AddTag(name, number);
        }
    }
}
