namespace Causeway.EndToEnd.Harness;

/// <summary>Commands of the binary that end by themselves.</summary>
internal static class Cli
{
    /// <summary>Runs one in a gateway's folder; it must succeed.</summary>
    public static async Task<string> RunAsync(string appDir, params string[] arguments)
    {
        var (code, text) = await TryAsync(appDir, new Dictionary<string, string>(), arguments);
        Assert.True(code == 0, text);
        return text;
    }

    /// <summary>Runs one; its exit code and all it says.</summary>
    public static async Task<(int Code, string Text)> TryAsync(string appDir, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        await using var process = new ChildProcess(Paths.Binary, [.. arguments, "-app-dir", appDir], environment);
        var code = await process.WaitAsync(TimeSpan.FromSeconds(60));
        return (code, process.Output + "\n" + process.Errors);
    }
}
