using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>
/// Signatures that Causeway itself puts under thinking whose provider gave none. Anthropic's clients replay thinking
/// with its signature; the mark tells Causeway later that Anthropic would not accept it. What another provider needs to take its
/// thinking up again travels behind the mark, so that it comes back to it through any client that returns what it was given.
/// </summary>
public static class MintedSignature
{
    /// <summary>What every minted signature begins with.</summary>
    public const string Prefix = "cw1.";

    /// <summary>The same as it stands in JSON, quote included: what to look for in a body that is not parsed.</summary>
    public static ReadOnlySpan<byte> Mark => "\"cw1."u8;

    /// <summary>The same where signatures stand in base64, as with Gemini.</summary>
    public static ReadOnlySpan<byte> MarkInBase64 => "\"Y3cxL"u8;

    /// <summary>A minted signature that carries nothing: a JSON string.</summary>
    public static RawJson Empty { get; } = RawJson.FromString(Prefix);

    /// <summary>Was this signature (a JSON string) minted by Causeway?</summary>
    public static bool IsOne(RawJson signature) => signature.Utf8.StartsWith(Mark);

    /// <summary>A minted signature (a JSON string) that carries the signature or the encrypted thinking of <paramref name="part"/>; empty if it has neither.</summary>
    public static RawJson Wrap(ReasoningPart part)
    {
        var hidden = !part.Encrypted.IsNullOrEmpty;
        var inner = hidden ? part.Encrypted : part.Signature;
        return inner.IsNullOrEmpty || !inner.IsString ? Empty : Wrap(part.Origin, inner, hidden);
    }

    /// <summary>A minted signature that carries <paramref name="inner"/>, a JSON string.</summary>
    public static RawJson Wrap(DialectId origin, RawJson inner, bool hidden = false)
    {
        if (IsOne(inner)) return inner;
        var letter = (byte)((hidden ? 'A' : 'a') + (int)origin);
        return new RawJson((byte[])[.. Mark, letter, (byte)'.', .. inner.Utf8[1..]]);
    }

    /// <summary>The thinking that a client gives back: with what its provider once sent, if the signature carries it.</summary>
    /// <param name="text">The visible text.</param>
    /// <param name="signature">The signature as the client sent it: a JSON string, or missing.</param>
    /// <param name="dialect">The client's dialect, whose own the signature is if it was not minted.</param>
    public static ReasoningPart Restore(RawJson text, RawJson signature, DialectId dialect)
    {
        if (signature.Utf8 is not [(byte)'"', (byte)'c', (byte)'w', (byte)'1', (byte)'.', var letter, (byte)'.', .. var inner])
            return new ReasoningPart { Origin = dialect, Text = text, Signature = signature };
        var hidden = letter < 'a';
        var origin = (DialectId)(letter - (hidden ? 'A' : 'a'));
        if (!Enum.IsDefined(origin)) return new ReasoningPart { Origin = dialect, Text = text, Signature = signature };
        RawJson unwrapped = new((byte[])[(byte)'"', .. inner]);
        return hidden
            ? new ReasoningPart { Origin = origin, Text = text, Encrypted = unwrapped }
            : new ReasoningPart { Origin = origin, Text = text, Signature = unwrapped };
    }
}
