namespace Causeway.EndToEnd.Harness;

/// <summary>Where things are in the repository.</summary>
internal static class Paths
{
    public static string Root { get; } = FindRoot();

    public static string Clients { get; } = Path.Combine(Root, "tests", "Causeway.EndToEnd", "clients");

    public static string Modules(params string[] parts) => Path.Combine([Clients, "node_modules", .. parts]);

    /// <summary>The gateway to test: the release binary that the test command publishes, named by CAUSEWAY_BINARY.</summary>
    public static string Binary { get; } = Environment.GetEnvironmentVariable("CAUSEWAY_BINARY") is { Length: > 0 } binary
        ? binary : Path.Combine(Root, "artifacts", "causeway");

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Causeway.slnx"))) return at.FullName;
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
