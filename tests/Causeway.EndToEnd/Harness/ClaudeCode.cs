using System.Runtime.InteropServices;

namespace Causeway.EndToEnd.Harness;

/// <summary>The real Claude Code, run once without a terminal, with a home of its own and a dummy key.</summary>
internal static class ClaudeCode
{
    private static readonly string Program = Paths.Modules("@anthropic-ai", $"claude-code-linux-{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64")}", "claude");

    /// <summary>Runs <c>claude -p PROMPT</c> against <paramref name="gateway"/> in <paramref name="folder"/>.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(GatewayProcess gateway, string folder, string prompt, params string[] more)
    {
        var home = Directory.CreateTempSubdirectory("causeway-claude-").FullName;
        await using var process = new ChildProcess(Program, ["-p", prompt, "--dangerously-skip-permissions", .. more], new Dictionary<string, string>
        {
            ["HOME"] = home,
            ["CLAUDE_CONFIG_DIR"] = Path.Combine(home, "config"),
            ["TERM"] = "dumb",
            ["IS_SANDBOX"] = "1",
            ["ANTHROPIC_BASE_URL"] = $"{gateway.Address}anthropic",
            ["ANTHROPIC_API_KEY"] = "dummy-key",
            ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1",
            ["CLAUDE_CODE_MAX_RETRIES"] = "3",
            ["DISABLE_TELEMETRY"] = "1",
            ["DISABLE_AUTOUPDATER"] = "1",
        }, folder);
        var code = await process.WaitAsync(TimeSpan.FromSeconds(90));
        return (code, process.Output + process.Errors);
    }
}
