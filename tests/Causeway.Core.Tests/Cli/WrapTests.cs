using Causeway.Cli.Wrap;

namespace Causeway.Core.Tests.Cli;

public sealed class WrapTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-git-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static WrapOptions? Read(params string[] args) => WrapOptions.Read(args, static _ => null, out _);

    private void Write(string file, string text)
    {
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    [Fact]
    public void Options_end_at_the_program()
    {
        var options = Read("-name", "a b", "--dim", "Feature=login", "-dim=owner=x=y", "claude", "-p", "-name", "hello")!;
        Assert.Equal(("a b", "claude", "http://localhost:8080"), (options.Name, options.Program, options.Url));
        Assert.Equal(["-p", "-name", "hello"], options.Arguments);
        Assert.Equal([new("feature", "login"), new("owner", "x=y")], options.Dims);
        Assert.Equal(("-odd", "http://gw:9"), (Read("-url", "http://gw:9/anthropic/", "--", "-odd")!.Program, Read("-url", "http://gw:9/anthropic/", "x")!.Url));
        Assert.Equal("http://localhost:81", WrapOptions.Read(["x"], static name => name == "CAUSEWAY_PORT" ? "81" : null, out _)!.Url);
    }

    [Theory]
    [InlineData("", "needs a program")]
    [InlineData("--", "needs a program")]
    [InlineData("-name", "-name needs a value")]
    [InlineData("-model x claude", "unknown option -model; options of the program come behind")]
    [InlineData("-dim feature claude", "-dim feature: must be a name")]
    [InlineData("-dim a:b=c claude", "must be a name")]
    [InlineData("-dim a= claude", "must be a name")]
    [InlineData("-url here claude", "-url here: must be an address")]
    [InlineData("-url ftp://x claude", "must be an address")]
    public void What_makes_no_sense_is_refused(string args, string fix)
    {
        Assert.Null(WrapOptions.Read(args.Split(' ', StringSplitOptions.RemoveEmptyEntries), static _ => null, out var said));
        Assert.Equal(2, said!.ExitCode);
        Assert.Contains(fix, said.Output!, StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_that_are_there_stay_and_win()
    {
        var options = Read("-name", "night shift", "-dim", "feature=login", "/usr/bin/claude")!;
        var set = WrapEnvironment.Of(options, new GitFolder("acme/shop", "fix/ümlaut 100%"), static name => name == "ANTHROPIC_CUSTOM_HEADERS" ? "x-mine: 1\nX-Causeway-Repository: other" : null);
        Assert.Equal("http://localhost:8080/anthropic", set["ANTHROPIC_BASE_URL"]);
        Assert.Equal(
            ["x-mine: 1", "X-Causeway-Repository: other", "x-causeway-session-name: night shift", "x-causeway-branch: fix/%C3%BCmlaut 100%25", "x-causeway-dim-feature: login"],
            set["ANTHROPIC_CUSTOM_HEADERS"].Split('\n'));
        Assert.False(set.ContainsKey("OPENAI_BASE_URL"));
        var other = WrapEnvironment.Of(Read("codex")!, null, static _ => null);
        Assert.Equal("http://localhost:8080/openai/v1", other["OPENAI_BASE_URL"]);
        Assert.False(other.ContainsKey("ANTHROPIC_CUSTOM_HEADERS"));
    }

    [Fact]
    public void No_value_breaks_out_of_its_header()
    {
        Assert.Equal("a%0D%0Ax-evil: 1", WrapEnvironment.Encoded("a\r\nx-evil: 1"));
        Assert.InRange(WrapEnvironment.Encoded(new string('é', 10_000)).Length, 190, 210);
    }

    [Theory]
    [InlineData("https://github.com/acme/shop.git", "acme/shop")]
    [InlineData("https://user:ghp_secret@github.com/acme/shop", "acme/shop")]
    [InlineData("https://ghp_secret@github.com/acme/shop.git?token=secret#secret", "acme/shop")]
    [InlineData("https://user:p@ss/w0rd@github.com/acme/shop.git", "acme/shop")]
    [InlineData("https://gitlab-ci-token:secret@gitlab.example/group/sub/acme/shop.git/", "acme/shop")]
    [InlineData("ssh://git@host:2222/acme/shop", "acme/shop")]
    [InlineData("git@github.com:acme/shop.git", "acme/shop")]
    [InlineData("oauth2:secret@host:acme/shop.git", "acme/shop")]
    [InlineData("host:shop.git", "shop")]
    [InlineData("https://dev.azure.com/acme/project/_git/shop", "project/shop")]
    [InlineData("/home/ada/secret-project/shop.git", "shop")]
    [InlineData("file:///home/ada/shop.git", "shop")]
    [InlineData("../shop", "shop")]
    [InlineData("https://user:secret@host/", null)]
    [InlineData("https://user:secret@host", null)]
    [InlineData("https://host/secret@acme/shop", null)]
    [InlineData("", null)]
    public void Of_a_remotes_address_only_owner_and_name_go_out(string url, string? name)
    {
        Assert.Equal(name, GitFolder.NameIn(url));
        Assert.DoesNotContain("secret", GitFolder.NameIn(url) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_below_a_repository_is_in_it()
    {
        Write(".git/HEAD", "ref: refs/heads/feature/login\n");
        Write(".git/config", "[core]\n\tbare = false\n[remote \"fork\"]\n\turl = https://h/me/shop\n[remote \"origin\"]\n\tpushurl = x\n\tURL = \"git@h:acme/shop.git\"\n[branch \"main\"]\n\tremote = origin\n");
        Write("src/deep/file.txt", "");
        Assert.Equal(new GitFolder("acme/shop", "feature/login"), GitFolder.Find(Path.Combine(_folder, "src", "deep")));
    }

    [Fact]
    public void Worktrees_share_the_configuration_and_have_a_branch_of_their_own()
    {
        Write("main/.git/HEAD", "ref: refs/heads/main\n");
        Write("main/.git/config", "[remote \"origin\"]\n\turl = https://h/acme/shop\n");
        Write("main/.git/worktrees/fix/HEAD", "ref: refs/heads/fix\n");
        Write("main/.git/worktrees/fix/commondir", "../..\n");
        Write("fix/.git", $"gitdir: {_folder}/main/.git/worktrees/fix\n");
        Assert.Equal(new GitFolder("acme/shop", "fix"), GitFolder.Find(Path.Combine(_folder, "fix")));
        File.WriteAllText(Path.Combine(_folder, "main/.git/config"), "");
        Assert.Equal(new GitFolder("main", "fix"), GitFolder.Find(Path.Combine(_folder, "fix")));   // the repository's name, not the worktree's
    }

    [Fact]
    public void A_detached_head_has_no_branch_but_a_rebase_has()
    {
        Write("shop/.git/HEAD", "0123456789012345678901234567890123456789\n");
        Assert.Equal(new GitFolder("shop", null), GitFolder.Find(Path.Combine(_folder, "shop")));
        Write("shop/.git/rebase-merge/head-name", "refs/heads/topic\n");
        Assert.Equal("topic", GitFolder.Find(Path.Combine(_folder, "shop"))!.Branch);
        Write("shop/.git/HEAD", "ref: refs/heads/.invalid\n");   // another form of storage
        Directory.Delete(Path.Combine(_folder, "shop/.git/rebase-merge"), recursive: true);
        Assert.Null(GitFolder.Find(Path.Combine(_folder, "shop"))!.Branch);
    }

    [Fact]
    public void Without_a_repository_there_is_nothing() => Assert.Null(GitFolder.Find(_folder));

    [Fact]
    public void Programs_are_found_where_a_shell_finds_them()
    {
        Write("bin/tool", "#!/bin/sh\n");
        Write("other/tool", "#!/bin/sh\n");
        var mode = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(_folder, "other/tool"), mode);
        Assert.Equal(Path.Combine(_folder, "other/tool"), ProgramPath.Find("tool", $"/nowhere:{_folder}/bin:{_folder}/other", "/"));
        Assert.Equal(Path.Combine(_folder, "other/tool"), ProgramPath.Find("other/tool", "", _folder));
        Assert.Null(ProgramPath.Find("tool", $"{_folder}/bin", "/"));   // may not be run
        Assert.Null(ProgramPath.Find("bin", _folder, "/"));   // a folder
    }
}
