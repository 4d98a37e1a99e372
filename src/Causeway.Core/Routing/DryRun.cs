using System.Text.Json;
using Causeway.Core.Authentication;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing.Rules;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Routing;

/// <summary>
/// Says where a request would go, and why, without sending it: for any request with the header <c>x-causeway-dry-run</c>. It shows rules, so
/// only clients on this machine get it; others are refused, for who asks for a dry run does not want to pay for an answer.
/// </summary>
public static class DryRun
{
    /// <summary>The header that asks for it.</summary>
    public const string Header = "x-causeway-dry-run";

    /// <summary>Is it asked for?</summary>
    public static bool IsWanted(Exchange exchange) => exchange.Http.Request.Headers.TryGetValue(Header, out var values) && values.ToString() is not ("" or "false" or "0");

    /// <summary>Why the client does not get it; null if it does.</summary>
    public static GatewayError? Refusal(Exchange exchange) => LocalClient.Is(exchange.Http) ? null
        : new GatewayError(ErrorKind.PermissionDenied, $"{Header} is answered only to clients on the gateway's own machine: leave the header out to send the request") { Code = "dry_run_denied" };

    /// <summary>Answers with the decision that has been made.</summary>
    public static async ValueTask AnswerAsync(Exchange exchange, RequestFacts facts)
    {
        using var body = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(body, JsonOutput.Options)) Write(writer, exchange, facts);
        exchange.Error = null;   // it is told in the answer
        exchange.Rules.Clear();  // nothing was sent that they could be credited with
        var response = exchange.Http.Response;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body.Memory, exchange.ClientGone);
    }

    private static void Write(Utf8JsonWriter writer, Exchange exchange, RequestFacts facts)
    {
        writer.WriteStartObject();
        writer.WriteString("model"u8, exchange.RequestedModel);
        writer.WriteString("route"u8, Explanation(exchange));
        if (exchange.Error is { } error)
        {
            writer.WriteStartObject("refused"u8);
            writer.WriteNumber("status"u8, error.Status);
            writer.WriteString("message"u8, error.Message);
            writer.WriteEndObject();
        }

        writer.WriteStartArray("candidates"u8);
        foreach (var candidate in new CandidateLine(exchange.Candidates).All)
        {
            writer.WriteStartObject();
            writer.WriteString("target"u8, candidate.ToString());
            writer.WriteBoolean("resting"u8, candidate.IsResting);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteFacts(writer, facts);
        WriteRules(writer, exchange, facts);
        writer.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter writer, RequestFacts facts)
    {
        writer.WriteStartObject("facts"u8);
        writer.WriteString("dialect"u8, facts.Dialect);
        writer.WriteString("user_agent"u8, facts.UserAgent);
        writer.WriteString("virtual_key"u8, facts.VirtualKey);
        writer.WriteString("team"u8, facts.Team);
        writer.WriteString("session"u8, facts.Session);
        writer.WriteString("effort"u8, facts.Effort);
        writer.WriteString("complexity"u8, facts.Complexity);
        writer.WriteNumber("tokens"u8, facts.Tokens);
        writer.WriteNumber("budget_used"u8, Math.Round(facts.BudgetUsed, 2));
        writer.WriteBoolean("tools"u8, facts.HasTools);
        writer.WriteBoolean("images"u8, facts.HasImages);
        writer.WriteBoolean("thinking"u8, facts.Thinks);
        writer.WriteBoolean("sub_agent"u8, facts.IsSubAgent);
        writer.WriteBoolean("web_search"u8, facts.SearchesWeb);
        writer.WriteBoolean("stream"u8, facts.Streams);
        writer.WriteStartArray("tags"u8);
        foreach (var tag in facts.Tags) writer.WriteStringValue(tag);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRules(Utf8JsonWriter writer, Exchange exchange, RequestFacts facts)
    {
        writer.WriteStartArray("rules"u8);
        foreach (var rule in exchange.Gateway.Config.Rules)
        {
            var failing = rule.When is AllOf all ? all.Failing(facts) : rule.When.Holds(facts) ? null : rule.When;
            writer.WriteStartObject();
            writer.WriteString("name"u8, rule.Name);
            writer.WriteBoolean("applied"u8, exchange.Rules.Contains(rule));
            writer.WriteString("why"u8, failing is null ? exchange.Rules.Contains(rule) ? rule.When.ToString() : "an earlier rule has decided" : $"asks for {failing}");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Why a request goes where it goes, for people.</summary>
    public static string Explanation(Exchange exchange) => Explanation(exchange.Why);

    /// <summary>The same of what was found.</summary>
    public static string Explanation(IReadOnlyList<string> why) => why.Count switch
    {
        0 => "as asked",
        1 => why[0],
        _ => string.Join("; ", why),
    };
}
