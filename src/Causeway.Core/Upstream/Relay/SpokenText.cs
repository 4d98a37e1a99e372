using System.Text;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream.Relay;

/// <summary>What the client has of an answer, as far as another model needs it to go on.</summary>
internal sealed class SpokenText
{
    private readonly StringBuilder _text = new();
    private readonly HashSet<int> _thoughts = [];   // reasoning that has not ended
    private bool _other;
    private bool _words;

    /// <summary>Can another model go on? Not with a call, a picture or a thought that is only half there, and not without any text.</summary>
    public bool CanContinue => _words && !_other && _thoughts.Count == 0;

    /// <summary>The text so far.</summary>
    public string Text => _text.ToString();

    /// <summary>The text part that has not ended; null if there is none.</summary>
    public int? OpenPart { get; private set; }

    /// <summary>The number that the next part gets.</summary>
    public int NextPart { get; private set; }

    /// <summary>Takes an event that goes to the client.</summary>
    public void Note(StreamEvent item)
    {
        switch (item)
        {
            case PartStarted started:
                NextPart = Math.Max(NextPart, started.Index + 1);
                if (started.Header is TextPart) OpenPart = started.Index;
                else if (started.Header is ReasoningPart) _thoughts.Add(started.Index);
                else _other = true;
                break;
            case PartDelta { Kind: DeltaKind.Text } delta when delta.Index == OpenPart:
                var text = delta.Value.AsString();
                _words |= !string.IsNullOrWhiteSpace(text);
                _text.Append(text);
                break;
            case PartEnded ended:
                _thoughts.Remove(ended.Index);
                if (ended.Index == OpenPart) OpenPart = null;
                break;
        }
    }
}
