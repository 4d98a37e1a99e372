using Causeway.Core.Catalog;
using Causeway.Dialects.Canonical;

namespace Causeway.Fuzz;

/// <summary>A request is refused with an error, or every upstream dialect writes it as a request that it can read itself.</summary>
internal static class RequestChecks
{
    private static readonly ModelTraits[] Traits =
        [ModelTraits.Unknown, new() { MaxOutputTokens = 100, Reasons = true, AdaptiveThinking = true }, new() { Reasons = false, AdaptiveThinking = false }];

    private static int _next;

    public static void Run(IClientDialect client, byte[] input)
    {
        var decoded = client.DecodeRequest(input);
        if (!decoded.IsOk)
        {
            ErrorChecks.Write(decoded.Error);
            return;
        }

        using var request = decoded.Value;
        request.Model = "m";   // the gateway's router gives it
        foreach (var upstream in Dialects.Upstreams)
        {
            var what = $"the request for {upstream.Id}";
            var written = Checks.Json(what, output => upstream.EncodeRequest(request, Traits[_next++ % Traits.Length], output, new LossReport()));
            using var again = ((IClientDialect)upstream).DecodeRequest(written) is { IsOk: true } sound ? sound.Value : null;
            if (again is null && upstream.Id != client.Id && HasContent(request))
                throw new BrokenRuleException($"{what} cannot be read: {((IClientDialect)upstream).DecodeRequest(written).Error} in {System.Text.Encoding.UTF8.GetString(written)}");
            if (upstream.Id == DialectId.OpenAIChat) RunQuirks(written);
        }
    }

    /// <summary>A conversation of nothing becomes none at all in some dialects.</summary>
    private static bool HasContent(ChatRequest request) =>
        request.Turns.Exists(turn => turn.Role is Role.User or Role.Assistant && turn.Parts.Exists(part => part is TextPart { Text.IsNullOrEmpty: false }));

    private static void RunQuirks(byte[] chat)
    {
        foreach (var provider in ProviderCatalog.Default.All.Where(provider => provider.Quirks.Count > 0))
            Checks.Parse($"the request after the quirks of {provider.Name}", provider.BuildQuirks().Apply(chat, new LossReport()));
    }
}
