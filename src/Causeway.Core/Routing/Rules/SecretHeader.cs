namespace Causeway.Core.Routing.Rules;

/// <summary>Headers that may hold credentials. Rules may ask for them, but no explanation shows what for.</summary>
internal static class SecretHeader
{
    private static readonly string[] Parts = ["auth", "cookie", "key", "secret", "token", "password", "x-bf-vk"];

    /// <summary>Is a header of this name one?</summary>
    public static bool Is(string name) => Parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
}
