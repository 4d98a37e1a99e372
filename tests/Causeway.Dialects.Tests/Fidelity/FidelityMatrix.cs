using System.Buffers;
using System.Text;
using Causeway.Dialects.BedrockConverse;
using Causeway.Dialects.Canonical;
using Causeway.Dialects.CohereChat;
using Causeway.Dialects.Gemini;
using Causeway.Dialects.OpenAIResponses;
using Causeway.Dialects.Tests.Conformance;

namespace Causeway.Dialects.Tests.Fidelity;

/// <summary>What becomes of a feature between two dialects.</summary>
/// <param name="Fate">One of the marks.</param>
/// <param name="Reasons">Why something is lost: paths and reasons, as the gateway reports them.</param>
internal sealed record Outcome(char Fate, IReadOnlyList<string> Reasons)
{
    public const char Carried = '●';
    public const char Nearly = '◐';
    public const char Lost = '○';

    /// <summary>Lost without a word: a defect.</summary>
    public const char Silent = '!';

    /// <summary>The client's API cannot say it.</summary>
    public static readonly Outcome Unsaid = new(' ', []);
}

/// <summary>Runs probes through every pair of dialects.</summary>
internal static class FidelityMatrix
{
    public static OpenAIResponsesDialect Responses { get; } = new();

    public static GeminiDialect Gemini { get; } = new();

    /// <summary>The dialects with both faces, in the order of the document.</summary>
    public static IReadOnlyList<IClientDialect> Dialects { get; } = [Pair.Anthropic, Pair.Chat, Responses, Gemini, new BedrockConverseDialect(), new CohereChatDialect()];

    /// <summary>What becomes of a probe that a client of <paramref name="client"/> says to a provider of <paramref name="upstream"/>.</summary>
    public static Outcome Ask(RequestProbe probe, IClientDialect client, IClientDialect upstream)
    {
        var body = client == probe.Dialect ? Encoding.UTF8.GetBytes(probe.Body) : Encode(Read(probe.Dialect, Encoding.UTF8.GetBytes(probe.Body)), client, new LossReport());
        var request = Read(client, body);
        if (!probe.IsSaid(request, Encoding.UTF8.GetString(body))) return Outcome.Unsaid;
        var losses = new LossReport();
        var sent = Encode(request, upstream, losses);
        var arrived = Read(upstream, sent);
        var text = Encoding.UTF8.GetString(sent);
        string[] reasons = [.. losses.Losses.Select(loss => $"`{loss.Key.Path}`: {loss.Key.Reason}")];
        if (probe.IsSaid(arrived, text)) return new Outcome(Outcome.Carried, []);
        if (probe.IsNearlySaid?.Invoke(arrived, text) ?? false) return new Outcome(Outcome.Nearly, reasons);
        return new Outcome(reasons.Length > 0 ? Outcome.Lost : Outcome.Silent, reasons);
    }

    private static byte[] Encode(ChatRequest request, IClientDialect dialect, LossReport losses)
    {
        var output = new ArrayBufferWriter<byte>();
        request.Model = "m";
        ((IUpstreamDialect)dialect).EncodeRequest(request, ModelTraits.Unknown, output, losses);
        return output.WrittenSpan.ToArray();
    }

    private static ChatRequest Read(IClientDialect dialect, byte[] body)
    {
        var decoded = dialect.DecodeRequest(body);
        return decoded.IsOk ? decoded.Value : throw new InvalidOperationException($"{dialect.Id}: {decoded.Error} in {Encoding.UTF8.GetString(body)}");
    }
}
