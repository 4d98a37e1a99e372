namespace Causeway.Core.Governance.Leases;

/// <summary>Who a gateway is among those that share a database: the same folder is the same node after a restart.</summary>
public static class NodeId
{
    private const string Name = "node";

    /// <summary>The id in a gateway's folder, beside the journal; it is made if there is none.</summary>
    /// <exception cref="IOException">It cannot be read or written, or is none.</exception>
    public static Guid Of(string appDir)
    {
        var file = Path.Combine(appDir, "journal", Name);
        try
        {
            return File.Exists(file) ? Read(file) : Make(file);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new IOException($"{file} cannot be used: {denied.Message} Each gateway needs a folder of its own that it may write to; choose another with -app-dir.", denied);
        }
    }

    private static Guid Read(string file)
    {
        var text = File.ReadAllText(file).Trim();
        return Guid.TryParse(text, out var known) ? known : throw new IOException($"{file} is no id of a node ('{text[..Math.Min(text.Length, 40)]}'): delete it, if no other gateway uses this folder");
    }

    private static Guid Make(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var made = Guid.NewGuid();
        File.WriteAllText(file + ".new", made.ToString());
        File.Move(file + ".new", file);
        return made;
    }
}
