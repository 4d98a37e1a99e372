using System.Security.Cryptography;
using System.Text;
using Causeway.Core.Management;

namespace Causeway.Admin.Access;

/// <summary>
/// What whoever started the gateway knows, and nobody else: with it the first account is made. It is printed at the start, or given in the environment, and
/// of no use once there is an account.
/// </summary>
internal sealed class SetupToken
{
    /// <summary>The environment variable that it can be given in.</summary>
    public const string Variable = "CAUSEWAY_SETUP_TOKEN";

    /// <summary>The name under which wrong tokens are counted.</summary>
    public const string Name = "\0setup";

    private const int Shortest = 16;   // characters

    private readonly byte[] _hash;

    /// <summary>The one of the environment, or a new one.</summary>
    /// <exception cref="FormatException">The one of the environment could be guessed.</exception>
    public SetupToken(Func<string, string?> env)
    {
        if (env(Variable) is { Length: > 0 } given)
        {
            if (given.Length < Shortest) throw new FormatException($"{Variable}: must have at least {Shortest} characters");
            (Shown, _hash) = ($"the value of {Variable}", Hash(given));
            return;
        }

        Shown = VirtualKeyValues.New("setup-");
        _hash = Hash(Shown);
    }

    /// <summary>What is printed: the token, or where it was given, which is not shown.</summary>
    public string Shown { get; }

    /// <summary>Is it the token? Wrong ones are counted.</summary>
    public bool Matches(string? text, LoginThrottle throttle)
    {
        var isRight = CryptographicOperations.FixedTimeEquals(Hash(text ?? ""), _hash);
        throttle.Count(Name, isRight);
        return isRight;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
