using System.Collections;
using System.Runtime.InteropServices;

namespace Causeway.Cli.Wrap;

/// <summary><c>causeway run</c>: becomes another program, with the variables by which that finds the gateway. Terminal, signals and exit code are so its own.</summary>
internal static class WrapCommand
{
    private const int NotFound = 127;    // as shells have it
    private const int NotRunnable = 126;
    private const int BrokenPipe = 13;   // SIGPIPE
    private const int NoProgram = 8;     // ENOEXEC

    /// <summary>Does it. It returns only if it cannot: the exit code.</summary>
    /// <param name="args">What stands behind <c>run</c>.</param>
    /// <param name="env">The environment.</param>
    /// <param name="folder">The current folder.</param>
    public static int Run(IReadOnlyList<string> args, Func<string, string?> env, string folder)
    {
        if (WrapOptions.Read(args, env, out var said) is not { } options)
        {
            (said!.ExitCode == 0 ? Console.Out : Console.Error).WriteLine(said.Output);
            return said.ExitCode;
        }

        if (OperatingSystem.IsWindows()) return Fail("is not there on Windows yet: set ANTHROPIC_BASE_URL and ANTHROPIC_CUSTOM_HEADERS yourself, as docs/logs.md says", NotRunnable);
        if (ProgramPath.Find(options.Program, env("PATH"), folder) is not { } file)
            return Fail($"'{options.Program}' is not there, or may not be run: {(options.Program.Contains('/') ? "check its path" : "it is in no folder of PATH; install it, or give its whole path")}", NotFound);
        return Become(file, [options.Program, .. options.Arguments], WrapEnvironment.Of(options, GitFolder.Find(folder), env));
    }

    private static int Become(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> more)
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Where(pair => !more.ContainsKey((string)pair.Key)).Select(pair => $"{pair.Key}={pair.Value}")
            .Concat(more.Select(pair => $"{pair.Key}={pair.Value}"));
        Signal(BrokenPipe, 0);   // this runtime ignores it, and programs would inherit that
        _ = Execute(Marshal.StringToCoTaskMemUTF8(file), Texts(arguments), Texts(variables));
        var error = Marshal.GetLastPInvokeError();
        return Fail($"'{file}' cannot be run: {(error == NoProgram ? "it is no program; a script needs a first line such as #!/bin/sh" : Marshal.GetPInvokeErrorMessage(error))}", NotRunnable);
    }

    /// <summary>Texts as C has them, with nothing behind the last.</summary>
    private static nint[] Texts(IEnumerable<string> texts) => [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];

    private static int Fail(string problem, int code)
    {
        Console.Error.WriteLine($"causeway run: {problem}");
        return code;
    }

    [DllImport("libc", EntryPoint = "execve", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Execute(nint path, nint[] arguments, nint[] variables);

    [DllImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Signal(int number, nint handler);
}
