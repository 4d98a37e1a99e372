using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.OpenAICompletions;

/// <summary>
/// Reads a completions request. Source: OpenAI's API reference, "Create completion". What a chat model cannot do at all is refused, so
/// that nobody takes another kind of answer for the one that was asked for.
/// </summary>
internal static class RequestDecoder
{
    private const DialectId Origin = DialectId.OpenAICompletions;

    private static readonly string[] Known =
    [
        "model", "prompt", "max_tokens", "temperature", "top_p", "seed", "frequency_penalty", "presence_penalty", "stop", "stream", "stream_options",
        "user", "fallbacks", "n", "best_of", "echo", "suffix",
    ];

    public static Decoded<ChatRequest> Decode(ReadOnlyMemory<byte> body)
    {
        if (JsonInput.TryParse(body, out var problem) is not { } tree) return GatewayError.Invalid(null, problem);
        var root = tree.RootElement;
        var read = new RequestReader(root);
        if (!read.IsObject(root)) return read.Error!;
        var model = RequestReader.Get(root, "model"u8);
        if (model.ValueKind == JsonValueKind.Undefined) read.Fail(root, "model", "is required");
        var options = RequestReader.Get(root, "stream_options"u8);
        var request = new ChatRequest
        {
            Tree = tree,
            Origin = Origin,
            Model = model.ValueKind == JsonValueKind.Undefined ? "" : read.Text(model),
            Stream = read.Boolean(RequestReader.Get(root, "stream"u8)) ?? false,
            StreamUsage = read.Boolean(RequestReader.Get(options, "include_usage"u8)) ?? false,
            MaxTokens = read.Integer(RequestReader.Get(root, "max_tokens"u8), 1),
            Temperature = read.RawNumber(RequestReader.Get(root, "temperature"u8)),
            TopP = read.RawNumber(RequestReader.Get(root, "top_p"u8)),
            Seed = read.RawNumber(RequestReader.Get(root, "seed"u8)),
            FrequencyPenalty = read.RawNumber(RequestReader.Get(root, "frequency_penalty"u8)),
            PresencePenalty = read.RawNumber(RequestReader.Get(root, "presence_penalty"u8)),
            StopSequences = Stop(read, RequestReader.Get(root, "stop"u8)),
            User = read.RawText(RequestReader.Get(root, "user"u8)),
            Extras = ExtrasReader.Read(root, Origin, Known),
        };
        var turn = new Turn(Role.User);
        turn.Parts.Add(new TextPart(Prompt(read, root)));
        request.Turns.Add(turn);
        Refuse(read, root);
        return read.Error is { } error ? error : request;
    }

    /// <summary>One text, also in a list of one; several prompts and token numbers cannot be asked of a chat model.</summary>
    private static RawJson Prompt(RequestReader read, JsonView root)
    {
        var prompt = RequestReader.Get(root, "prompt"u8);
        if (prompt.ValueKind == JsonValueKind.Array && prompt.GetArrayLength() == 1) prompt = prompt[0];
        if (prompt.ValueKind == JsonValueKind.String) return prompt;
        if (prompt.ValueKind == JsonValueKind.Undefined) read.Fail(root, "prompt", "is required");
        else read.Fail(prompt, "must be one text: several prompts, and prompts of token numbers, are not supported; send a request for each text");
        return RawJson.EmptyString;
    }

    private static List<RawJson> Stop(RequestReader read, JsonView stop)
    {
        var texts = new List<RawJson>();
        if (stop.ValueKind == JsonValueKind.String) texts.Add(stop);
        else if (stop.ValueKind != JsonValueKind.Undefined && read.IsArray(stop))
        {
            foreach (var item in stop.EnumerateArray())
            {
                if (read.IsString(item)) texts.Add(item);
            }
        }

        return texts;
    }

    private static void Refuse(RequestReader read, JsonView root)
    {
        foreach (var name in (ReadOnlySpan<string>)["n", "best_of"])
        {
            if (root.TryGetProperty(name, out var count) && read.Integer(count, 1) > 1) read.Fail(count, "must be 1: a chat model gives one answer");
        }

        if (RequestReader.Get(root, "echo"u8) is { ValueKind: not JsonValueKind.Undefined } echo && read.Boolean(echo) == true)
            read.Fail(echo, "must be false: a chat model does not repeat the prompt");
        if (RequestReader.Get(root, "suffix"u8) is { ValueKind: not JsonValueKind.Undefined } suffix && read.RawText(suffix) is { IsNullOrEmpty: false })
            read.Fail(suffix, "must be left out: a chat model does not fill in the middle of a text");
    }
}
