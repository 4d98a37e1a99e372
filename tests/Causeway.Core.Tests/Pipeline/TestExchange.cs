using System.Text;
using Causeway.Core.Configuration;
using Causeway.Core.Governance.Ledger;
using Causeway.Core.Pipeline;
using Causeway.Core.Recording.Capture;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;
using Microsoft.AspNetCore.Http;

namespace Causeway.Core.Tests.Pipeline;

/// <summary>Exchanges without a server around them, read as the pipeline reads them.</summary>
internal static class TestExchange
{
    /// <summary>A gateway of a configuration file's text.</summary>
    public static GatewayRuntime Gateway(string config)
    {
        var load = ConfigLoader.Parse(Encoding.UTF8.GetBytes(config), "test", _ => null);
        return new GatewayRuntime(load.Config ?? throw new InvalidOperationException(string.Join('\n', load.Errors)));
    }

    /// <summary>An exchange whose body has these members beside the model and the messages.</summary>
    public static Task<Exchange> OfAsync(string more, params (string Name, string Value)[] headers) =>
        OfAsync(Gateway("""{"providers":{"openai":{"keys":[{"value":"a"}]}}}"""), DialectId.OpenAIChat, more, headers);

    /// <summary>The same at a gateway of the test's.</summary>
    public static Task<Exchange> OfAsync(GatewayRuntime gateway, DialectId dialect, string more, params (string Name, string Value)[] headers) =>
        OfAsync(gateway, ledger: null, log: null, dialect, more, headers);

    /// <summary>The same with a ledger.</summary>
    public static Task<Exchange> OfAsync(GatewayRuntime gateway, ILedger? ledger, DialectId dialect, string more, params (string Name, string Value)[] headers) =>
        OfAsync(gateway, ledger, log: null, dialect, more, headers);

    /// <summary>The same with a request log.</summary>
    public static Task<Exchange> OfAsync(GatewayRuntime gateway, IRequestLog log, DialectId dialect, string more, params (string Name, string Value)[] headers) =>
        OfAsync(gateway, ledger: null, log, dialect, more, headers);

    private static async Task<Exchange> OfAsync(GatewayRuntime gateway, ILedger? ledger, IRequestLog? log, DialectId dialect, string more, (string Name, string Value)[] headers)
    {
        var body = new StringBuilder("{");
        if (!more.Contains("\"model\"", StringComparison.Ordinal)) body.Append("\"model\":\"openai/gpt-4o\",");
        if (!more.Contains("\"messages\"", StringComparison.Ordinal)) body.Append("\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],");
        if (more.Trim() == "{}") body.Length--;
        body.Append(more.Trim().AsSpan(1));
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body.ToString()));
        foreach (var (name, value) in headers) http.Request.Headers[name] = value;
        var exchange = new Exchange(http, DialectRegistry.Client(dialect), gateway) { Ledger = ledger, Log = log };
        await new ReadRequest().InvokeAsync(exchange, _ => ValueTask.CompletedTask);
        if (exchange.Error is { } error) throw new InvalidOperationException(error.Message);
        return exchange;
    }
}
