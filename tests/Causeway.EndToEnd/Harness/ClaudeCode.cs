using System.Runtime.InteropServices;

namespace Causeway.EndToEnd.Harness;

/// <summary>The real Claude Code, run once without a terminal, with a home of its own and a dummy key.</summary>
internal static class ClaudeCode
{
    private static readonly string Program = Paths.Modules("@anthropic-ai", $"claude-code-linux-{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64")}", "claude");

    /// <summary>Runs <c>claude -p PROMPT</c> against <paramref name="gateway"/> in <paramref name="folder"/>.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(GatewayProcess gateway, string folder, string prompt, params string[] more) =>
        RunAsync(folder, prompt, more, new Dictionary<string, string> { ["ANTHROPIC_BASE_URL"] = $"{gateway.Address}anthropic", ["ANTHROPIC_API_KEY"] = "dummy-key" });

    /// <summary>The same, started by <c>causeway run</c> with these options.</summary>
    public static Task<(int ExitCode, string Output)> RunWrappedAsync(GatewayProcess gateway, string folder, string prompt, string[] options, params string[] more) =>
        RunAsync(folder, prompt, more, new Dictionary<string, string> { ["ANTHROPIC_API_KEY"] = "dummy-key" }, [Paths.Binary, "run", "-url", gateway.Address.ToString(), .. options]);

    /// <summary>The same in its Bedrock mode.</summary>
    public static Task<(int ExitCode, string Output)> RunAsBedrockAsync(GatewayProcess gateway, string folder, string prompt, params string[] more) =>
        RunAsync(folder, prompt, more, new Dictionary<string, string>
        {
            ["CLAUDE_CODE_USE_BEDROCK"] = "1",
            ["CLAUDE_CODE_SKIP_BEDROCK_AUTH"] = "1",
            ["ANTHROPIC_BEDROCK_BASE_URL"] = $"{gateway.Address}bedrock",
            ["AWS_REGION"] = "us-east-1",
        });

    private static async Task<(int ExitCode, string Output)> RunAsync(string folder, string prompt, string[] more, Dictionary<string, string> way, params string[] wrapper)
    {
        var home = Directory.CreateTempSubdirectory("causeway-claude-").FullName;
        string[] command = [.. wrapper, Program];
        await using var process = new ChildProcess(command[0], [.. command[1..], "-p", prompt, "--dangerously-skip-permissions", .. more], new Dictionary<string, string>(way)
        {
            ["HOME"] = home,
            ["CLAUDE_CONFIG_DIR"] = Path.Combine(home, "config"),
            ["TERM"] = "dumb",
            ["IS_SANDBOX"] = "1",
            ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1",
            ["CLAUDE_CODE_MAX_RETRIES"] = "3",
            ["DISABLE_TELEMETRY"] = "1",
            ["DISABLE_AUTOUPDATER"] = "1",
        }, folder);
        var code = await process.WaitAsync(TimeSpan.FromSeconds(90));
        return (code, process.Output + process.Errors);
    }
}
