using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Core.Management.Secrets;

/// <summary>
/// Where the key comes from that secrets are sealed with: the environment variable <see cref="Variable"/>, else a file of the app directory that is made when it is
/// first needed, for its owner alone. Gateways that share a database need the same one.
/// </summary>
public static class EncryptionKey
{
    /// <summary>The environment variable: 32 bytes in base64 or hexadecimal, or a passphrase of at least 16 characters.</summary>
    public const string Variable = "CAUSEWAY_ENCRYPTION_KEY";

    /// <summary>The file's name.</summary>
    public const string FileName = "encryption.key";

    /// <summary>The name that a new key's file has until all secrets are sealed with it.</summary>
    public const string NextFileName = "encryption.key.next";

    private const int Size = 32;                  // bytes
    private const int ShortestPassphrase = 16;    // characters
    private const int Rounds = 600_000;           // OWASP's figure for PBKDF2 with SHA-256

    /// <summary>The key of a gateway.</summary>
    /// <param name="appDir">The app directory.</param>
    /// <param name="env">The environment.</param>
    /// <exception cref="IOException">The file cannot be read or made, or is open to others.</exception>
    /// <exception cref="FormatException">The variable or the file holds no key.</exception>
    public static byte[] Find(string appDir, Func<string, string?> env) =>
        env(Variable) is { Length: > 0 } text ? Parse(text, Variable) : OfFile(Path.Combine(appDir, FileName));

    /// <summary>The key that a text stands for. A passphrase is stretched, which takes a fifth of a second.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">Where it comes from, for the error.</param>
    /// <exception cref="FormatException">It stands for none.</exception>
    public static byte[] Parse(string text, string source)
    {
        text = text.Trim();
        if (text.Length == Size * 2 && text.All(char.IsAsciiHexDigit)) return Convert.FromHexString(text);
        var bytes = new byte[Size];
        if (Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var written) && written == Size) return bytes;
        if (Base64Url.IsValid(text, out var length) && length == Size) return Base64Url.DecodeFromChars(text);
        if (text.Length < ShortestPassphrase) throw new FormatException($"{source}: must be 32 bytes in base64 or hexadecimal, such as `openssl rand -base64 32` prints, or a passphrase of at least {ShortestPassphrase} characters");
        return Rfc2898DeriveBytes.Pbkdf2(text, "causeway encryption key"u8, Rounds, HashAlgorithmName.SHA256, Size);
    }

    /// <summary>Writes a new key to a file that only its owner may read; the key.</summary>
    /// <exception cref="IOException">It is there already, or cannot be made.</exception>
    public static byte[] Make(string path)
    {
        var key = RandomNumberGenerator.GetBytes(Size);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(path, options);
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(key) + "\n"));
            file.Flush(flushToDisk: true);   // what is sealed with a key that is lost is lost
            return key;
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new IOException($"{path} cannot be made, and secrets are sealed with the key in it: {denied.Message} Make the folder writable, or give the key in {Variable}", denied);
        }
    }

    private static byte[] OfFile(string path)
    {
        if (!File.Exists(path))
        {
            try
            {
                return Make(path);
            }
            catch (IOException) when (File.Exists(path))
            {
                // another process was faster
            }
        }

        return Read(path);
    }

    /// <summary>The key of a file.</summary>
    /// <exception cref="IOException">It cannot be read, or is open to others.</exception>
    /// <exception cref="FormatException">It holds no key.</exception>
    public static byte[] Read(string path)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
                throw new IOException($"{path}: others may read it: `chmod 600 {path}`");
            return Parse(File.ReadAllText(path), path);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new IOException($"{path} cannot be read: {denied.Message} It must belong to the user that the gateway runs as, or the key be given in {Variable}", denied);
        }
    }
}
