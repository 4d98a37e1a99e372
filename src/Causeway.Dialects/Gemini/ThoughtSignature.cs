using System.Text;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Gemini;

/// <summary>
/// <c>thoughtSignature</c>: base64 that lets the model take its thinking up again. It stands on the part that followed the thinking, most
/// of all on function calls; in the canonical model it is the signature of a reasoning part before that part. Signatures of other
/// providers travel through Gemini's clients in the same place, in base64 as the field demands.
/// </summary>
internal static class ThoughtSignature
{
    /// <summary>What the API takes for calls whose signature is not known, such as those of other models.</summary>
    public static ReadOnlySpan<byte> Placeholder => "skip_thought_signature_validator"u8;

    /// <summary>The reasoning that a signature stands for; null if there is none, or only the placeholder.</summary>
    public static ReasoningPart? Read(JsonView part, RawJson text)
    {
        RawJson signature = RequestReader.Get(part, "thoughtSignature"u8);
        if (signature.IsMissing) signature = RequestReader.Get(part, "thought_signature"u8);
        if (!signature.IsString || signature.IsNullOrEmpty || signature.Utf8[1..^1].SequenceEqual(Placeholder))
            return text.IsMissing ? null : new ReasoningPart { Origin = DialectId.Gemini, Text = text };
        return MintedSignature.Restore(text.IsMissing ? RawJson.EmptyString : text, Unwrap(signature), DialectId.Gemini);
    }

    /// <summary>The signature for a Gemini client: its own, or another provider's in base64; missing if there is none.</summary>
    public static RawJson ForClient(ReasoningPart part)
    {
        if (part.Origin == DialectId.Gemini) return part.Signature;
        var minted = MintedSignature.Wrap(part);
        return minted == MintedSignature.Empty ? default : RawJson.FromString(Convert.ToBase64String(minted.Utf8[1..^1]));
    }

    private static RawJson Unwrap(RawJson signature)
    {
        if (!signature.Utf8.StartsWith("\"Y3cxL"u8)) return signature;   // base64 of the mark of minted signatures
        try
        {
            var text = Encoding.UTF8.GetString(Convert.FromBase64String(signature.AsString()!));
            return text.StartsWith(MintedSignature.Prefix, StringComparison.Ordinal) ? RawJson.FromString(text) : signature;
        }
        catch (FormatException)
        {
            return signature;
        }
    }
}
