using System.Text.Json;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Dialects.AnthropicMessages;

/// <summary>Writes a request: <c>POST /v1/messages</c>.</summary>
internal static class RequestEncoder
{
    private const string Management = "context_management";

    public static Translation Encode(ChatRequest request, ModelTraits traits, Utf8JsonWriter writer, LossReport losses)
    {
        var context = new EncodingContext(request, traits, writer, losses);
        var thinking = Thinking.Choose(request, traits, losses);
        writer.WriteStartObject();
        writer.WriteString("model"u8, request.Model);
        writer.WriteNumber("max_tokens"u8, thinking.MaxTokens);
        MessageWriter.Write(context, Conversation.Of(request, losses));
        ToolWriter.Write(context);
        WriteSettings(context, thinking);
        Sampling.Write(context, thinking);
        if (request.Stream) writer.WriteBoolean("stream"u8, true);
        WriteExtras(request, thinking, writer, losses);
        writer.WriteEndObject();
        return context.Translation;
    }

    private static void WriteSettings(EncodingContext context, Thinking thinking)
    {
        var (request, writer) = (context.Request, context.Writer);
        thinking.Write(writer, context.Losses);
        if (request.User.IsString && !HasOwn(request, "metadata"))
        {
            writer.WriteStartObject("metadata"u8);
            writer.WriteRaw("user_id"u8, request.User);
            writer.WriteEndObject();
        }

        WriteOutputConfig(context, thinking);
    }

    private static void WriteOutputConfig(EncodingContext context, Thinking thinking)
    {
        var (request, writer) = (context.Request, context.Writer);
        if (request.Output is { Schema.IsMissing: true })
            context.Losses.Add("response_format", "anthropic-messages has JSON output only with a schema");
        var schema = request.OutputFor(DialectId.AnthropicMessages, context.Traits, context.Losses)?.Schema ?? default;
        if (HasOwn(request, "output_config") || (thinking.Effort is null && schema.IsMissing)) return;
        writer.WriteStartObject("output_config"u8);
        if (thinking.Effort is not null) writer.WriteString("effort"u8, thinking.Effort);
        if (!schema.IsMissing)
        {
            writer.WriteStartObject("format"u8);
            writer.WriteString("type"u8, "json_schema"u8);
            writer.WriteRaw("schema"u8, schema);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static bool HasOwn(ChatRequest request, string name) =>
        request.Extras is { Origin: DialectId.AnthropicMessages } extras && !extras[name].IsMissing;

    /// <summary>Without thinking there must be no <c>context_management</c> that clears it ("clear_thinking requires thinking").</summary>
    private static void WriteExtras(ChatRequest request, Thinking thinking, Utf8JsonWriter writer, LossReport losses)
    {
        var extras = request.Extras;
        if (HasOwn(request, Management) && !thinking.IsOn && extras![Management].Utf8.IndexOf("clear_thinking"u8) >= 0)
        {
            losses.Add(Management, "there is no thinking to clear");
            extras = new Extras(extras.Origin);
            foreach (var (name, value) in request.Extras!.Fields)
            {
                if (name != Management) extras.Add(name, value);
            }
        }

        Fields.Write(writer, extras, losses, "");
    }
}
