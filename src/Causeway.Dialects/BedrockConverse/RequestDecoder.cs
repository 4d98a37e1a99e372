using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.BedrockConverse;

/// <summary>Reads a Converse request. The model and whether to stream are in its path. Source: AWS, API reference "Converse".</summary>
internal static class RequestDecoder
{
    private const DialectId Origin = DialectId.BedrockConverse;

    private static readonly string[] Known = ["messages", "system", "inferenceConfig", "toolConfig", "outputConfig", "fallbacks"];

    public static Decoded<ChatRequest> Decode(ReadOnlyMemory<byte> body)
    {
        if (JsonInput.TryParse(body, out var problem) is not { } tree) return GatewayError.Invalid(null, problem);
        var root = tree.RootElement;
        var read = new RequestReader(root);
        if (!read.IsObject(root)) return read.Error!;
        var config = RequestReader.Get(root, "inferenceConfig"u8);
        var tools = RequestReader.Get(root, "toolConfig"u8);
        var request = new ChatRequest
        {
            Tree = tree,
            Origin = Origin,
            Model = "",
            MaxTokens = read.Integer(RequestReader.Get(config, "maxTokens"u8), 1),
            Temperature = read.RawNumber(RequestReader.Get(config, "temperature"u8)),
            TopP = read.RawNumber(RequestReader.Get(config, "topP"u8)),
            StopSequences = [.. RequestReader.Get(config, "stopSequences"u8).EnumerateArray().Where(read.IsString).Select(text => (RawJson)text)],
            ToolChoice = Choice(RequestReader.Get(tools, "toolChoice"u8)),
            Output = Format(read, RequestReader.Get(RequestReader.Get(root, "outputConfig"u8), "textFormat"u8)),
            Extras = ExtrasReader.Read(root, Origin, Known),
        };
        ReadSystem(RequestReader.Get(root, "system"u8), request);
        ReadTools(read, RequestReader.Get(tools, "tools"u8), request.Tools);
        ReadMessages(read, root, request);
        return read.Error is { } error ? error : request;
    }

    /// <summary>The form of the answer; its schema is JSON in a text.</summary>
    private static OutputFormat? Format(RequestReader read, JsonView format)
    {
        var described = RequestReader.Get(RequestReader.Get(format, "structure"u8), "jsonSchema"u8);
        var text = RequestReader.Get(described, "schema"u8);
        if (format.ValueKind == JsonValueKind.Undefined) return null;
        if (text.ValueKind != JsonValueKind.String || JsonInput.TryParse(JsonText.Decode(text.Utf8), out _) is not { RootElement.ValueKind: JsonValueKind.Object } schema)
        {
            read.Fail(described, "schema", "must be the text of a JSON schema");
            return null;
        }

        return new OutputFormat
        {
            Schema = schema.RootElement,
            Name = read.RawText(RequestReader.Get(described, "name"u8)),
            Description = read.RawText(RequestReader.Get(described, "description"u8)),
        };
    }

    private static void ReadSystem(JsonView system, ChatRequest request)
    {
        var turn = new Turn(Role.System);
        BlockReader.Read(system, Translation.None, turn.Parts);
        if (turn.Parts.Count > 0) request.Turns.Add(turn);
    }

    private static void ReadMessages(RequestReader read, JsonView root, ChatRequest request)
    {
        var messages = RequestReader.Get(root, "messages"u8);
        if (messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
        {
            read.Fail(root, "messages", "must be a list with at least one message");
            return;
        }

        foreach (var message in messages.EnumerateArray())
        {
            if (!read.IsObject(message)) continue;
            var role = RequestReader.Get(message, "role"u8).GetString();
            if (role is not ("user" or "assistant"))
            {
                read.Fail(message, "role", "must be \"user\" or \"assistant\"");
                continue;
            }

            var turn = new Turn(role == "user" ? Role.User : Role.Assistant);
            BlockReader.Read(RequestReader.Get(message, "content"u8), Translation.None, turn.Parts);
            request.Turns.Add(turn);
        }
    }

    private static void ReadTools(RequestReader read, JsonView tools, List<Tool> found)
    {
        foreach (var tool in tools.EnumerateArray())
        {
            var spec = RequestReader.Get(tool, "toolSpec"u8);
            if (spec.ValueKind != JsonValueKind.Object)
            {
                if (read.IsObject(tool)) found.Add(new OpaqueTool(Origin, "tool", tool));
                continue;
            }

            var name = RequestReader.Get(spec, "name"u8);
            if (name.ValueKind != JsonValueKind.String) read.Fail(spec, "name", "must be text");
            found.Add(new FunctionTool
            {
                Name = name.GetString() ?? "",
                Description = read.RawText(RequestReader.Get(spec, "description"u8)),
                Schema = RequestReader.Get(RequestReader.Get(spec, "inputSchema"u8), "json"u8),
                Extras = ExtrasReader.Read(spec, Origin, ["name", "description", "inputSchema"]),
            });
        }
    }

    private static ToolChoice? Choice(JsonView choice)
    {
        if (choice.ValueKind != JsonValueKind.Object) return null;
        if (RequestReader.Get(RequestReader.Get(choice, "tool"u8), "name"u8).GetString() is { } name) return new ToolChoice(ToolChoiceMode.Named, name);
        return new ToolChoice(choice.TryGetProperty("any"u8, out _) ? ToolChoiceMode.Required : ToolChoiceMode.Auto);
    }
}
