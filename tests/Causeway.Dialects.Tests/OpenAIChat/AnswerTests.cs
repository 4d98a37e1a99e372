using System.Text;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.OpenAIChat;

namespace Causeway.Dialects.Tests.OpenAIChat;

public sealed class AnswerTests
{
    /// <summary>Aggregators answer 200 with the error of the provider behind them as the body, as they do in streams.</summary>
    [Theory]
    [InlineData("""{"error":{"message":"m","code":429}}""", ErrorKind.RateLimited)]
    [InlineData("""{"error":{"message":"m","type":"server_error"}}""", ErrorKind.Internal)]
    [InlineData("""{"error":{"message":"m","type":"overloaded_error"},"choices":[]}""", ErrorKind.Overloaded)]
    [InlineData("""{"error":"m"}""", ErrorKind.Internal)]
    public void An_error_for_an_answer_is_of_the_kind_that_it_says(string body, ErrorKind kind)
    {
        var dialect = new OpenAIChatDialect();
        var json = Encoding.UTF8.GetBytes(body);
        foreach (var error in (GatewayError?[])[dialect.Glance(json).Error, dialect.DecodeResponse(json, Translation.None).Error])
            Assert.Equal((kind, "m"), (error?.Kind, error?.Message));
    }

    [Fact]
    public void An_answer_without_a_message_is_none()
    {
        var error = new OpenAIChatDialect().Glance("{}"u8.ToArray()).Error;
        Assert.Equal(ErrorKind.UpstreamUnavailable, error?.Kind);
    }
}
