namespace Causeway.Storage.Logs.Columns;

/// <summary>A row as columns know it: names by their numbers.</summary>
internal sealed class LogRow
{
    /// <summary>Its number in the store.</summary>
    public long Number { get; set; }

    /// <summary>For each dimension the number of its value's name, 0 for none; not used where there may be several.</summary>
    public required int[] Values { get; init; }

    /// <summary>For each dimension that may have several values their numbers; null: none, or it has one at most.</summary>
    public required int[]?[] Sets { get; init; }

    /// <summary>The client's own dimensions: the column and the number of the value's name, in their order.</summary>
    public required (int Column, int Value)[] Custom { get; init; }

    /// <summary>For each number what it has, <see cref="NumberSegment.Unknown"/> for nothing.</summary>
    public required long[] Numbers { get; init; }

    /// <summary>When, in milliseconds since 1970.</summary>
    public long Time => Numbers[0];
}
