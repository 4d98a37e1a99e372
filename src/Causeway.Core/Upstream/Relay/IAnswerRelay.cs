using Causeway.Dialects.Canonical;

namespace Causeway.Core.Upstream.Relay;

/// <summary>Brings one upstream answer to the client: until there is something to show in <see cref="OpenAsync"/>, the rest in <see cref="RelayAsync"/>.</summary>
internal interface IAnswerRelay : IDisposable
{
    /// <summary>What was consumed, as far as it is known by now.</summary>
    Usage? Usage { get; }

    /// <summary>The answer's id, as the provider says it; null if unknown.</summary>
    string? Id { get; }

    /// <summary>The model that answers, as the provider says it; null if unknown.</summary>
    string? Model { get; }

    /// <summary>Why the model stopped; null if it did not yet, or if that is unknown.</summary>
    StopReason? Stop { get; }

    /// <summary>Reads until there is something for the client: the whole answer, or a stream's first content. The client sees nothing of it yet.</summary>
    /// <returns>Null, or why there is nothing for the client.</returns>
    ValueTask<GatewayError?> OpenAsync(HttpResponseMessage reply, CallClock clock);

    /// <summary>Sends the client what there is, and what comes.</summary>
    /// <param name="clock">The call's times.</param>
    /// <param name="settle">Called before the bytes go out that make the answer complete; if it returns an error, they do not.</param>
    /// <returns>Null, or why the answer broke off in the middle; the client has not been told yet.</returns>
    ValueTask<GatewayError?> RelayAsync(CallClock clock, Func<GatewayError?> settle);
}
