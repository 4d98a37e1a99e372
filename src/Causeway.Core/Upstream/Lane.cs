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

/// <summary>An upstream request ready to be sent. Its body may point into the client's request.</summary>
public sealed class PreparedRequest : IDisposable
{
    /// <summary>How it crosses the gateway.</summary>
    public required LaneKind Lane { get; init; }

    /// <summary>Where it goes.</summary>
    public required UpstreamEndpoint Endpoint { get; init; }

    /// <summary>The body, in pieces.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Body { get; init; }

    /// <summary>What is needed to read the answer.</summary>
    public Translation Translation { get; init; } = Translation.None;

    /// <summary>Client and provider speak one dialect, so answers may pass as they came.</summary>
    public required bool IsSameDialect { get; init; }

    /// <summary>Holds a body that was written anew.</summary>
    internal PooledBuffer? Buffer { get; init; }

    /// <inheritdoc/>
    public void Dispose() => Buffer?.Dispose();
}

/// <summary>Chooses the lane of an attempt and writes its request.</summary>
public static class Lane
{
    /// <summary>The request for <paramref name="candidate"/>, or the error that the client's request has.</summary>
    public static Decoded<PreparedRequest> Prepare(Exchange exchange, Candidate candidate)
    {
        if (candidate.Provider.EndpointFor(exchange.Client.Id) is not { } endpoint)
            return new GatewayError(ErrorKind.NotSupported, $"provider '{candidate.Provider.Name}' offers no chat API that Causeway speaks");
        var quirks = candidate.Provider.Quirks;
        if (endpoint.Dialect != exchange.Client.Id || exchange.Policy.Settings is not null || HoldsMintedSignatures(exchange, endpoint)) return Translate(exchange, candidate, endpoint);
        var patch = Patch(exchange, candidate.Model);
        if (quirks.IsEmpty) return new PreparedRequest { Lane = LaneKind.Verbatim, Endpoint = endpoint, Body = patch.ToPieces(), IsSameDialect = true };
        var buffer = new PooledBuffer(exchange.Body.Length + 512);
        patch.WriteTo(buffer);
        return new PreparedRequest
        {
            Lane = LaneKind.Patched,
            Endpoint = endpoint,
            Body = [quirks.Apply(buffer.Memory, exchange.RequestLosses)],
            IsSameDialect = true,
            Buffer = buffer,
        };
    }

    /// <summary>The client's bytes, with the provider's model name and without the gateway's own field.</summary>
    internal static BodyPatch Patch(Exchange exchange, string model)
    {
        var patch = new BodyPatch(exchange.Body.Memory, exchange.Fields);
        if (model != exchange.RequestedModel) patch.Replace("model"u8, RawJson.FromString(model).Utf8);
        patch.Remove("fallbacks"u8);
        return patch;
    }

    /// <summary>The request with fewer tokens of output than it asks for: as many as its budgets have left.</summary>
    internal static Decoded<PreparedRequest> Lowered(Exchange exchange, Candidate candidate, long tokens)
    {
        var decoded = exchange.DecodeRequest();
        if (!decoded.IsOk) return decoded.Error;
        var asked = decoded.Value.MaxTokens;
        decoded.Value.MaxTokens = tokens;
        exchange.RequestLosses.Add("max_tokens", $"lowered to {tokens}, which is what the budget has left");
        try
        {
            return Translate(exchange, candidate, candidate.Provider.EndpointFor(exchange.Client.Id)!);
        }
        finally
        {
            decoded.Value.MaxTokens = asked;
        }
    }

    /// <summary>The request by way of the canonical model, whatever dialect the provider speaks.</summary>
    internal static Decoded<PreparedRequest> Translate(Exchange exchange, Candidate candidate, UpstreamEndpoint endpoint)
    {
        var decoded = exchange.DecodeRequest();
        if (!decoded.IsOk) return decoded.Error;
        if (decoded.Value.BoundBy is { } field && endpoint.Dialect != decoded.Value.Origin)
            return GatewayError.Invalid(field, $"{field}: what it stands for is stored at another provider than {candidate.Provider.Name}: send the whole conversation as input");
        decoded.Value.Model = candidate.Model;
        var buffer = new PooledBuffer(exchange.Body.Length + 512);
        var translation = DialectRegistry.Upstream(endpoint.Dialect)
            .EncodeRequest(decoded.Value, candidate.Traits, buffer, exchange.RequestLosses);
        var body = candidate.Provider.Quirks.Apply(buffer.Memory, exchange.RequestLosses);
        if (exchange.RequestLosses.Losses.Count > 0 && LossPolicy.Rejects(exchange))
        {
            buffer.Dispose();
            return LossPolicy.Refusal(exchange, candidate);
        }

        return new PreparedRequest
        {
            Lane = LaneKind.Translated,
            Endpoint = endpoint,
            Body = [body],
            Translation = translation,
            IsSameDialect = endpoint.Dialect == exchange.Client.Id,
            Buffer = buffer,
        };
    }

    /// <summary>
    /// The conversation holds what Causeway itself made: thinking of another vendor's model under a signature of its own, or a
    /// summary. The provider would refuse it, so such a request is translated, which puts it as the provider can take it.
    /// </summary>
    private static bool HoldsMintedSignatures(Exchange exchange, UpstreamEndpoint endpoint) => endpoint.Dialect switch
    {
        DialectId.AnthropicMessages or DialectId.OpenAIResponses or DialectId.BedrockConverse => exchange.Body.Span.IndexOf(MintedSignature.Mark) >= 0,
        DialectId.Gemini => exchange.Body.Span.IndexOf(MintedSignature.MarkInBase64) >= 0,
        DialectId.OpenAIChat or DialectId.CohereChat => exchange.Body.Span.IndexOf(CallIdCarrier.Mark) >= 0,
        _ => false,
    };
}
