using System.Text;
using Causeway.Core.Configuration;

namespace Causeway.Cli;

/// <summary>What a person reads after the start: where the gateway is, what it found, how to use it.</summary>
public static class Banner
{
    /// <summary>
    /// The lines, with a line end after each. <paramref name="port"/> is the one that is really listened on; <paramref name="setup"/> is the token that the first
    /// account is made with, null if it need not be made.
    /// </summary>
    public static string Text(CommandLineOptions options, GatewayConfig config, int port, string? setup = null)
    {
        var host = options.Host is "0.0.0.0" or "::" or "*" or "127.0.0.1" ? "localhost" : options.Host;
        var address = $"http://{host}:{port}";
        var text = new StringBuilder();
        text.Append("Causeway ").Append(ProductVersion.Text).Append(" listens on ").AppendLine(address);
        if (setup is not null)
        {
            text.AppendLine("Other machines can reach this gateway: requests need a virtual key, and the management API needs an account. Make the first one:");
            text.AppendLine($"  curl {address}/api/setup -H 'content-type: application/json' -d '{{\"username\": \"admin\", \"password\": \"...\", \"token\": \"{setup}\"}}'");
        }

        if (config.Providers.Count == 0)
        {
            text.AppendLine("No provider found. Set a key variable (OPENAI_API_KEY, ANTHROPIC_API_KEY, GROQ_API_KEY, ...) and start again,");
            text.AppendLine($"or describe providers in {Path.Combine(options.AppDir, ConfigLoader.FileName)}.");
            return text.ToString();
        }

        text.Append("Providers: ").AppendLine(string.Join(", ", config.Providers.Values.Select(Describe)));
        var first = config.Providers.Values.FirstOrDefault(p => p.IsKeyless || p.Keys.Any(k => k.IsEnabled)) ?? config.Providers.Values.First();
        foreach (var alias in config.Aliases) text.AppendLine($"Alias: {alias.Pattern} -> {string.Join(", ", alias.Targets)}");
        text.AppendLine("Claude Code:");
        text.Append("  export ANTHROPIC_BASE_URL=").Append(address).AppendLine("/anthropic");
        text.AppendLine("  export ANTHROPIC_API_KEY=dummy-key");
        text.Append("  claude --model ").Append(first.Name).Append('/').AppendLine(first.Provider.StandIns?.Large ?? config.Catalog.Models(first.Provider.Name).LastOrDefault() ?? "MODEL");
        return text.ToString();
    }

    private static string Describe(ProviderConfig provider)
    {
        var keys = provider.Keys.Count(key => key.IsEnabled);
        return provider.IsKeyless ? $"{provider.Name} (no key needed)" : $"{provider.Name} ({keys} key{(keys == 1 ? "" : "s")})";
    }
}
