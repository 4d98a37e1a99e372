using System.Buffers;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.Gemini;

/// <summary>Makes the server-sent events that <paramref name="events"/> writes the elements of one JSON list.</summary>
internal sealed class ListStreamEncoder(IStreamEncoder events) : IStreamEncoder
{
    private readonly ArrayBufferWriter<byte> _frames = new();
    private bool _begun;

    public void Encode(StreamEvent item, IBufferWriter<byte> output)
    {
        _frames.ResetWrittenCount();
        events.Encode(item, _frames);
        var rest = _frames.WrittenSpan;
        while (rest.IndexOf("\n\n"u8) is >= 0 and var end)
        {
            output.Write(_begun ? ",\n"u8 : "["u8);
            output.Write(rest["data: ".Length..end]);   // each frame is one line of data
            _begun = true;
            rest = rest[(end + 2)..];
        }

        if (item is Finished or Failed) EncodeEndMark(output);
    }

    public void EncodeEndMark(IBufferWriter<byte> output) => output.Write(_begun ? "]"u8 : "[]"u8);
}
