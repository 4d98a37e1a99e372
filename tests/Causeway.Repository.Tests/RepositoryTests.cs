using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Causeway.Repository.Tests;

/// <summary>Rules about the repository itself that a machine can check.</summary>
public sealed class RepositoryTests
{
    private static readonly string Root = FindRoot();

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Causeway.slnx"))) return at.FullName;
        }

        throw new InvalidOperationException("not inside the repository");
    }

    /// <summary>The files that are, or would be, committed.</summary>
    private static List<string> Files()
    {
        var start = new ProcessStartInfo("git", ["ls-files", "--cached", "--others", "--exclude-standard"]) { WorkingDirectory = Root, RedirectStandardOutput = true };
        using var git = Process.Start(start)!;
        var files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. files.Where(file => File.Exists(Path.Combine(Root, file)))];
    }

    [Theory]
    [InlineData("src/Causeway.Dialects/Causeway.Dialects.csproj", new string[0])]
    [InlineData("src/Causeway.Core/Causeway.Core.csproj", new[] { "../Causeway.Dialects/Causeway.Dialects.csproj" })]
    [InlineData("src/Causeway.Storage/Causeway.Storage.csproj", new[] { "../Causeway.Core/Causeway.Core.csproj" })]
    [InlineData("src/Causeway/Causeway.csproj", new[] { "../Causeway.Storage/Causeway.Storage.csproj" })]
    public void Dependencies_point_one_way(string project, string[] allowed)
    {
        var references = File.ReadLines(Path.Combine(Root, project)).Where(line => line.Contains("ProjectReference", StringComparison.Ordinal)).Select(line => line.Split('"')[1]);
        Assert.Equal(allowed, references);
    }

    [Fact]
    public void The_dialects_depend_on_no_package_and_no_web_framework()
    {
        var project = File.ReadAllText(Path.Combine(Root, "src/Causeway.Dialects/Causeway.Dialects.csproj"));
        Assert.DoesNotContain("PackageReference", project, StringComparison.Ordinal);
        Assert.DoesNotContain("FrameworkReference", project, StringComparison.Ordinal);
    }

    [Fact]
    public void Source_files_stay_small()
    {
        var lines = Files().Where(f => f.StartsWith("src/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal))
            .Select(f => (File: f, Lines: File.ReadLines(Path.Combine(Root, f)).Count())).OrderBy(f => f.Lines).ToList();
        Assert.InRange(lines[lines.Count / 2].Lines, 1, 80);
        Assert.InRange(lines[lines.Count * 95 / 100].Lines, 1, 250);
        Assert.True(lines[^1].Lines <= 600, $"{lines[^1]}");
    }

    [Fact]
    public void Documents_link_only_to_what_is_there()
    {
        foreach (var file in Files().Where(f => f.EndsWith(".md", StringComparison.Ordinal)))
        {
            var text = File.ReadAllText(Path.Combine(Root, file));
            for (var at = text.IndexOf("](", StringComparison.Ordinal); at >= 0; at = text.IndexOf("](", at + 2, StringComparison.Ordinal))
            {
                var target = text[(at + 2)..text.IndexOf(')', at)].Split('#')[0];
                if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal)) continue;
                var path = Path.Combine(Root, Path.GetDirectoryName(file)!, target);
                Assert.True(File.Exists(path) || Directory.Exists(path), $"{file} links to {target}");
            }
        }
    }

    [Fact]
    public void Lock_files_name_no_registry()
    {
        var file = JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "tests/Causeway.EndToEnd/clients/package-lock.json")))!;
        foreach (var (name, package) in file["packages"]!.AsObject()) Assert.True(package!["resolved"] is null, name);
    }

    [Fact]
    public void Versions_are_pinned()
    {
        foreach (var line in File.ReadLines(Path.Combine(Root, "Directory.Packages.props")).Where(l => l.Contains("PackageVersion ", StringComparison.Ordinal)))
            Assert.DoesNotContain('*', line);
        var clients = JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "tests/Causeway.EndToEnd/clients/package.json")))!;
        foreach (var (name, version) in clients["dependencies"]!.AsObject()) Assert.True(char.IsDigit(((string)version!)[0]), name);
    }
}
