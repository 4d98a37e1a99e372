using System.Text;
using Causeway.Dialects.Canonical;

namespace Causeway.Dialects.Tests.Fidelity;

/// <summary>Writes docs/fidelity.md.</summary>
internal static class FidelityDocument
{
    private static readonly Dictionary<DialectId, string> Names = new()
    {
        [DialectId.AnthropicMessages] = "Anthropic messages",
        [DialectId.OpenAIChat] = "OpenAI chat completions",
        [DialectId.OpenAIResponses] = "OpenAI responses",
        [DialectId.Gemini] = "Gemini",
        [DialectId.BedrockConverse] = "Bedrock Converse",
        [DialectId.CohereChat] = "Cohere chat",
    };

    public static string Write()
    {
        var text = new StringBuilder();
        text.Append("""
            # Fidelity

            What becomes of what a request says, and of what an answer says, between each client's API and each provider's. This page is written by the
            tests: each mark is what the real decoder and encoder did with a request or answer that says the thing, read again at its destination. Nothing is
            lost silently: what a ◐ or ○ stands for is named in the header `x-causeway-losses` and in the log, and can be refused
            instead ([configuration](configuration.md)). Between a client and a provider of one API bytes pass as they are.

            ● carried, as it was said · ◐ approximated · ○ lost, and declared · blank: the client's API cannot say it

            """);
        foreach (var client in FidelityMatrix.Dialects)
        {
            text.Append($"\n## Clients of {Names[client.Id]}\n\n");
            Table(text, "a request says", client, RequestProbes.All, probe => probe.Name, FidelityMatrix.Ask);
            Table(text, "an answer says", client, AnswerProbes.All, probe => probe.Name, AnswerMatrix.Ask);
        }

        Reasons(text);
        return text.ToString();
    }

    private static void Table<T>(StringBuilder text, string title, IClientDialect client, IReadOnlyList<T> probes, Func<T, string> name, Func<T, IClientDialect, IClientDialect, Outcome> ask)
    {
        text.Append($"| {title} | {string.Join(" | ", FidelityMatrix.Dialects.Select(upstream => Names[upstream.Id]))} |\n|---|{string.Concat(Enumerable.Repeat(":-:|", FidelityMatrix.Dialects.Count))}\n");
        foreach (var probe in probes)
        {
            var fates = FidelityMatrix.Dialects.Select(upstream => ask(probe, client, upstream).Fate).ToList();
            if (fates.TrueForAll(fate => fate == ' ')) continue;
            text.Append($"| {name(probe)} | {string.Join(" | ", fates.Select(fate => fate == ' ' ? "" : fate.ToString()))} |\n");
        }

        if (title.Contains("request", StringComparison.Ordinal)) text.Append('\n');
    }

    /// <summary>Why, by provider: the same whichever client says it, but for the words of its own API.</summary>
    private static void Reasons(StringBuilder text)
    {
        text.Append("\n## Why\n\nWhat the header and the log say of the requests above, by the provider's API.\n");
        foreach (var upstream in FidelityMatrix.Dialects)
        {
            var reasons = FidelityMatrix.Dialects.SelectMany(client => RequestProbes.All.SelectMany(probe => FidelityMatrix.Ask(probe, client, upstream).Reasons)).Distinct().Order(StringComparer.Ordinal);
            text.Append($"\n**{Names[upstream.Id]}** — {string.Join("; ", reasons)}.\n");
        }
    }
}
