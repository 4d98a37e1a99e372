namespace Causeway.Core.Recording.Redaction;

/// <summary>Finds one kind of thing that is not to be kept, in time that grows with the text and not faster.</summary>
internal interface IDetector
{
    /// <summary>What it finds, as it stands in the text's place: <c>[redacted:NAME]</c>.</summary>
    string Name { get; }

    /// <summary>Looks through a text and says what it found by <see cref="Scan.Add"/>.</summary>
    void Find(ref Scan scan);
}

/// <summary>Something that was found.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">The place behind it.</param>
/// <param name="Name">What it is.</param>
internal readonly record struct Finding(int Start, int End, string Name);
