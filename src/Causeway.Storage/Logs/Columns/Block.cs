namespace Causeway.Storage.Logs.Columns;

/// <summary>
/// Rows whose numbers follow each other, and their columns as far as they are here. A row's place is its number less the block's first; places may be
/// empty where rows were deleted or a number was not used.
/// </summary>
/// <param name="number">Its number: that of its first row over <see cref="Size"/>.</param>
/// <param name="rows">How many rows it has.</param>
/// <param name="first">The earliest time, in milliseconds since 1970.</param>
/// <param name="last">The latest time.</param>
/// <param name="present">The places that have a row; null: all.</param>
internal abstract class Block(long number, int rows, long first, long last, RowMask? present)
{
    /// <summary>How many places a block has.</summary>
    public const int Size = 1 << Bits;

    private const int Bits = 13;

    /// <summary>Its number.</summary>
    public long Number => number;

    /// <summary>The number of its first place.</summary>
    public long Start => number << Bits;

    /// <summary>How many rows it has.</summary>
    public int Rows => rows;

    /// <summary>The earliest time, in milliseconds since 1970.</summary>
    public long First => first;

    /// <summary>The latest time.</summary>
    public long Last => last;

    /// <summary>The places that have a row; null: all.</summary>
    public RowMask? Present => present;

    /// <summary>It is not in the store any more.</summary>
    public bool IsGone { get; set; }

    /// <summary>The block of a row.</summary>
    public static long Of(long row) => row >> Bits;

    /// <summary>The place of a row in its block.</summary>
    public static int PlaceOf(long row) => (int)(row & (Size - 1));

    /// <summary>The column of a dimension.</summary>
    public abstract DimensionSegment Dimension(int column);

    /// <summary>The column of a number.</summary>
    public abstract NumberSegment Numbers(int column);

    /// <summary>Gives back what was loaded.</summary>
    public virtual void Release()
    {
    }
}
