using System.Text.Json;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Reports;

namespace Causeway.Core.Recording.Log.Reports;

/// <summary>Rows of the log as people and programs get them. Times are milliseconds, money is dollars.</summary>
public static class LogFields
{
    private static readonly LogDimension Outcome = KnownDimension.Of("outcome");
    private static readonly LogDimension Loss = KnownDimension.Of("loss");

    /// <summary>Writes a row as a JSON object, as it stands in lists.</summary>
    public static void Write(Utf8JsonWriter writer, LogEntry entry)
    {
        writer.WriteStartObject();
        WriteRow(writer, entry);
        writer.WriteEndObject();
    }

    /// <summary>Writes a row as a JSON object with all there is: attempts, why it went where it went, what could not be carried and why.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="entry">The row.</param>
    /// <param name="more">Writes further members; null: there are none.</param>
    public static void WriteWhole(Utf8JsonWriter writer, LogEntry entry, Action<Utf8JsonWriter>? more = null)
    {
        writer.WriteStartObject();
        WriteMembers(writer, entry);
        more?.Invoke(writer);
        writer.WriteEndObject();
    }

    /// <summary>The same without the braces.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, LogEntry entry)
    {
        WriteRow(writer, entry);
        writer.WriteString("route", entry.Route);
        writer.WriteString("path", entry.Path);
        writer.WriteString("user_agent", entry.UserAgent);
        writer.WriteString("answer_id", entry.AnswerId);
        writer.WriteStartArray("loss_details");
        foreach (var loss in entry.Losses) Write(writer, loss);
        writer.WriteEndArray();
        writer.WriteStartArray("trail");
        foreach (var attempt in entry.Attempts) Write(writer, attempt);
        writer.WriteEndArray();
    }

    /// <summary>The row's members, as they stand in lists.</summary>
    internal static void WriteRow(Utf8JsonWriter writer, LogEntry entry)
    {
        Write(new JsonFields(writer), entry);
        writer.WriteStartObject("dim");
        foreach (var (name, value) in entry.Custom) writer.WriteString(name, value);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LogLoss loss)
    {
        writer.WriteStartObject();
        writer.WriteString("path", loss.Path);
        writer.WriteString("reason", loss.Reason);
        writer.WriteNumber("count", loss.Count);
        writer.WriteString("of", loss.IsOfAnswer ? "answer" : "request");
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LogAttempt attempt)
    {
        var fields = new JsonFields(writer);
        writer.WriteStartObject();
        fields.Text("provider", attempt.Provider);
        fields.Text("model", attempt.Model);
        fields.Text("key", attempt.Key);
        fields.Number("status", attempt.Status);
        fields.Millis("duration", attempt.Elapsed);
        fields.Text("why", attempt.Why);
        fields.Number("input_tokens", attempt.InputTokens);
        fields.Number("output_tokens", attempt.OutputTokens);
        fields.Dollars("dollars", attempt.Dollars);
        writer.WriteEndObject();
    }

    /// <summary>All that has one place in a row, in the order of the columns.</summary>
    internal static void Write(IFields fields, LogEntry entry)
    {
        fields.Text("id", entry.Id.ToString());
        fields.Text("time", TimeText.Of(entry.Time));
        fields.Text("dialect", entry.Dialect);
        fields.Text("provider", entry.Provider);
        fields.Text("model", entry.Model);
        fields.Text("asked", entry.Asked);
        fields.Text("key", entry.Key);
        fields.Number("status", entry.Status);
        fields.Text("outcome", Outcome.Of(entry)[0]);
        fields.Text("error", entry.Error);
        fields.Text("message", entry.Message);
        fields.Text("stop", entry.Stop);
        fields.Flag("stream", entry.Stream);
        fields.Text("virtual_key", entry.VirtualKey);
        fields.Text("team", entry.Team);
        fields.Text("customer", entry.Customer);
        fields.Text("user", entry.User);
        fields.Text("session", entry.Session);
        fields.Text("session_name", entry.SessionName);
        fields.Text("agent", entry.Agent);
        fields.Text("parent_agent", entry.ParentAgent);
        fields.Text("client", entry.Client);
        fields.Text("repository", entry.Repository);
        fields.Text("branch", entry.Branch);
        fields.Text("rule", entry.Rule);
        fields.Texts("losses", Loss.Of(entry));
        fields.Texts("tools", entry.Tools);
        fields.Millis("duration", entry.Duration);
        fields.Millis("first_token", entry.FirstToken);
        fields.Millis("overhead", entry.Overhead);
        fields.Number("input_tokens", entry.InputTokens);
        fields.Number("cache_read_tokens", entry.CacheReadTokens);
        fields.Number("cache_write_tokens", entry.CacheWriteTokens);
        fields.Number("output_tokens", entry.OutputTokens);
        fields.Number("reasoning_tokens", entry.ReasoningTokens);
        fields.Fraction("tokens_per_second", entry.TokensPerSecond);
        fields.Dollars("dollars", entry.Dollars);
        fields.Number("unrated", entry.Unrated);
        fields.Dollars("saved_dollars", entry.SavedDollars);
        fields.Number("attempts", entry.Attempts.Count);
        fields.Number("request_bytes", entry.RequestBytes);
        fields.Text("continued_by", entry.ContinuedBy);
        fields.Flag("is_recovered", entry.IsRecovered);
    }
}
