using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Recording.Capture;

/// <summary>What was said in an exchange, decoded. Its values point into the draft's bytes.</summary>
internal sealed class Said : IDisposable
{
    private Said(ChatRequest? request, IReadOnlyList<ChatResponse> answers) => (Request, Answers) = (request, answers);

    /// <summary>The request; null if it is none.</summary>
    public ChatRequest? Request { get; }

    /// <summary>The answer, in as many parts as models worked on it, one after the other.</summary>
    public IReadOnlyList<ChatResponse> Answers { get; }

    /// <summary>Why the model stopped; null if that is not known.</summary>
    public StopReason? Stop => Answers is [.., var last] ? last.Stop : null;

    /// <summary>The names of the tools that were called, each once.</summary>
    public IReadOnlyList<string> Tools => [.. Answers.SelectMany(answer => answer.Parts).OfType<ToolCallPart>().Select(call => call.Name).Distinct()];

    /// <summary>Decodes it; null if nothing was taken.</summary>
    public static Said? Of(LogDraft draft)
    {
        if (draft.Request is not { } body) return null;
        var request = draft.Dialect.DecodeRequest(body.Memory).Value;
        var answers = new List<ChatResponse>();
        foreach (var answer in draft.Answers)
        {
            if (AnswerReader.Read(DialectRegistry.Upstream(answer.Dialect), answer.IsStream, answer.Memory, answer.Translation) is { } decoded) answers.Add(decoded);
        }

        return new Said(request, answers);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Request?.Dispose();
        foreach (var answer in Answers) answer.Dispose();
    }
}
