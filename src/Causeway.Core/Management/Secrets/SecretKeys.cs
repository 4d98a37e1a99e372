using System.Security.Cryptography;

namespace Causeway.Core.Management.Secrets;

/// <summary>Seals and opens secrets with the gateway's key, and notices when <c>causeway rekey</c> has given it another. Thread-safe.</summary>
/// <param name="appDir">The app directory.</param>
/// <param name="env">The environment.</param>
public sealed class SecretKeys(string appDir, Func<string, string?> env) : IDisposable
{
    private readonly Lock _lock = new();
    private byte[]? _key;
    private SecretBox? _box;

    private string KeyFile => Path.Combine(appDir, EncryptionKey.FileName);

    private string NextFile => Path.Combine(appDir, EncryptionKey.NextFileName);

    /// <summary>Reads the key that the environment gives, if it does: what is wrong with it is said at the start, and not when somebody first has a secret.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public void Check()
    {
        if (env(EncryptionKey.Variable) is { Length: > 0 }) lock (_lock) Box();
    }

    /// <summary>Seals a text.</summary>
    /// <exception cref="IOException">The key's file cannot be used.</exception>
    /// <exception cref="FormatException">There is no key where one should be.</exception>
    public string Seal(string text, string owner)
    {
        lock (_lock) return Box().Seal(text, owner);
    }

    /// <summary>Opens what was sealed; null if none of the gateway's keys does.</summary>
    /// <inheritdoc cref="Seal"/>
    public string? Open(string box, string owner)
    {
        lock (_lock)
        {
            if (Box().Open(box, owner) is { } text) return text;
            if (env(EncryptionKey.Variable) is { Length: > 0 }) return null;
            if (TryKey(EncryptionKey.Find(appDir, env), box, owner) is { } again) return again;
            if (!File.Exists(NextFile)) return null;

            // Everything is sealed with the next key, but whoever did that ended before it was in its place.
            if (TryKey(EncryptionKey.Read(NextFile), box, owner) is not { } opened) return null;
            try
            {
                File.Move(NextFile, KeyFile, overwrite: true);
            }
            catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
            {
                // It stays beside it, and is found there again.
            }

            return opened;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _box?.Dispose();

    private SecretBox Box()
    {
        if (_box is null) Use(EncryptionKey.Find(appDir, env));
        return _box!;
    }

    private string? TryKey(byte[] key, string box, string owner)
    {
        if (CryptographicOperations.FixedTimeEquals(key, _key)) return null;
        using var other = new SecretBox(key);
        if (other.Open(box, owner) is not { } text) return null;
        Use(key);
        return text;
    }

    private void Use(byte[] key)
    {
        _box?.Dispose();
        (_key, _box) = (key, new SecretBox(key));
    }
}
