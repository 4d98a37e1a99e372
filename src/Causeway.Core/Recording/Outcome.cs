using Causeway.Core.Pipeline;

namespace Causeway.Core.Recording;

/// <summary>How exchanges end.</summary>
internal static class Outcome
{
    /// <summary>How it ended for the client: the HTTP status, what stands for it where a stream broke off, 499 if the client left.</summary>
    public static int StatusOf(Exchange exchange) => exchange.Error?.Status
        ?? (exchange.ClientGone.IsCancellationRequested && exchange.Trail is not [.., { Status: 200 }] ? Attempt.Abandoned : exchange.Http.Response.StatusCode);
}
