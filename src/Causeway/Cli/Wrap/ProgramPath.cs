namespace Causeway.Cli.Wrap;

/// <summary>Where programs are.</summary>
public static class ProgramPath
{
    private const UnixFileMode Runnable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The file of a program: a path is taken as it is, a name is looked for in the folders of PATH. Null: there is none that can be run.</summary>
    /// <param name="program">The path or the name.</param>
    /// <param name="path">The folders, with colons between them; an empty one is the current folder.</param>
    /// <param name="folder">The current folder.</param>
    public static string? Find(string program, string? path, string folder)
    {
        var places = program.Contains('/') ? [""] : (path ?? "").Split(':');
        foreach (var place in places)
        {
            var file = Path.Combine(folder, place, program);
            if (!OperatingSystem.IsWindows() && File.Exists(file) && (File.GetUnixFileMode(file) & Runnable) != 0) return file;
        }

        return null;
    }
}
