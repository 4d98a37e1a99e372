using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>
/// Signatures that Causeway itself gives to thinking of models whose providers sign nothing, since Anthropic's clients expect one on
/// every thinking block and send it back. They tell such blocks from those that Anthropic signed, to which alone they may be replayed.
/// </summary>
public static class MintedSignature
{
    /// <summary>How a minted signature begins inside a JSON string.</summary>
    public static ReadOnlySpan<byte> Prefix => "\"cw1."u8;

    /// <summary>A signature that holds nothing.</summary>
    public static RawJson Empty { get; } = new("\"cw1.\""u8.ToArray());

    /// <summary>Is this signature one of ours, or none at all?</summary>
    public static bool IsOneOrNone(RawJson signature) => signature.IsNullOrEmpty || signature.Utf8.StartsWith(Prefix);
}
