using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>
/// Signatures that Causeway itself puts under thinking whose provider gave none. Anthropic's clients replay thinking
/// with its signature; the mark tells Causeway later that Anthropic would not accept it.
/// </summary>
public static class MintedSignature
{
    /// <summary>What every minted signature begins with.</summary>
    public const string Prefix = "cw1.";

    /// <summary>The same as it stands in JSON, quote included: what to look for in a body that is not parsed.</summary>
    public static ReadOnlySpan<byte> Mark => "\"cw1."u8;

    /// <summary>A minted signature that carries nothing: a JSON string.</summary>
    public static RawJson Empty { get; } = RawJson.FromString(Prefix);

    /// <summary>Was this signature (a JSON string) minted by Causeway?</summary>
    public static bool IsOne(RawJson signature) => signature.Utf8.StartsWith(Mark);
}
