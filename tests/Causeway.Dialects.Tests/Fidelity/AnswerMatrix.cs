using System.Buffers;
using System.Text;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.Tests.Fidelity;

/// <summary>Runs answer probes through every pair of dialects.</summary>
internal static class AnswerMatrix
{
    /// <summary>What becomes of a probe that a provider of <paramref name="upstream"/> answers to a client of <paramref name="client"/>.</summary>
    public static Outcome Ask(AnswerProbe probe, IClientDialect client, IClientDialect upstream)
    {
        var provider = (IUpstreamDialect)upstream;
        var body = provider == probe.Dialect ? Encoding.UTF8.GetBytes(probe.Body) : Encode(Read(probe.Dialect, Encoding.UTF8.GetBytes(probe.Body)), upstream, new LossReport());
        var answer = Read(provider, body);
        if (!probe.IsSaid(answer)) return Outcome.Unsaid;
        if (client.Id == upstream.Id) return new Outcome(Outcome.Carried, []);   // the bytes pass
        var losses = new LossReport();
        var arrived = Read((IUpstreamDialect)client, Encode(answer, client, losses));
        string[] reasons = [.. losses.Losses.Select(loss => $"`{loss.Key.Path}`: {loss.Key.Reason}")];
        if (probe.IsSaid(arrived)) return new Outcome(Outcome.Carried, []);
        if (probe.IsNearlySaid?.Invoke(arrived) ?? false) return new Outcome(Outcome.Nearly, reasons);
        return new Outcome(reasons.Length > 0 ? Outcome.Lost : Outcome.Silent, reasons);
    }

    private static byte[] Encode(ChatResponse answer, IClientDialect dialect, LossReport losses)
    {
        var output = new ArrayBufferWriter<byte>();
        dialect.EncodeResponse(answer, output, losses);
        return output.WrittenSpan.ToArray();
    }

    private static ChatResponse Read(IUpstreamDialect dialect, byte[] body)
    {
        var decoded = dialect.DecodeResponse(body, Translation.None);
        return decoded.IsOk ? decoded.Value : throw new InvalidOperationException($"{dialect.Id}: {decoded.Error} in {Encoding.UTF8.GetString(body)}");
    }
}
