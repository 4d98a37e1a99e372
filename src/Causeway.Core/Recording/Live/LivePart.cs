using System.Text;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Capture;

namespace Causeway.Core.Recording.Live;

/// <summary>
/// A part of an answer, as far as it has been said. Where something has to be taken out of it, it is told a paragraph at a time, and a tool's arguments when they
/// are complete: a secret must not slip through between two pieces. Not thread-safe.
/// </summary>
/// <param name="index">Its number in the answer.</param>
/// <param name="name">The event's name: <c>text</c>, <c>reasoning</c> or <c>tool</c>.</param>
/// <param name="head">The beginning of the event's data, up to the opening quote of what is said.</param>
internal sealed class LivePart(int index, string name, string head) : IDisposable
{
    /// <summary>What tells of a tool.</summary>
    public const string Tool = "tool";

    private PooledBuffer? _said;   // the inside of a JSON string
    private int _told;

    /// <summary>Its number in the answer.</summary>
    public int Index => index;

    /// <summary>The event's name.</summary>
    public string Name => name;

    /// <summary>The beginning of the event's data.</summary>
    public string Head => head;

    /// <summary>All of it.</summary>
    public ReadOnlySpan<byte> Said => _said is { } said ? said.Span : [];

    /// <summary>There will be no more of it.</summary>
    public bool IsOver { get; set; }

    /// <summary>More is said.</summary>
    public void Add(ReadOnlySpan<byte> more) => (_said ??= new PooledBuffer(1024)).Write(more);

    /// <summary>What may be told and has not been; null: nothing.</summary>
    public LiveEvent? Next(ContentEdit edit)
    {
        var end = edit.IsNone || IsOver ? Said.Length : name == Tool ? 0 : EndOfParagraph(Said);
        if (end <= _told) return null;
        var next = Event(Said[_told..end], edit);
        _told = end;
        return next;
    }

    /// <summary>What was told so far.</summary>
    public LiveEvent Told(ContentEdit edit) => Event(Said[.._told], edit);

    /// <inheritdoc/>
    public void Dispose() => _said?.Dispose();

    /// <summary>The place behind the last empty line. Behind an n a backslash begins an escape, so that none is torn apart.</summary>
    private static int EndOfParagraph(ReadOnlySpan<byte> said) => said.LastIndexOf("\\n\\n"u8) is >= 0 and var at ? at + 4 : 0;

    private LiveEvent Event(ReadOnlySpan<byte> said, ContentEdit edit)
    {
        if (edit.IsNone) return Of(said);
        using var document = new PooledBuffer(said.Length + 4);
        document.Write("[\""u8);
        document.Write(said);
        document.Write("\"]"u8);
        using var clean = new PooledBuffer(said.Length + 64);
        edit.Apply(document.Span, clean);
        return Of(clean.Span[2..^2]);
    }

    private LiveEvent Of(ReadOnlySpan<byte> said)
    {
        var data = new byte[Encoding.UTF8.GetByteCount(head) + said.Length + 2];
        var at = Encoding.UTF8.GetBytes(head, data);
        said.CopyTo(data.AsSpan(at));
        "\"}"u8.CopyTo(data.AsSpan(at + said.Length));
        return new LiveEvent(name, data);
    }
}
