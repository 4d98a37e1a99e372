using Causeway.Core.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Routing.Rules;

/// <summary>What a request says about thinking, in its own words: rules that set an effort do not change it.</summary>
/// <param name="Thinks">Is the model to think?</param>
/// <param name="Effort">How much, in the client's word; null if it does not say.</param>
internal readonly record struct ThinkingWish(bool Thinks, string? Effort)
{
    private static readonly byte[][] Fields =
    [
        [.. "thinking"u8], [.. "output_config"u8], [.. "reasoning"u8], [.. "reasoning_effort"u8], [.. "generationConfig"u8], [.. "generation_config"u8],
    ];

    /// <summary>A whole request of any dialect but for its end. The members it does not know are extras to each.</summary>
    private static ReadOnlySpan<byte> Head =>
        """{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"input":"x","contents":[{"parts":[{"text":"x"}]}]"""u8;

    /// <summary>
    /// Reads it by the dialect's own decoder, from a request that holds nothing but the members in question: of 100 KB that are a few hundred bytes.
    /// What cannot be read says nothing; whoever has to read it will say so.
    /// </summary>
    public static ThinkingWish Of(Exchange exchange)
    {
        var body = exchange.Body.Span;
        var client = exchange.Client;
        PooledBuffer? small = null;
        if (client.Id == DialectId.BedrockConverse)
        {
            // What Converse has no field for goes to Claude in the words of Anthropic's API.
            if (!exchange.Fields.TryGet("additionalModelRequestFields"u8, out var more) || body[more.Value] is not [(byte)'{', .. var members, (byte)'}']) return default;
            if (members.IndexOf((byte)'"') < 0) return default;
            Add(ref small, members);
            client = DialectRegistry.Client(DialectId.AnthropicMessages);
        }

        foreach (var name in Fields)
        {
            if (exchange.Fields.TryGet(name, out var field)) Add(ref small, body[field.Start..field.Value.End]);
        }

        if (small is null) return default;
        using (small)
        {
            small.Write("}"u8);
            using var decoded = client.DecodeRequest(small.Memory).Value;
            return decoded?.Reasoning is { } wish ? new ThinkingWish(wish is { Mode: not ReasoningMode.Off, EffortOnly: false }, wish.Effort) : default;
        }
    }

    private static void Add(ref PooledBuffer? small, ReadOnlySpan<byte> members)
    {
        if (small is null)
        {
            small = new PooledBuffer(Head.Length + members.Length + 64);
            small.Write(Head);
        }

        small.Write(","u8);
        small.Write(members);
    }
}
