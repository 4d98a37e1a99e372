using Causeway.Dialects.Canonical;

namespace Causeway.Fuzz;

/// <summary>Something to throw damaged input at.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Seeds">Sound inputs.</param>
/// <param name="Damage">Makes an input of a seed and another one.</param>
/// <param name="Check">Runs an input; throws what should not happen.</param>
internal sealed record Target(string Name, IReadOnlyList<byte[]> Seeds, Func<Mutator, byte[], byte[], byte[]> Damage, Action<byte[]> Check);

/// <summary>All that can be fuzzed: each dialect's requests, answers, streams and errors, and the JSON below them.</summary>
internal static class Targets
{
    public static IEnumerable<Target> All(Seeds seeds)
    {
        foreach (var client in Dialects.Clients)
        {
            if (client.Id == DialectId.Gemini && !client.TakesUpstreamFrames || client.Id == DialectId.AnthropicMessages && !client.TakesUpstreamFrames) continue;   // the same requests in another envelope
            yield return new Target($"{Dialects.NameOf(client)}.request", seeds.Requests(client.Id), Json, input => RequestChecks.Run(client, input));
        }

        foreach (var upstream in Dialects.Upstreams)
        {
            var name = Dialects.NameOf(upstream);
            var isBinary = upstream.Id == DialectId.BedrockConverse;
            yield return new Target($"{name}.answer", seeds.Answers(upstream.Id), Json, input => AnswerChecks.Run(upstream, input));
            yield return new Target($"{name}.stream", seeds.Streams(upstream.Id), isBinary ? Bytes : Events, input => StreamChecks.Run(upstream, input));
        }

        yield return new Target("json", seeds.Requests(DialectId.OpenAIChat), Json, JsonChecks.Run);
    }

    private static byte[] Json(Mutator mutator, byte[] seed, byte[] other) => mutator.Json(seed, other);

    private static byte[] Events(Mutator mutator, byte[] seed, byte[] other) => mutator.Events(seed, other);

    private static byte[] Bytes(Mutator mutator, byte[] seed, byte[] other) => mutator.Bytes(seed, other);
}
