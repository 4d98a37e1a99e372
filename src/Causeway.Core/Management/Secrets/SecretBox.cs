using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Core.Management.Secrets;

/// <summary>
/// Seals secrets for the store with AES-256-GCM. A sealed text is base64url of a byte for the form, 12 bytes of nonce, the ciphertext, and 16 bytes of tag. It is bound to
/// the object that it is a part of, so that it opens nowhere else.
/// </summary>
public sealed class SecretBox : IDisposable
{
    private const byte Form = 1;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly AesGcm _cipher;

    /// <summary>With a key of 32 bytes.</summary>
    public SecretBox(ReadOnlySpan<byte> key) => _cipher = new AesGcm(key, TagSize);

    /// <summary>Seals a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="owner">What it is a part of.</param>
    public string Seal(string text, string owner)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[1 + NonceSize + plain.Length + TagSize];
        box[0] = Form;
        var nonce = box.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        _cipher.Encrypt(nonce, plain, box.AsSpan(1 + NonceSize, plain.Length), box.AsSpan(^TagSize..), Encoding.UTF8.GetBytes(owner));
        CryptographicOperations.ZeroMemory(plain);
        return Base64Url.EncodeToString(box);
    }

    /// <summary>Opens what was sealed; null if it was sealed with another key, for something else, or is broken.</summary>
    public string? Open(string box, string owner)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(box);
            if (bytes.Length < 1 + NonceSize + TagSize || bytes[0] != Form) return null;
            var plain = new byte[bytes.Length - 1 - NonceSize - TagSize];
            _cipher.Decrypt(bytes.AsSpan(1, NonceSize), bytes.AsSpan(1 + NonceSize, plain.Length), bytes.AsSpan(^TagSize..), plain, Encoding.UTF8.GetBytes(owner));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception broken) when (broken is FormatException or CryptographicException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();
}
