using System.Text;

namespace Causeway.EndToEnd.Harness;

/// <summary>Looks for secrets where they must not be.</summary>
internal static class Traces
{
    /// <summary>Files that have secrets by design.</summary>
    private static readonly string[] Allowed = ["config.json", "encryption.key"];

    /// <summary>The secrets that a text has, each with a word of where.</summary>
    public static IEnumerable<string> In(string where, string text, IEnumerable<string> secrets) =>
        secrets.Where(secret => text.Contains(secret, StringComparison.Ordinal)).Select(secret => $"{where} has {secret}");

    /// <summary>The secrets in the files of a gateway's folder, database and journal among them, byte by byte.</summary>
    public static IEnumerable<string> InFolder(string appDir, IReadOnlyList<string> secrets)
    {
        foreach (var file in Directory.EnumerateFiles(appDir, "*", SearchOption.AllDirectories))
        {
            if (Allowed.Contains(Path.GetFileName(file)) || new FileInfo(file).Length == 0) continue;   // an empty one may be a lock
            foreach (var found in InFile(file, secrets)) yield return found;
        }
    }

    /// <summary>The secrets in one file.</summary>
    public static IEnumerable<string> InFile(string file, IReadOnlyList<string> secrets)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        var bytes = copy.ToArray();
        return [.. secrets.Where(secret => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0).Select(secret => $"{Path.GetFileName(file)} has {secret}")];
    }

    /// <summary>The secrets in what the system shows of a process: its command line.</summary>
    public static IEnumerable<string> InProcess(int id, IReadOnlyList<string> secrets) => InFile($"/proc/{id}/cmdline", secrets);
}
