using System.Text.Json;
using Causeway.Core.Governance;
using Causeway.Core.Governance.Reports;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Log.Reports;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Recording.Live;

/// <summary>Events as they are told. Times are milliseconds.</summary>
internal static class LiveEvents
{
    /// <summary>Exchanges that are going on.</summary>
    public static LiveEvent Snapshot(IEnumerable<Exchange> running, TimeProvider time) => Of("snapshot", writer =>
    {
        writer.WriteStartArray("items");
        foreach (var exchange in running.OrderByDescending(exchange => exchange.Elapsed))
        {
            writer.WriteStartObject();
            Write(writer, exchange, time);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    /// <summary>An exchange has begun.</summary>
    public static LiveEvent Started(Exchange exchange, TimeProvider time) => Of("started", writer => Write(writer, exchange, time));

    /// <summary>The client has got the first content.</summary>
    public static LiveEvent FirstToken(Guid id, TimeSpan after) => Of("first_token", writer =>
    {
        writer.WriteString("id", id);
        new JsonFields(writer).Millis("first_token", after);
    });

    /// <summary>An exchange is over: its row.</summary>
    public static LiveEvent Finished(LogEntry entry) => Of("finished", writer => LogFields.WriteRow(writer, entry));

    /// <summary>An exchange is over, and there is no row of it.</summary>
    public static LiveEvent Lost(Guid id) => Of("lost", writer => writer.WriteString("id", id));

    /// <summary>Somebody listens to an exchange from now on.</summary>
    /// <param name="live">The exchange.</param>
    /// <param name="isWhole">Nothing is missing of what was said so far.</param>
    public static LiveEvent Listening(LiveExchange live, bool isWhole) => Of("listening", writer =>
    {
        writer.WriteString("id", live.Id);
        writer.WriteBoolean("is_heard", live.IsHeard);
        writer.WriteBoolean("is_redacted", live.IsEdited);
        writer.WriteBoolean("is_whole", live.IsHeard && isWhole);
    });

    /// <summary>What may be read of an exchange while it goes on: nothing of its request, which may end and be used for another.</summary>
    private static void Write(Utf8JsonWriter writer, Exchange exchange, TimeProvider time)
    {
        var (fields, elapsed, caller, client) = (new JsonFields(writer), exchange.Elapsed, exchange.Caller, exchange.Live?.Client);
        fields.Text("id", exchange.Id.ToString());
        fields.Text("began", TimeText.Of(time.GetUtcNow() - elapsed));
        fields.Millis("elapsed", elapsed);
        fields.Text("dialect", exchange.Client.Id.Name());
        fields.Text("asked", exchange.RequestedModel);
        fields.Text("provider", exchange.Answering?.Provider.Name);
        fields.Text("model", exchange.Answering?.Model);
        fields.Flag("stream", exchange.Stream);
        fields.Flag("has_content", exchange.HasContent);
        fields.Text("virtual_key", caller?.Id);
        fields.Text("team", caller?.TeamId);
        fields.Text("customer", caller?.CustomerId);
        fields.Text("user", caller?.UserId);
        fields.Text("session", client?.Session);
        fields.Text("session_name", client?.SessionName);
        fields.Text("agent", client?.Agent);
        fields.Text("repository", client?.Repository);
        fields.Text("branch", client?.Branch);
        fields.Text("user_agent", client?.UserAgent);
    }

    private static LiveEvent Of(string name, Action<Utf8JsonWriter> members)
    {
        using var text = new PooledBuffer(1024);
        using (var writer = new Utf8JsonWriter(text, JsonOutput.Options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return new LiveEvent(name, text.Span.ToArray());
    }
}
