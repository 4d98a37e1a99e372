using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>Holds the signature of thinking until the call comes whose id can carry it. Without a call it is lost.</summary>
internal sealed class SignatureCarrier(LossReport losses)
{
    private RawJson _minted;
    private bool _isHidden;

    /// <summary>Takes what thinking leaves behind: a <see cref="MintedSignature"/>.</summary>
    public void Take(ReasoningPart thought, RawJson minted)
    {
        if (minted == MintedSignature.Empty) return;
        End();
        (_minted, _isHidden) = (minted, !thought.Encrypted.IsMissing);
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
        if (_isHidden) losses.Add("content.redacted_thinking", "openai-chat has no place for encrypted thinking");
        else losses.Add("content.signature", "openai-chat has no place for a signature of thinking");
        _minted = default;
    }
}
