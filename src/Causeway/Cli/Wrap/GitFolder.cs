namespace Causeway.Cli.Wrap;

/// <summary>What a folder's git repository says of itself, read from its files: git need not be there.</summary>
/// <param name="Repository">Its name: what its remote's address ends with, such as <c>acme/shop</c>, else the folder's name. Never a host, a user or a password.</param>
/// <param name="Branch">The branch that is checked out, also in the middle of a rebase; null: none is.</param>
public sealed record GitFolder(string Repository, string? Branch)
{
    private const string Heads = "refs/heads/";
    private const int LargestFile = 1 << 20;

    /// <summary>The repository that a folder is in; null: it is in none.</summary>
    public static GitFolder? Find(string folder)
    {
        try
        {
            for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            {
                if (GitOf(at.FullName) is { } git) return new GitFolder(NameOf(at.FullName, git), BranchOf(git));
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // then nothing is said of it
        }

        return null;
    }

    /// <summary>The folder of git's files: <c>.git</c>, or where a file of that name says, in worktrees and submodules.</summary>
    private static string? GitOf(string folder)
    {
        var git = Path.Combine(folder, ".git");
        if (File.Exists(Path.Combine(git, "HEAD"))) return git;
        const string Mark = "gitdir:";
        if (!File.Exists(git) || Read(git) is not { } text || !text.StartsWith(Mark, StringComparison.Ordinal)) return null;
        var other = Path.Combine(folder, text[Mark.Length..].Trim());
        return File.Exists(Path.Combine(other, "HEAD")) ? other : null;
    }

    private static string? BranchOf(string git)
    {
        foreach (var file in (string[])["HEAD", "rebase-merge/head-name", "rebase-apply/head-name"])
        {
            var text = Read(Path.Combine(git, file))?.Trim();
            if (text is not null && text.StartsWith("ref:", StringComparison.Ordinal)) text = text["ref:".Length..].Trim();
            if (text is not null && text.StartsWith(Heads, StringComparison.Ordinal) && text[Heads.Length..] is not ("" or ".invalid") and var branch) return branch;
        }

        return null;
    }

    private static string NameOf(string folder, string git)
    {
        var common = Read(Path.Combine(git, "commondir"))?.Trim() is { Length: > 0 } path ? Path.Combine(git, path) : git;   // worktrees share a configuration
        var remotes = RemotesOf(Read(Path.Combine(common, "config")) ?? "");
        var url = remotes.Find(remote => remote.Name == "origin").Url ?? remotes.FirstOrDefault().Url;
        if (url is not null && NameIn(url) is { } name) return name;
        var home = Path.GetFullPath(common).TrimEnd('/');
        return Path.GetFileName(home) == ".git" ? Path.GetFileName(Path.GetDirectoryName(home)!) : Path.GetFileName(folder);
    }

    private static List<(string Name, string? Url)> RemotesOf(string config)
    {
        var remotes = new List<(string Name, string? Url)>();
        string? name = null;
        foreach (var line in config.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith('[')) name = line.StartsWith("[remote \"", StringComparison.OrdinalIgnoreCase) && line.EndsWith("\"]", StringComparison.Ordinal) ? line[9..^2] : null;
            else if (name is not null && line.IndexOf('=') is > 0 and var equals && line[..equals].Trim().Equals("url", StringComparison.OrdinalIgnoreCase)) remotes.Add((name, line[(equals + 1)..].Trim().Trim('"')));
        }

        return remotes;
    }

    /// <summary>
    /// The last two parts of a remote's path: owner and name. All else stays here: <c>https://user:token@host/acme/shop.git?x=y</c>, <c>git@host:acme/shop.git</c>
    /// and <c>ssh://git@host:22/acme/shop</c> are all <c>acme/shop</c>; of a folder only the last part is taken. Null if nothing is left.
    /// </summary>
    public static string? NameIn(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var (path, parts) = (url, 2);
        if (scheme >= 0)
        {
            path = url[(scheme + 3)..];
            path = path.IndexOf('/') is >= 0 and var slash ? path[(slash + 1)..] : "";
            if (url.StartsWith("file:", StringComparison.OrdinalIgnoreCase)) parts = 1;
            if (path.IndexOfAny(['?', '#']) is >= 0 and var more) path = path[..more];
        }
        else if (url.IndexOf(':') is > 1 and var colon && !url[..colon].Contains('/')) path = url[(Math.Max(colon, url.LastIndexOf('@') is var at && at > colon ? url.IndexOf(':', at) : colon) + 1)..];
        else parts = 1;
        var names = path.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part is not ("_git" or "." or "..")).TakeLast(parts).ToArray();
        if (names.Length == 0) return null;
        if (names[^1].EndsWith(".git", StringComparison.Ordinal)) names[^1] = names[^1][..^4];
        return names.Any(part => part.Length == 0 || part.Contains('@') || part.Contains(':')) ? null : string.Join('/', names);
    }

    private static string? Read(string file) => File.Exists(file) && new FileInfo(file).Length <= LargestFile ? File.ReadAllText(file) : null;
}
