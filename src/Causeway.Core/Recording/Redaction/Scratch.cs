using System.Buffers;
using System.Text;

namespace Causeway.Core.Recording.Redaction;

/// <summary>Bytes of a body that something else takes the place of.</summary>
/// <param name="Start">The first.</param>
/// <param name="End">The place behind the last.</param>
/// <param name="Name">What they were.</param>
/// <param name="IsNumber">They were a JSON number; now they are a text.</param>
internal readonly record struct Cut(int Start, int End, string Name, bool IsNumber = false);

/// <summary>What is needed for one body, kept for the next.</summary>
internal sealed class Scratch
{
    private const int Smallest = 1 << 14;
    private const int LargestKept = 1 << 20;   // characters

    private char[] _text = new char[Smallest];

    /// <summary>What is to be taken out of the body, in order.</summary>
    public List<Cut> Cuts { get; } = [];

    /// <summary>What was found in the text at hand.</summary>
    public List<Finding> Found { get; } = [];

    /// <summary>Its runs of digits.</summary>
    public List<(int Start, int End)> Digits { get; } = [];

    /// <summary>Characters that were looked at.</summary>
    public long Work { get; set; }

    /// <summary>Is it no burden to keep?</summary>
    public bool IsSmall => _text.Length <= LargestKept && Digits.Capacity <= LargestKept && Cuts.Capacity <= LargestKept && Found.Capacity <= LargestKept;

    /// <summary>Forgets the last body.</summary>
    public void Begin()
    {
        Cuts.Clear();
        Found.Clear();
        Work = 0;
    }

    /// <summary>What bytes mean; good until the next call.</summary>
    public ReadOnlySpan<char> Decode(RawText bytes, int most)
    {
        if (_text.Length < most) _text = new char[Math.Max(most, Math.Min(_text.Length * 2, Array.MaxLength))];
        return _text.AsSpan(0, bytes.Decode(_text));
    }

    /// <summary>Writes the body with the cuts made.</summary>
    public void Write(ReadOnlySpan<byte> body, IBufferWriter<byte> output)
    {
        var at = 0;
        foreach (var cut in Cuts)
        {
            output.Write(body[at..cut.Start]);
            at = cut.End;
            if (cut.IsNumber) output.Write("\""u8);
            output.Write(Findings.MarkStart);
            Encoding.UTF8.GetBytes(cut.Name, output);
            output.Write(cut.IsNumber ? "]\""u8 : "]"u8);
        }

        output.Write(body[at..]);
    }
}
