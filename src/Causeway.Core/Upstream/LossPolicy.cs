using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream;

/// <summary>
/// What becomes of a request that cannot be translated without loss: by default it is sent and the losses are declared. A client or the
/// configuration may refuse it instead; then a fallback that loses nothing still may answer.
/// </summary>
public static class LossPolicy
{
    /// <summary>The header by which a client says <c>allow</c> or <c>reject</c>, and by which it learns the losses of its answer.</summary>
    public const string Header = "x-causeway-losses";

    /// <summary>The code of the refusal.</summary>
    public const string Code = "losses_rejected";

    /// <summary>Must nothing be lost? The client's word counts before the configuration's.</summary>
    public static bool Rejects(Exchange exchange) => exchange.Http.Request.Headers[Header] switch
    {
        ["reject"] => true,
        ["allow"] => false,
        _ => exchange.Policy.RejectsLosses ?? exchange.Gateway.Config.RejectsLosses(ModelResolver.WithoutPickerPrefix(exchange.RequestedModel)),
    };

    /// <summary>Why the request is not sent.</summary>
    public static GatewayError Refusal(Exchange exchange, Candidate candidate)
    {
        var (first, _) = exchange.RequestLosses.Losses.First();
        return GatewayError.Invalid(HeaderText.Clean(first.Path),
            $"{HeaderText.Clean(candidate.ToString())} cannot be sent: {HeaderText.Losses(exchange.RequestLosses)} (leave these out, or allow losses with the header {Header}: allow)") with { Code = Code };
    }
}
