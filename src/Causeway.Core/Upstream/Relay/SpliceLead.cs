using System.Text;

namespace Causeway.Core.Upstream.Relay;

/// <summary>
/// The beginning of a text that goes on with another. Models like to repeat: the last words, the sentence that broke off, or all from the start.
/// So it is held back until it is clear what of it is new.
/// </summary>
/// <param name="text">The text that broke off.</param>
internal sealed class SpliceLead(string text)
{
    private const int Least = 96;          // characters that are held back in any case
    private const int LeastOverlap = 6;    // characters; less is chance

    private readonly StringBuilder _lead = new();

    /// <summary>Takes some more; true if it is clear now what is new.</summary>
    public bool Add(string more)
    {
        _lead.Append(more);
        return _lead.Length >= Least && !text.Contains(_lead.ToString(), StringComparison.Ordinal);   // else it may go on repeating
    }

    /// <summary>What is new of it.</summary>
    public string Rest()
    {
        var lead = _lead.ToString();
        for (var length = Math.Min(lead.Length, text.Length); length >= LeastOverlap; length--)
        {
            if (text.AsSpan().EndsWith(lead.AsSpan(0, length), StringComparison.Ordinal)) return lead[length..];
        }

        return text.Length > 0 && char.IsWhiteSpace(text[^1]) ? lead.TrimStart() : lead;
    }
}
