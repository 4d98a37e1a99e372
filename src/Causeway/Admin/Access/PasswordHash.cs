using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace Causeway.Admin.Access;

/// <summary>
/// Passwords as they are kept: PBKDF2 with HMAC-SHA-256, a salt of 16 bytes and 600,000 rounds (OWASP's figure), as <c>pbkdf2-sha256$ROUNDS$SALT$HASH</c>. It is
/// what the platform has; the text says how it was made, so that more rounds can be asked for later.
/// </summary>
internal static class PasswordHash
{
    private const string Name = "pbkdf2-sha256";
    private const int Rounds = 600_000;
    private const int Size = 32;       // bytes
    private const int SaltSize = 16;   // bytes

    /// <summary>Checked in place of one that is not there, so that an unknown name takes as long as a wrong password.</summary>
    public static string OfNobody { get; } = Of(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Size)));

    /// <summary>The text that is kept of a password. Takes a fifth of a second.</summary>
    public static string Of(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var hash = Rfc2898DeriveBytes.Pbkdf2(password, salt, Rounds, HashAlgorithmName.SHA256, Size);
        return string.Create(CultureInfo.InvariantCulture, $"{Name}${Rounds}${Base64Url.EncodeToString(salt)}${Base64Url.EncodeToString(hash)}");
    }

    /// <summary>Is it the password? Takes a fifth of a second.</summary>
    public static bool Matches(string password, string kept)
    {
        if (kept.Split('$') is not [Name, var rounds, var salt, var hash] || !int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1) return false;
        var expected = Base64Url.DecodeFromChars(hash);
        return CryptographicOperations.FixedTimeEquals(Rfc2898DeriveBytes.Pbkdf2(password, Base64Url.DecodeFromChars(salt), count, HashAlgorithmName.SHA256, expected.Length), expected);
    }
}
