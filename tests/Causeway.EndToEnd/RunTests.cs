using Causeway.EndToEnd.Harness;

namespace Causeway.EndToEnd;

/// <summary><c>causeway run</c>: programs that use the gateway, and say in each request what they work on.</summary>
public sealed class RunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-run-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void MakeRepository()
    {
        Directory.CreateDirectory(Path.Combine(_folder, ".git"));
        File.WriteAllText(Path.Combine(_folder, ".git", "HEAD"), "ref: refs/heads/feature/login\n");
        File.WriteAllText(Path.Combine(_folder, ".git", "config"), "[remote \"origin\"]\n\turl = https://ada:ghp_secret@github.com/acme/shop.git\n");
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        await using var process = new ChildProcess(Paths.Binary, ["run", .. arguments], environment.ToDictionary(pair => pair.Name, pair => pair.Value), _folder);
        var code = await process.WaitAsync(TimeSpan.FromSeconds(30));
        return (code, process.Output, process.Errors);
    }

    [Fact]
    public async Task The_program_gets_the_variables_and_keeps_its_own()
    {
        MakeRepository();
        var (code, output, errors) = await RunAsync(["-name", "night shift", "-dim", "feature=login", "--url", "http://localhost:9", "sh", "-c", "env; pwd; exit 7"], ("ANTHROPIC_CUSTOM_HEADERS", "x-mine: 1"), ("MINE", "ünchanged"));
        var lines = output.Split('\n');
        Assert.Equal((7, ""), (code, errors));
        Assert.Contains("ANTHROPIC_BASE_URL=http://localhost:9/anthropic", lines);
        Assert.Contains("OPENAI_BASE_URL=http://localhost:9/openai/v1", lines);
        Assert.Contains("MINE=ünchanged", lines);
        Assert.Contains(_folder, lines);
        foreach (var header in (string[])["ANTHROPIC_CUSTOM_HEADERS=x-mine: 1", "x-causeway-session-name: night shift", "x-causeway-repository: acme/shop", "x-causeway-branch: feature/login", "x-causeway-dim-feature: login"]) Assert.Contains(header, lines);
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
        Assert.DoesNotContain("DOTNET_", output, StringComparison.Ordinal);   // the gateway's own settings are not the program's
    }

    [Fact]
    public async Task Signals_and_what_is_ignored_are_the_programs_own()
    {
        Assert.Equal(128 + 15, (await RunAsync(["sh", "-c", "kill -TERM $$"])).Code);
        Assert.Equal((0, "caught"), await RunAsync(["sh", "-c", "trap 'echo caught; exit 0' TERM; kill -TERM $$; sleep 5"]) is var (code, output, _) ? (code, output) : default);
        Assert.Equal("SigIgn:\t0000000000000000", (await RunAsync(["sh", "-c", "grep SigIgn /proc/self/status"])).Output);
    }

    [Theory]
    [InlineData("no-such-program", 127, "'no-such-program' is not there, or may not be run: it is in no folder of PATH")]
    [InlineData("./no-such-program", 127, "check its path")]
    [InlineData("./text", 126, "it is no program; a script needs a first line")]
    [InlineData("-colour x", 2, "unknown option -colour")]
    [InlineData("", 2, "run needs a program")]
    public async Task What_cannot_be_run_is_said(string arguments, int code, string said)
    {
        var text = Path.Combine(_folder, "text");
        await File.WriteAllTextAsync(text, "hello", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(text, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var result = await RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(code, result.Code);
        Assert.Contains(said, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_real_Claude_Code_says_what_it_works_on()
    {
        MakeRepository();
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Script(Answer.Stream("Good day."));
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.Config(upstream.Address));
        await using var live = await EventReader.OpenAsync(gateway, "/api/live");
        await live.NextAsync("snapshot");
        var (code, output) = await ClaudeCode.RunWrappedAsync(gateway, _folder, "Hello", ["-name", "night shift", "-dim", "feature=login"], "--model", "openai/gpt-4o");
        Assert.Equal((0, "Good day."), (code, output));
        var started = await live.NextAsync("started");
        Assert.Equal(("acme/shop", "feature/login", "night shift"), ((string)started["repository"]!, (string)started["branch"]!, (string)started["session_name"]!));
        Assert.StartsWith("claude-cli/", (string)started["user_agent"]!, StringComparison.Ordinal);
        Assert.True(Guid.TryParse((string)started["session"]!, out _));
        foreach (var headers in upstream.Headers) Assert.DoesNotContain(headers.Keys, name => name.StartsWith("x-causeway", StringComparison.OrdinalIgnoreCase));   // not the provider's business
    }
}
