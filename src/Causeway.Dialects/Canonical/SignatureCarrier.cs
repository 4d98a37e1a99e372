using Causeway.Dialects.Json;

namespace Causeway.Dialects.Canonical;

/// <summary>
/// Holds the signature of thinking until the call comes whose id can carry it, for clients of APIs without a place for
/// signatures. Without a call it is lost.
/// </summary>
/// <param name="target">The client's dialect.</param>
/// <param name="losses">Takes what no call carries.</param>
internal sealed class SignatureCarrier(DialectId target, LossReport losses)
{
    private RawJson _minted;
    private bool _isHidden;

    /// <summary>The parts of a whole answer, with the signatures in the ids of the calls.</summary>
    public static List<Part> Pack(IReadOnlyList<Part> parts, DialectId target, LossReport losses)
    {
        var carrier = new SignatureCarrier(target, losses);
        var packed = new List<Part>(parts.Count);
        foreach (var part in parts)
        {
            switch (part)
            {
                case ReasoningPart thought:
                    carrier.Take(thought);
                    if (!thought.Text.IsNullOrEmpty) packed.Add(new ReasoningPart { Origin = thought.Origin, Text = thought.Text, Extras = thought.Extras });
                    break;
                case ToolCallPart call when !carrier._minted.IsMissing:
                    packed.Add(new ToolCallPart { Id = carrier.IdOf(call), Name = call.Name, Arguments = call.Arguments, IsFreeText = call.IsFreeText, Extras = call.Extras });
                    break;
                default: packed.Add(part); break;
            }
        }

        carrier.End();
        return packed;
    }

    /// <summary>Takes what thinking leaves behind.</summary>
    public void Take(ReasoningPart thought) => Take(MintedSignature.Wrap(thought), !thought.Encrypted.IsMissing);

    /// <summary>Takes a <see cref="MintedSignature"/> with bytes of its own, of thinking that is hidden or not.</summary>
    public void Take(RawJson minted, bool isHidden)
    {
        if (minted == MintedSignature.Empty) return;
        End();
        (_minted, _isHidden) = (minted, isHidden);
    }

    /// <summary>The id that the call has for the client.</summary>
    public string IdOf(ToolCallPart call)
    {
        var id = CallIdCarrier.Attach(call.Id, _minted);
        _minted = default;
        return id;
    }

    /// <summary>No call follows.</summary>
    public void End()
    {
        if (_minted.IsMissing) return;
        if (_isHidden) losses.Add("content.redacted_thinking", $"{target.Name()} has no place for encrypted thinking");
        else losses.Add("content.signature", $"{target.Name()} has no place for a signature of thinking");
        _minted = default;
    }
}
