using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Log;
using Causeway.Dialects.Json;

namespace Causeway.Core.Recording.Capture;

/// <summary>Makes of what was said what the log keeps of it. For one thread.</summary>
internal sealed class ContentBuilder(TimeProvider time) : IDisposable
{
    private readonly BodyPacker _packer = new(time);

    /// <summary>What was sent to the store may not have come there.</summary>
    public void Forget() => _packer.Forget();

    /// <summary>What is kept of an exchange; null: nothing.</summary>
    /// <param name="draft">What was taken.</param>
    /// <param name="said">The same, decoded.</param>
    /// <param name="redaction">What is taken out where the policy says so.</param>
    public LogContent? Build(LogDraft draft, Said said, ContentEdit redaction)
    {
        if (draft.Policy == ContentPolicy.Drop) return null;
        var edit = draft.Policy == ContentPolicy.Redact ? redaction : ContentEdit.None;
        var pieces = new List<LogPiece>();
        var parts = new List<LogPart> { new(LogPartKind.Request, Pack(draft.Request!.Memory, edit, pieces)) };
        if (said.Answers.Count > 0)
        {
            using var answer = new PooledBuffer();
            AnswerJson.Write(said.Answers, answer);
            parts.Add(new LogPart(LogPartKind.Answer, PackWhole(answer.Memory, edit)));
        }

        foreach (var answer in draft.Answers)
        {
            if (answer.Request is not { } sent) continue;
            parts.Add(new LogPart(LogPartKind.UpstreamRequest, Pack(sent.Memory, edit, pieces)));
            parts.Add(new LogPart(LogPartKind.UpstreamAnswer, PackWhole(answer.Memory, edit)));
        }

        return new LogContent { Text = edit.Apply(SearchText.Of(said)), Parts = parts, Pieces = pieces };
    }

    /// <inheritdoc/>
    public void Dispose() => _packer.Dispose();

    private ReadOnlyMemory<byte> Pack(ReadOnlyMemory<byte> body, ContentEdit edit, List<LogPiece> pieces)
    {
        using var tree = JsonInput.TryParse(body, out _);
        return tree is null ? PackWhole(body, edit) : _packer.Pack(tree, edit, pieces);
    }

    private ReadOnlyMemory<byte> PackWhole(ReadOnlyMemory<byte> body, ContentEdit edit)
    {
        if (edit.IsNone) return _packer.Pack(body.Span);
        using var edited = new PooledBuffer(body.Length + 64);
        edit.Apply(body.Span, edited);
        return _packer.Pack(edited.Span);
    }
}
