using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Core.Recording.Log;

namespace Causeway.Storage.Logs;

/// <summary>What an entry has besides dimensions and numbers, as JSON.</summary>
internal sealed class LogDetail
{
    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _json;

    /// <summary>A writer that is used again and again.</summary>
    public LogDetail() => _json = new Utf8JsonWriter(_buffer, Options);

    /// <summary>The JSON, in UTF-8; valid until the next call.</summary>
    public ReadOnlySpan<byte> Write(LogEntry entry)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        Text("path"u8, entry.Path.Length == 0 ? null : entry.Path);
        Text("route"u8, entry.Route);
        Text("message"u8, entry.Message);
        Text("user_agent"u8, entry.UserAgent);
        Text("answer_id"u8, entry.AnswerId);
        Text("continued_by"u8, entry.ContinuedBy);
        Text("session_name"u8, entry.SessionName);
        if (entry.IsRecovered) _json.WriteBoolean("recovered"u8, true);
        if (entry.Attempts.Count > 0)
        {
            _json.WriteStartArray("attempts"u8);
            foreach (var attempt in entry.Attempts) Write(attempt);
            _json.WriteEndArray();
        }

        if (entry.Losses.Count > 0)
        {
            _json.WriteStartArray("losses"u8);
            foreach (var loss in entry.Losses) Write(loss);
            _json.WriteEndArray();
        }

        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan;
    }

    /// <summary>The same as a text.</summary>
    public string WriteText(LogEntry entry) => Encoding.UTF8.GetString(Write(entry));

    /// <summary>The entry with what the JSON says.</summary>
    public static LogEntry Read(string json, LogEntry entry)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return entry with
        {
            Path = Text(root, "path") ?? "",
            Route = Text(root, "route"),
            Message = Text(root, "message"),
            UserAgent = Text(root, "user_agent"),
            AnswerId = Text(root, "answer_id"),
            ContinuedBy = Text(root, "continued_by"),
            SessionName = Text(root, "session_name"),
            Losses = root.TryGetProperty("losses", out var losses) ? [.. losses.EnumerateArray().Select(Loss)] : [],
            IsRecovered = root.TryGetProperty("recovered", out var recovered) && recovered.GetBoolean(),
            Attempts = root.TryGetProperty("attempts", out var attempts) ? [.. attempts.EnumerateArray().Select(Attempt)] : [],
        };
    }

    private void Write(LogAttempt attempt)
    {
        _json.WriteStartObject();
        Text("provider"u8, attempt.Provider);
        Text("model"u8, attempt.Model);
        Text("key"u8, attempt.Key);
        _json.WriteNumber("status"u8, attempt.Status);
        _json.WriteNumber("micros"u8, attempt.Elapsed.Ticks / TimeSpan.TicksPerMicrosecond);
        Text("why"u8, attempt.Why);
        if (attempt.InputTokens is { } input) _json.WriteNumber("input_tokens"u8, input);
        if (attempt.OutputTokens is { } output) _json.WriteNumber("output_tokens"u8, output);
        if (attempt.Dollars is { } dollars) _json.WriteNumber("dollars"u8, dollars);
        _json.WriteEndObject();
    }

    private void Write(LogLoss loss)
    {
        _json.WriteStartObject();
        Text("path"u8, loss.Path);
        Text("reason"u8, loss.Reason);
        _json.WriteNumber("count"u8, loss.Count);
        if (loss.IsOfAnswer) _json.WriteBoolean("of_answer"u8, true);
        _json.WriteEndObject();
    }

    private static LogLoss Loss(JsonElement item) =>
        new(Text(item, "path") ?? "", Text(item, "reason") ?? "", item.GetProperty("count").GetInt32(), item.TryGetProperty("of_answer", out _));

    private static LogAttempt Attempt(JsonElement item) => new(
        Text(item, "provider") ?? "", Text(item, "model") ?? "", Text(item, "key"), item.GetProperty("status").GetInt32(), TimeSpan.FromMicroseconds(item.GetProperty("micros").GetInt64()), Text(item, "why"))
    {
        InputTokens = item.TryGetProperty("input_tokens", out var input) ? input.GetInt64() : null,
        OutputTokens = item.TryGetProperty("output_tokens", out var output) ? output.GetInt64() : null,
        Dollars = item.TryGetProperty("dollars", out var dollars) ? dollars.GetDecimal() : null,
    };

    private void Text(ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null) _json.WriteString(name, StoredText.Of(text));
    }

    private static string? Text(JsonElement item, string name) => item.TryGetProperty(name, out var text) ? text.GetString() : null;
}
