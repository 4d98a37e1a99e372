using Causeway.Dialects.Canonical;

namespace Causeway.Fuzz;

/// <summary>The rules that <see cref="StreamEvent"/> states.</summary>
internal sealed class Grammar
{
    private readonly HashSet<int> _open = [];
    private int _last = -1;
    private bool _started;
    private bool _ended;

    public void Take(StreamEvent item)
    {
        Must(!_ended, $"{item} after the end");
        switch (item)
        {
            case Started:
                Must(!_started, "a second beginning");
                _started = true;
                break;
            case PartStarted part:
                Must(part.Index > _last, $"part {part.Index} after {_last}");
                _last = part.Index;
                _open.Add(part.Index);
                break;
            case PartDelta delta: Must(_open.Contains(delta.Index), $"an addition to part {delta.Index}, which is not open"); break;
            case PartEnded part: Must(_open.Remove(part.Index), $"an end of part {part.Index}, which is not open"); break;
            case Finished:
                Must(_open.Count == 0, "the answer is complete, its parts are not");
                _ended = true;
                break;
            case Failed: _ended = true; break;
        }
    }

    public void End() => Must(_ended, "no end");

    private static void Must(bool isSo, string problem)
    {
        if (!isSo) throw new BrokenRuleException($"the events: {problem}");
    }
}
