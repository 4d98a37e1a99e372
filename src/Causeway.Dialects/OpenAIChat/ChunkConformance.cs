using System.Text.Json;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAIChat;

/// <summary>
/// Is a stream, chunk by chunk, exactly as OpenAI's own API sends it? Strict clients rely on each rule here: one id, the role first, call
/// deltas by index with id and name once, nothing after the finish but one usage chunk of its own.
/// </summary>
internal sealed class ChunkConformance
{
    private readonly HashSet<long> _roles = [];      // choices that named their role
    private readonly HashSet<long> _finished = [];   // choices that finished
    private readonly HashSet<(long Choice, long Call)> _calls = [];
    private RawJson _id;
    private bool _usage;

    /// <summary>Every chunk so far was.</summary>
    public bool Conforms { get; private set; } = true;

    /// <summary>Something beyond a chunk's form is wrong.</summary>
    public void Spoil() => Conforms = false;

    /// <summary>Looks at the next chunk.</summary>
    public void Look(JsonView chunk)
    {
        if (Conforms) Conforms = Head(chunk) && Choices(chunk) && Usage(chunk);
    }

    private bool Head(JsonView chunk)
    {
        if (!Conformance.HasHead(chunk, "\"chat.completion.chunk\""u8)) return false;
        RawJson id = RequestReader.Get(chunk, "id"u8);
        if (_id.IsMissing) _id = id.Own();
        return id == _id;
    }

    private bool Choices(JsonView chunk)
    {
        var choices = RequestReader.Get(chunk, "choices"u8);
        if (choices.ValueKind != JsonValueKind.Array) return false;
        foreach (var choice in choices.EnumerateArray())
        {
            if (!Choice(choice)) return false;
        }

        return true;
    }

    private bool Choice(JsonView choice)
    {
        var delta = RequestReader.Get(choice, "delta"u8);
        if (delta.ValueKind != JsonValueKind.Object || ((RawJson)RequestReader.Get(choice, "index"u8)).AsInteger() is not { } index) return false;
        if (_roles.Add(index) && !((RawJson)RequestReader.Get(delta, "role"u8)).Utf8.SequenceEqual("\"assistant\""u8)) return false;
        if (RequestReader.Get(delta, "content"u8).ValueKind is not (JsonValueKind.String or JsonValueKind.Undefined)) return false;
        var reason = RequestReader.Get(choice, "finish_reason"u8);
        if (_finished.Contains(index) && (reason.ValueKind != JsonValueKind.Undefined || Carries(delta))) return false;
        if (RequestReader.Get(delta, "tool_calls"u8) is { ValueKind: not JsonValueKind.Undefined } calls && !Calls(index, calls)) return false;
        if (reason.ValueKind == JsonValueKind.Undefined) return true;
        _finished.Add(index);
        return FinishReasons.IsOwn(reason);
    }

    private static bool Carries(JsonView delta)
    {
        foreach (var member in delta.EnumerateObject())
        {
            if (!member.NameEquals("role"u8) && !((RawJson)member.Value).IsNullOrEmpty) return true;
        }

        return false;
    }

    private bool Calls(long choice, JsonView calls)
    {
        if (calls.ValueKind != JsonValueKind.Array) return false;
        foreach (var call in calls.EnumerateArray())
        {
            if (((RawJson)RequestReader.Get(call, "index"u8)).AsInteger() is not { } index) return false;
            RawJson id = RequestReader.Get(call, "id"u8);
            RawJson name = RequestReader.Get(RequestReader.Get(call, "function"u8), "name"u8);
            if (_calls.Contains((choice, index)))
            {
                if (!id.IsNullOrEmpty || !name.IsNullOrEmpty) return false;
            }
            else
            {
                if (id.IsNullOrEmpty || name.IsNullOrEmpty || index != _calls.Count(known => known.Choice == choice)) return false;
                _calls.Add((choice, index));
            }

            var arguments = RequestReader.Get(RequestReader.Get(call, "function"u8), "arguments"u8);
            if (arguments.ValueKind is not (JsonValueKind.String or JsonValueKind.Undefined)) return false;
        }

        return true;
    }

    private bool Usage(JsonView chunk)
    {
        var own = RequestReader.Get(chunk, "usage"u8);
        if (own.ValueKind == JsonValueKind.Undefined)
        {
            _usage |= RequestReader.Get(RequestReader.Get(chunk, "x_groq"u8), "usage"u8).ValueKind == JsonValueKind.Object;
            return true;
        }

        if (_usage || RequestReader.Get(chunk, "choices"u8).GetArrayLength() > 0) return false;
        _usage = true;
        return Conformance.Usage(own);
    }
}
