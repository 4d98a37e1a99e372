using System.Text;
using Causeway.Core.Authentication;
using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Core.Tests.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Core.Tests.Routing;

/// <summary>Requests that have gone through reading, authentication and routing.</summary>
internal static class Routed
{
    /// <summary>A Wednesday.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    public const string Hello = """{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}]}""";

    /// <summary>A gateway of four providers and these sections.</summary>
    public static GatewayRuntime Gateway(string sections = "") => TestExchange.Gateway(Config(sections));

    /// <summary>Its configuration.</summary>
    public static string Config(string sections = "") => $$$"""
        {"providers":{"openai":{"keys":[{"value":"a"}]},"anthropic":{"keys":[{"value":"b"}]},"groq":{"keys":[{"value":"c"}]},"gemini":{"keys":[{"value":"d"}]}}{{{(sections.Length > 0 ? "," + sections : "")}}}}
        """;

    /// <summary>A gateway of rules.</summary>
    public static GatewayRuntime Rules(string rules) => Gateway($$"""
        "routing":{"rules":[{{rules}}]}
        """);

    public static Task<Exchange> RunAsync(GatewayRuntime gateway, string body = Hello, params (string Name, string Value)[] headers) =>
        RunAsync(gateway, DialectRegistry.Client(DialectId.OpenAIChat), body, new FakeTimeProvider(Noon), headers);

    public static Task<Exchange> RunAsync(GatewayRuntime gateway, DialectId dialect, string body, params (string Name, string Value)[] headers) =>
        RunAsync(gateway, DialectRegistry.Client(dialect), body, new FakeTimeProvider(Noon), headers);

    public static async Task<Exchange> RunAsync(GatewayRuntime gateway, IClientDialect client, string body, TimeProvider time, params (string Name, string Value)[] headers)
    {
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        http.Response.Body = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            if (name == "remote") http.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(value);
            else if (name == "query") http.Request.QueryString = new QueryString(value);
            else http.Request.Headers.Append(name, value);
        }

        var inBody = client.Id is not (DialectId.Gemini or DialectId.BedrockConverse);
        var exchange = new Exchange(http, client, gateway) { PathModel = inBody ? null : "openai/gpt-4o" };
        await new ReadRequest().InvokeAsync(exchange, read => new Authenticate(time).InvokeAsync(read, known => new Route(time).InvokeAsync(known, _ => ValueTask.CompletedTask)));
        return exchange;
    }

    /// <summary>The candidates in order, or the error's code.</summary>
    public static string Outcome(this Exchange exchange) => exchange.Error?.Code ?? exchange.Error?.Message ?? string.Join(", ", exchange.Candidates);

    public static async Task<string> OutcomeAsync(GatewayRuntime gateway, string body = Hello, params (string Name, string Value)[] headers)
    {
        using var exchange = await RunAsync(gateway, body, headers);
        return exchange.Outcome();
    }
}
