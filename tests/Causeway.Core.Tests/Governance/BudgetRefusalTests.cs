using Causeway.Core.Governance;
using Causeway.Core.Pipeline;
using Causeway.Core.Tests.Pipeline;
using Causeway.Core.Tests.Routing;
using Causeway.Dialects.Canonical;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Core.Tests.Governance;

public sealed class BudgetRefusalTests
{
    private static readonly Budget Dev = BooksTests.Of("dev-month", 100, new Scope { VirtualKey = "dev" });

    private static BudgetRefusal Refusal(RefusalKind kind) => new(kind, Dev, Worst.Of(0.5m, 1000), 99.75m, 0, Noon.AddDays(5.5), "openai/gpt-4o");

    private static DateTimeOffset Noon => Routed.Noon;

    /// <summary>Agents stop: the status is none that is tried again, the header says so to who would, the message says which budget, how much and until when.</summary>
    [Theory]
    [InlineData(DialectId.OpenAIChat)]
    [InlineData(DialectId.OpenAIResponses)]
    [InlineData(DialectId.AnthropicMessages)]
    [InlineData(DialectId.Gemini)]
    [InlineData(DialectId.BedrockConverse)]
    [InlineData(DialectId.CohereChat)]
    public async Task A_spent_budget_is_final_in_every_dialect(DialectId dialect)
    {
        var gateway = Routed.Gateway();
        using var exchange = await TestExchange.OfAsync(gateway, DialectId.OpenAIChat, "{}");
        using var client = new Exchange(exchange.Http, Core.Upstream.DialectRegistry.Client(dialect), gateway);
        using var written = new MemoryStream();
        client.Http.Response.Body = written;
        await new TranslateErrors(NullLogger<TranslateErrors>.Instance).InvokeAsync(client, failing =>
        {
            failing.Error = Refusal(RefusalKind.Over).ToError();
            return ValueTask.CompletedTask;
        });
        await client.Http.Response.BodyWriter.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal((402, "false"), (client.Http.Response.StatusCode, client.Http.Response.Headers["x-should-retry"].ToString()));
        Assert.False(client.Http.Response.Headers.ContainsKey("Retry-After"));
        var body = System.Text.Json.Nodes.JsonNode.Parse(written.ToArray())!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        Assert.Contains(
            "the budget 'dev-month' of virtual key 'dev' is spent: $99.75 of $100.00 in the calendar month, and this request may cost $0.50. It has room again at 2026-12-01 00:00:00 UTC",
            body, StringComparison.Ordinal);
        Assert.Equal(dialect is DialectId.OpenAIChat or DialectId.OpenAIResponses, body.Contains("budget_exceeded", StringComparison.Ordinal));
    }

    [Fact]
    public void Who_waited_in_vain_may_come_again_and_who_has_no_price_may_not()
    {
        var (crowded, unknown) = (Refusal(RefusalKind.Crowded).ToError(), Refusal(RefusalKind.PriceUnknown).ToError());
        Assert.Equal((429, "budget_reserved", false, 5.0), (crowded.Status, crowded.Code, crowded.IsFinal, crowded.RetryAfterSeconds));
        Assert.Equal((402, "price_unknown", true), (unknown.Status, unknown.Code, unknown.IsFinal));
        Assert.Contains("the price of openai/gpt-4o is not known, and the budget 'dev-month' of virtual key 'dev' has a limit of $100.00", unknown.Message, StringComparison.Ordinal);
    }
}
