using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Reads a request: <c>POST /v1/messages</c>.</summary>
internal static class RequestDecoder
{
    // `fallbacks` is Causeway's own field: other models to try.
    private static readonly byte[][] Known = Fields.Names(
        "model", "messages", "max_tokens", "system", "stream", "temperature", "top_p", "top_k", "stop_sequences", "tools",
        "tool_choice", "thinking", "output_config", "output_format", "metadata", "fallbacks");

    public static Decoded<ChatRequest> Decode(ReadOnlyMemory<byte> body, bool counting)
    {
        var tree = JsonInput.TryParse(body, out var problem);
        if (tree is null) return GatewayError.Invalid(null, problem);
        var reader = new RequestReader(tree.RootElement);
        var request = reader.IsObject(tree.RootElement) ? Read(reader, tree, counting) : null;
        return reader.Error is { } error ? error : request!;
    }

    private static ChatRequest Read(RequestReader reader, JsonTree tree, bool counting)
    {
        var root = tree.RootElement;
        var extras = Fields.Rest(root, Known);
        var toolChoice = RequestReader.Get(root, "tool_choice"u8);
        var outputConfig = RequestReader.Get(root, "output_config"u8);
        var metadata = RequestReader.Get(root, "metadata"u8);
        var user = SettingsDecoder.User(reader, metadata, ref extras);
        var output = SettingsDecoder.Output(reader, root, outputConfig, ref extras);
        var request = new ChatRequest
        {
            Tree = tree,
            Origin = DialectId.AnthropicMessages,
            Model = Model(reader, root),
            Stream = reader.Boolean(RequestReader.Get(root, "stream"u8)) ?? false,
            ToolChoice = ToolDecoder.Choice(reader, toolChoice),
            ParallelTools = ToolDecoder.Parallel(reader, toolChoice),
            MaxTokens = MaxTokens(reader, root, counting),
            Temperature = reader.RawNumber(RequestReader.Get(root, "temperature"u8)),
            TopP = reader.RawNumber(RequestReader.Get(root, "top_p"u8)),
            TopK = reader.RawNumber(RequestReader.Get(root, "top_k"u8)),
            StopSequences = SettingsDecoder.StopSequences(reader, RequestReader.Get(root, "stop_sequences"u8)),
            Reasoning = SettingsDecoder.Reasoning(reader, RequestReader.Get(root, "thinking"u8), outputConfig),
            Output = output,
            User = user,
            Extras = extras,
        };
        System(reader, RequestReader.Get(root, "system"u8), request.Turns);
        Messages(reader, root, request.Turns);
        ToolDecoder.Tools(reader, RequestReader.Get(root, "tools"u8), request.Tools);
        return request;
    }

    private static string Model(RequestReader reader, JsonView root)
    {
        var model = RequestReader.Get(root, "model"u8);
        var name = model.ValueKind == JsonValueKind.Undefined ? "" : reader.Text(model);
        if (name.Length == 0) reader.Fail(root, "model", "must name a model");
        return name;
    }

    /// <summary>0 fills the prompt cache and answers nothing (API reference, "Create a Message").</summary>
    private static long? MaxTokens(RequestReader reader, JsonView root, bool counting)
    {
        var value = RequestReader.Get(root, "max_tokens"u8);
        if (value.ValueKind == JsonValueKind.Undefined && !counting) reader.Fail(root, "max_tokens", "is required");
        return reader.Integer(value, 0);
    }

    private static void System(RequestReader reader, JsonView system, List<Turn> turns)
    {
        if (system.ValueKind == JsonValueKind.Undefined) return;
        var turn = new Turn(Role.System);
        BlockDecoder.Content(reader, system, turn.Parts, Translation.None);
        foreach (var part in turn.Parts)
        {
            if (part is not TextPart) reader.Fail(system, "may hold text blocks only");
        }

        if (turn.Parts.Count > 0) turns.Add(turn);
    }

    private static void Messages(RequestReader reader, JsonView root, List<Turn> turns)
    {
        var messages = RequestReader.Get(root, "messages"u8);
        if (messages.ValueKind == JsonValueKind.Undefined) reader.Fail(root, "messages", "is required");
        else if (reader.IsArray(messages) && messages.GetArrayLength() == 0) reader.Fail(messages, "must not be empty");
        if (reader.Error is not null) return;
        foreach (var message in messages.EnumerateArray())
        {
            if (reader.IsObject(message)) turns.Add(Message(reader, message));
        }
    }

    private static readonly byte[][] KnownOfMessage = Fields.Names("role", "content");

    private static Turn Message(RequestReader reader, JsonView message)
    {
        var turn = new Turn(RoleOf(reader, message)) { Extras = Fields.Rest(message, KnownOfMessage) };
        var content = RequestReader.Get(message, "content"u8);
        if (content.ValueKind == JsonValueKind.Undefined) reader.Fail(message, "content", "is required");
        else BlockDecoder.Content(reader, content, turn.Parts, Translation.None);
        return turn;
    }

    private static Role RoleOf(RequestReader reader, JsonView message)
    {
        var role = RequestReader.Get(message, "role"u8);
        if (JsonText.Is(role, "user"u8)) return Role.User;
        if (JsonText.Is(role, "assistant"u8)) return Role.Assistant;
        if (JsonText.Is(role, "system"u8)) return Role.System;
        reader.Fail(message, "role", "must be user, assistant or system");
        return Role.User;
    }
}
