using Causeway.Dialects.Canonical;

namespace Causeway.Fuzz;

/// <summary>An answer is an error, or every client dialect writes it as an answer that it can read itself.</summary>
internal static class AnswerChecks
{
    public static void Run(IUpstreamDialect upstream, byte[] input)
    {
        _ = upstream.Glance(input);
        var decoded = upstream.DecodeResponse(input, Translation.None);
        foreach (var status in (ReadOnlySpan<int>)[200, 400, 429, 500]) ErrorChecks.Write(upstream.DecodeError(status, input));
        if (!decoded.IsOk)
        {
            ErrorChecks.Write(decoded.Error);
            return;
        }

        using var answer = decoded.Value;
        foreach (var client in Dialects.Clients)
        {
            var what = $"the answer for {Dialects.NameOf(client)}";
            var written = Checks.Json(what, output => client.EncodeResponse(answer, output, new LossReport()));
            if (client is IUpstreamDialect own && own.DecodeResponse(written, Translation.None) is { IsOk: false } problem)
                throw new BrokenRuleException($"{what} cannot be read: {problem.Error} in {System.Text.Encoding.UTF8.GetString(written)}");
        }
    }
}

/// <summary>Every client dialect can tell every error.</summary>
internal static class ErrorChecks
{
    public static void Write(GatewayError error)
    {
        foreach (var client in Dialects.Clients) Checks.Json($"the error for {Dialects.NameOf(client)}", output => client.EncodeError(error, output));
    }
}
