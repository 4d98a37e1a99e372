using System.Text;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>
/// Carries what a provider needs to take its thinking up again through clients whose API has no place for it: behind the id of the
/// call that followed the thinking, which every client returns as it was.
/// </summary>
public static class CallIdCarrier
{
    private const string Between = "~";

    /// <summary>What to look for in a body that is not parsed.</summary>
    public static ReadOnlySpan<byte> Mark => "~cw1."u8;

    /// <summary>The id with what it is to carry, a <see cref="MintedSignature"/>; the plain id if that is missing or empty.</summary>
    public static string Attach(string id, RawJson minted) =>
        minted.IsMissing || minted == MintedSignature.Empty ? id : id + Between + minted.AsString();

    /// <summary>The plain id, and what it carried: a <see cref="MintedSignature"/> as a JSON string, missing if nothing.</summary>
    public static string Detach(string id, out RawJson minted)
    {
        var at = id.IndexOf(Between + MintedSignature.Prefix, StringComparison.Ordinal);
        minted = at < 0 ? default : RawJson.FromText(Encoding.UTF8.GetBytes(id[(at + 1)..]));
        return at < 0 ? id : id[..at];
    }

    /// <summary>
    /// The thinking that stands before a call whose id carried <paramref name="minted"/>. Anthropic's signatures are of the text, so
    /// without it nothing can be taken up, and the thinking counts as the client's own.
    /// </summary>
    /// <param name="text">The thinking's text as the client returned it: a JSON string, or missing.</param>
    /// <param name="minted">What the id carried.</param>
    /// <param name="client">The client's dialect.</param>
    public static ReasoningPart Restore(RawJson text, RawJson minted, DialectId client)
    {
        var words = text.IsMissing ? RawJson.EmptyString : text;
        var part = MintedSignature.Restore(words, minted, client);
        var isBound = part.Origin is DialectId.AnthropicMessages or DialectId.BedrockConverse && part.Encrypted.IsMissing;
        return isBound && words.IsNullOrEmpty ? new ReasoningPart { Origin = client, Text = words } : part;
    }

    /// <summary>Adds a call that stands in a message, and before it the thinking that its id carried; the text of that is the message's own.</summary>
    /// <param name="parts">The message's parts so far.</param>
    /// <param name="call">The call, with its plain id.</param>
    /// <param name="minted">What the id carried; missing if nothing.</param>
    /// <param name="client">The client's dialect.</param>
    public static void AddCall(List<Part> parts, Part call, RawJson minted, DialectId client)
    {
        if (!minted.IsMissing)
        {
            var told = parts.FindIndex(part => part is ReasoningPart thought && thought.Origin == client);
            var restored = Restore(told < 0 ? default : ((ReasoningPart)parts[told]).Text, minted, client);
            if (told >= 0) parts[told] = restored;
            else parts.Add(restored);
        }

        parts.Add(call);
    }
}
