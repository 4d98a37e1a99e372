using System.Numerics;
using System.Runtime.InteropServices;
using Causeway.Core.Counting;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing.Rules;

namespace Causeway.Core.Governance;

/// <summary>
/// The most input tokens that a request may be counted as. An estimate will not do: budgets hold only if hardly any call uses more. Tokenizers make a
/// token of two bytes of text or more, but for numbers, of which some make one of each digit (Gemini's); English and code have three to four.
/// </summary>
internal static class InputBound
{
    /// <summary>The context window of a model of which it is not known: more than most have.</summary>
    private const long UnknownWindow = 1_000_000;

    private const int BytesPerToken = 2;
    private const int Frame = 64;                 // roles, separators, what providers put before a conversation
    private const int ToolFrame = 1000;           // what they put before tools; Anthropic's guide "Tool use": up to 735
    private const int Picture = 5000;             // Anthropic's guide "Vision": up to 4,784 in high resolution; OpenAI's and Google's: less
    private const int MiniPicture = 50_000;       // OpenAI counts 33 times the tokens for gpt-4o-mini, to the price of gpt-4o

    /// <summary>The bound from the bytes.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="model">The model it goes to.</param>
    /// <param name="window">That model's context window in tokens, which no request can pass; null: unknown.</param>
    public static long Of(Exchange exchange, string model, long? window)
    {
        var body = exchange.Body.Span;
        var references = InputReferences.Of(exchange);
        if (references.AreOpen) return window ?? UnknownWindow;
        var picture = model.Contains("4o-mini", StringComparison.OrdinalIgnoreCase) ? MiniPicture : Picture;
        long tokens = exchange.Fields.IndexOf("tools"u8) >= 0 || exchange.Fields.IndexOf("toolConfig"u8) >= 0 ? ToolFrame : Frame;
        tokens += (long)picture * references.Pictures;
        var from = 0;
        for (var at = 0; Base64Runs.TryNext(body, ref at, out var start, out var length); from = start + length)
        {
            tokens += Text(body[from..start]) + (IsPicture(body.Slice(start, length)) ? picture : length / BytesPerToken);
        }

        tokens += Text(body[from..]);
        return Math.Min(tokens, window ?? long.MaxValue);
    }

    /// <summary>
    /// The bound from a count by OpenAI's tokenizer, which costs milliseconds: for budgets that are nearly spent. Others' tokenizers have been seen to
    /// count up to 1.4 times as much.
    /// </summary>
    /// <inheritdoc cref="Of"/>
    public static long Closely(Exchange exchange, string model, long? window)
    {
        var most = Of(exchange, model, window);
        var at = 0;
        if (InputReferences.Of(exchange) is not { AreOpen: false, Pictures: 0 } || Base64Runs.TryNext(exchange.Body.Span, ref at, out _, out _)
            || exchange.DecodeRequest().Value is not { } request) return most;
        var isOwn = model.Contains("gpt-", StringComparison.OrdinalIgnoreCase);
        return Math.Min(most, Frame + (long)(TokenEstimate.Count(request) * (isOwn ? 1.1 : 1.5)) + (request.Tools.Count > 0 ? ToolFrame : 0));
    }

    /// <summary>
    /// A digit may be a token, and so may what stands between two numbers; of the rest, two bytes are. An emoji is one more, and so is a great letter
    /// after a small one: keys and base64 are full of them.
    /// </summary>
    private static long Text(ReadOnlySpan<byte> text)
    {
        var (digits, gaps, more, at) = (0L, 0L, 0L, 0);
        var (zero, small, great, plane, ones) = (new Vector<byte>((byte)'0'), new Vector<byte>((byte)'a'), new Vector<byte>((byte)'A'), new Vector<byte>(0xF0), Vector<byte>.One);
        var (nine, letters) = (new Vector<byte>(9), new Vector<byte>(25));
        ref var first = ref MemoryMarshal.GetReference(text);
        for (; at + Vector<byte>.Count < text.Length; at += Vector<byte>.Count)
        {
            var (block, next) = (Vector.LoadUnsafe(ref first, (nuint)at), Vector.LoadUnsafe(ref first, (nuint)at + 1));
            var isDigit = Vector.LessThanOrEqual(block - zero, nine);
            digits += Vector.Sum(isDigit & ones);
            gaps += Vector.Sum(Vector.AndNot(isDigit, Vector.LessThanOrEqual(next - zero, nine)) & ones);
            more += Vector.Sum((Vector.GreaterThanOrEqual(block, plane) | (Vector.LessThanOrEqual(block - small, letters) & Vector.LessThanOrEqual(next - great, letters))) & ones);
        }

        for (; at < text.Length; at++)
        {
            var (letter, next) = ((char)text[at], at + 1 < text.Length ? (char)text[at + 1] : '0');
            if (char.IsAsciiDigit(letter)) digits++;
            if (char.IsAsciiDigit(letter) && !char.IsAsciiDigit(next)) gaps++;
            if (letter >= 0xF0 || (char.IsAsciiLetterLower(letter) && char.IsAsciiLetterUpper(next))) more++;
        }

        return digits + gaps + more + ((text.Length - digits - gaps + BytesPerToken - 1) / BytesPerToken);
    }

    /// <summary>PNG, JPEG, GIF or WebP by their first letters; sounds, films and documents cost by their length.</summary>
    private static bool IsPicture(ReadOnlySpan<byte> base64) => base64.StartsWith("iVBORw"u8) || base64.StartsWith("/9j/"u8) || base64.StartsWith("\\/9j"u8)
        || base64.StartsWith("R0lGOD"u8) || (base64.StartsWith("UklGR"u8) && base64[12..16].SequenceEqual("RUJQ"u8));
}
