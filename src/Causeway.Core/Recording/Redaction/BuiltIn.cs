using Causeway.Core.Recording.Redaction.Secrets;

namespace Causeway.Core.Recording.Redaction;

/// <summary>The built-in detectors. They keep nothing of what they look at, so there is one of each.</summary>
public static class BuiltIn
{
    private static readonly IDetector[] All = [new SecretDetector(), new EmailDetector(), new CardDetector(), new IbanDetector(), new PhoneDetector()];

    /// <summary>Their names: <c>secret</c>, <c>email</c>, <c>card</c>, <c>iban</c>, <c>phone</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(detector => detector.Name)];

    /// <summary>One of them; null if there is none of this name.</summary>
    internal static IDetector? Find(string name) => Array.Find(All, detector => detector.Name == name);
}
