using Causeway.Core.Pipeline;
using Causeway.Core.Routing;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;

namespace Causeway.Core.Upstream;

/// <summary>How a request crosses the gateway.</summary>
public enum LaneKind
{
    /// <summary>The provider speaks the client's dialect: the client's bytes with another model name.</summary>
    Verbatim,

    /// <summary>The same dialect with the provider's quirks applied to the client's bytes.</summary>
    Patched,

    /// <summary>Through the canonical model.</summary>
    Translated,
}

/// <summary>An upstream request ready to be sent.</summary>
public sealed class PreparedRequest(PooledBuffer buffer) : IDisposable
{
    /// <summary>How it crosses the gateway.</summary>
    public required LaneKind Lane { get; init; }

    /// <summary>Where it goes.</summary>
    public required UpstreamEndpoint Endpoint { get; init; }

    /// <summary>The body.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What is needed to read the answer.</summary>
    public required Translation Translation { get; init; }

    /// <summary>Client and provider speak one dialect, so answers may pass as they came.</summary>
    public required bool IsSameDialect { get; init; }

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();
}

/// <summary>Chooses the lane of an attempt and writes its request.</summary>
public static class Lane
{
    /// <summary>The request for <paramref name="candidate"/>, or the error that the client's request has.</summary>
    public static Decoded<PreparedRequest> Prepare(Exchange exchange, Candidate candidate, UpstreamEndpoint endpoint)
    {
        var buffer = new PooledBuffer(exchange.Body.Length + 512);
        var same = endpoint.Dialect == exchange.Client.Id;
        var translation = Translation.None;
        if (same && !HoldsMintedSignatures(exchange, endpoint))
        {
            WritePatched(exchange, candidate.Model, buffer);
        }
        else
        {
            var decoded = exchange.DecodeRequest();
            if (!decoded.IsOk)
            {
                buffer.Dispose();
                return decoded.Error;
            }

            decoded.Value.Model = candidate.Model;
            translation = DialectRegistry.Upstream(endpoint.Dialect)
                .EncodeRequest(decoded.Value, candidate.Provider.TraitsOf(candidate.Model), buffer, exchange.RequestLosses);
            same = false;
        }

        var quirks = candidate.Provider.Quirks;
        return new PreparedRequest(buffer)
        {
            Lane = !same ? LaneKind.Translated : quirks.IsEmpty ? LaneKind.Verbatim : LaneKind.Patched,
            Endpoint = endpoint,
            Body = quirks.IsEmpty ? buffer.Memory : quirks.Apply(buffer.Memory, exchange.RequestLosses),
            Translation = translation,
            IsSameDialect = endpoint.Dialect == exchange.Client.Id,
        };
    }

    /// <summary>The client's bytes, with the provider's model name and without the gateway's own field.</summary>
    internal static void WritePatched(Exchange exchange, string model, PooledBuffer buffer)
    {
        var patch = new BodyPatch(exchange.Body.Memory, exchange.Fields);
        if (model != exchange.RequestedModel) patch.Replace("model"u8, RawJson.FromString(model).Utf8);
        patch.Remove("fallbacks"u8);
        patch.WriteTo(buffer);
    }

    /// <summary>
    /// The conversation holds thinking of another vendor's model that Causeway gave a signature of its own. Anthropic would
    /// refuse it, so such a request is translated, which leaves it out.
    /// </summary>
    private static bool HoldsMintedSignatures(Exchange exchange, UpstreamEndpoint endpoint) =>
        endpoint.Dialect == DialectId.AnthropicMessages && exchange.Body.Span.IndexOf(MintedSignature.Mark) >= 0;
}
