using Causeway.Core.Pipeline;
using Causeway.Dialects.Json;

namespace Causeway.Core.Upstream.Relay;

/// <summary>What a client that waits is sent.</summary>
internal static class SignOfLife
{
    /// <summary>
    /// The dialect's own. The Go SDK of OpenAI before 3.43 takes the empty line behind a comment for an event without data and gives up
    /// (maximhq/bifrost issue 5874), so Go gets the comment alone. Others need the line: they cut the stream at empty lines, and would throw away
    /// an event that begins with a comment.
    /// </summary>
    public static ReadOnlyMemory<byte> For(Exchange exchange)
    {
        var sign = exchange.Client.KeepAlive;
        return sign.Equals(SseOutput.Comment) && "go".Equals(exchange.Http.Request.Headers["x-stainless-lang"].ToString(), StringComparison.OrdinalIgnoreCase) ? sign[..^1] : sign;
    }
}
