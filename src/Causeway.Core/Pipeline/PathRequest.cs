using Causeway.Dialects.Canonical;
using Causeway.Dialects.Json;
using Microsoft.AspNetCore.Http;

namespace Causeway.Core.Pipeline;

/// <summary>
/// Requests whose path says what their dialect has in the body, as Azure's and Amazon's clients send them: they are made what the
/// dialect's own clients send.
/// </summary>
internal static class PathRequest
{
    private const string Betas = "anthropic-beta";

    /// <summary>Puts the model and the wish for a stream into the body; the error if that cannot be done.</summary>
    public static GatewayError? Complete(Exchange exchange, string model)
    {
        var patch = new BodyPatch(exchange.Body.Memory, exchange.Fields);
        Set(patch, exchange, "model"u8, RawJson.FromString(model).Utf8);
        if (exchange.Stream) Set(patch, exchange, "stream"u8, "true"u8);
        if (exchange.Client.Id == DialectId.AnthropicMessages) TakeAmazonsFields(patch, exchange);
        return exchange.Edit(patch);
    }

    private static void Set(BodyPatch patch, Exchange exchange, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (exchange.Fields.TryGet(name, out _)) patch.Replace(name, value);
        else patch.Append(name, value);
    }

    /// <summary>At Amazon the version and the betas stand in the body; Anthropic's own API has headers for them.</summary>
    private static void TakeAmazonsFields(BodyPatch patch, Exchange exchange)
    {
        patch.Remove("anthropic_version"u8);
        if (!exchange.Fields.TryGet("anthropic_beta"u8, out var betas)) return;
        using var tree = JsonInput.TryParse(exchange.Body.Memory[betas.Value], out _);
        foreach (var beta in tree?.RootElement.EnumerateArray() ?? default)
        {
            if (((RawJson)beta).AsString() is { Length: > 0 } name && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
                exchange.Http.Request.Headers.Append(Betas, name);
        }

        patch.Remove("anthropic_beta"u8);
    }
}
