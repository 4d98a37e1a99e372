using System.Buffers.Binary;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Microsoft.ML.Tokenizers;

namespace Causeway.Core.Counting;

/// <summary>
/// Estimates the input tokens of a request for providers that cannot count themselves: o200k for text, and the vendors' rules of thumb for
/// the rest (Anthropic's guides "Vision" and "PDF support"). The tokenizer is loaded when first used.
/// </summary>
public static class TokenEstimate
{
    private const int PerMessage = 4;          // role and separators
    private const int PerTool = 12;            // the declaration around name, description and schema
    private const int ToolsPreamble = 40;
    private const int ImageCap = 1600;         // larger pictures are scaled down to about this
    private const int PixelsPerToken = 750;
    private const int BytesPerPdfPage = 50_000;
    private const int TokensPerPdfPage = 2300;
    private const int LongText = 400_000;      // characters; beyond, a sample is counted

    private static readonly Lazy<TiktokenTokenizer> Tokenizer = new(() => TiktokenTokenizer.CreateForEncoding("o200k_base"));

    /// <summary>Input tokens of <paramref name="request"/>: system prompts, messages, tools, pictures and documents.</summary>
    public static long Count(ChatRequest request)
    {
        long total = 0;
        foreach (var turn in request.Turns)
        {
            total += PerMessage;
            foreach (var part in turn.Parts) total += Count(part);
        }

        if (request.Tools.Count > 0) total += ToolsPreamble;
        foreach (var tool in request.Tools) total += PerTool + Count(tool);
        if (request.Output is { Schema.IsMissing: false } format) total += Count(format.Schema);
        return Math.Max(1, total);
    }

    private static long Count(Tool tool) => tool switch
    {
        FunctionTool function => Count(function.Name) + Count(function.Description) + Count(function.Schema),
        OpaqueTool opaque => Count(opaque.Raw),
        _ => 0,
    };

    private static long Count(Part part) => part switch
    {
        TextPart text => Count(text.Text),
        RefusalPart refusal => Count(refusal.Text),
        ReasoningPart thought => Count(thought.Text),
        ToolCallPart call => PerTool + Count(call.Name) + Count(call.Arguments),
        ToolResultPart result => PerTool + result.Content.Sum(Count),
        OpaquePart opaque => Count(opaque.Raw),
        MediaPart media => Count(media),
        _ => 0,
    };

    private static long Count(MediaPart media) => media switch
    {
        { Form: MediaForm.Text } => Count(media.Data),
        { Kind: MediaKind.Image, Form: MediaForm.Base64 } => Math.Min(ImageCap, ImagePixels(media.Data) / PixelsPerToken + 4),
        { Kind: MediaKind.Image } => ImageCap,
        { Kind: MediaKind.Document, Form: MediaForm.Base64 } => TokensPerPdfPage * (1 + (media.Data.Utf8.Length * 3L / 4 / BytesPerPdfPage)),
        _ => TokensPerPdfPage,
    };

    private static long Count(RawJson json) => json.IsMissing ? 0 : Count(json.IsString ? json.AsString()! : json.ToString());

    private static long Count(string text)
    {
        if (text.Length <= LongText) return Tokenizer.Value.CountTokens(text);
        return (long)(Tokenizer.Value.CountTokens(text.AsSpan(0, LongText)) * (text.Length / (double)LongText));
    }

    /// <summary>Width times height from the head of a PNG, GIF, WebP or JPEG; enough for the cap if it cannot be read.</summary>
    private static long ImagePixels(RawJson data)
    {
        var text = data.Utf8[1..^1];
        var length = Math.Min(text.Length, 64 << 10) / 4 * 4;
        var bytes = new byte[length];
        if (System.Buffers.Text.Base64.DecodeFromUtf8(text[..length], bytes, out _, out var count, isFinalBlock: false) > System.Buffers.OperationStatus.DestinationTooSmall || count < 30)
            return ImageCap * PixelsPerToken;
        ReadOnlySpan<byte> head = bytes.AsSpan(0, count);
        if (head[1..4].SequenceEqual("PNG"u8))
            return (long)BinaryPrimitives.ReadUInt32BigEndian(head[16..]) * BinaryPrimitives.ReadUInt32BigEndian(head[20..]);
        if (head.StartsWith("GIF8"u8)) return (long)BinaryPrimitives.ReadUInt16LittleEndian(head[6..]) * BinaryPrimitives.ReadUInt16LittleEndian(head[8..]);
        if (head.StartsWith("RIFF"u8) && head[12..].StartsWith("VP8X"u8))
            return (1L + (head[24] | head[25] << 8 | head[26] << 16)) * (1L + (head[27] | head[28] << 8 | head[29] << 16));
        return head is [0xFF, 0xD8, ..] ? JpegPixels(head) : ImageCap * PixelsPerToken;
    }

    private static long JpegPixels(ReadOnlySpan<byte> jpeg)
    {
        for (var at = 2; at + 9 < jpeg.Length && jpeg[at] == 0xFF;)
        {
            var marker = jpeg[at + 1];
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return (long)BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 5)..]) * BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 7)..]);
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
        }

        return ImageCap * PixelsPerToken;
    }
}
