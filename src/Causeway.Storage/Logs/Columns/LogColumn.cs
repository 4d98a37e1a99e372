using Causeway.Core.Recording.Log;

namespace Causeway.Storage.Logs.Columns;

/// <summary>The numbers of columns: dimensions from 0 on, numbers from 1000 on, the clients' own dimensions from 2000 on.</summary>
internal static class LogColumn
{
    private const int Numbers = 1000;
    private const int Customs = 2000;

    /// <summary>Under this number stand the names of the clients' own dimensions.</summary>
    public const int CustomNames = -1;

    /// <summary>How many dimensions every row has.</summary>
    public static int Dimensions { get; } = LogDimension.All.Count;

    /// <summary>The columns that every block has.</summary>
    public static IReadOnlyList<int> Always { get; } = [.. Enumerable.Range(0, LogDimension.All.Count), .. Enumerable.Range(Numbers, LogNumber.All.Count)];

    /// <summary>The column of a number.</summary>
    public static int Of(LogNumber number) => Numbers + IndexOf(LogNumber.All, number);

    /// <summary>The column of a number, by its place in <see cref="LogNumber.All"/>.</summary>
    public static int OfNumber(int place) => Numbers + place;

    /// <summary>The column of a dimension that every row may have; -1: it is a client's own.</summary>
    public static int Of(LogDimension dimension) => IndexOf(LogDimension.All, dimension);

    /// <summary>The column of a client's own dimension, by the number of its name.</summary>
    public static int OfCustom(int name) => Customs + name;

    /// <summary>The number of the name of a client's own dimension.</summary>
    public static int NameOf(int column) => column - Customs;

    /// <summary>Does the column hold numbers?</summary>
    public static bool IsNumber(int column) => column is >= Numbers and < Customs;

    /// <summary>Is it a client's own dimension?</summary>
    public static bool IsCustom(int column) => column >= Customs;

    /// <summary>The number's place in <see cref="LogNumber.All"/>.</summary>
    public static int NumberOf(int column) => column - Numbers;

    /// <summary>Rows may have several values of it.</summary>
    public static bool IsMany(int column) => column < Numbers && LogDimension.All[column].IsMany;

    private static int IndexOf<T>(IReadOnlyList<T> list, T item)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i]!.Equals(item)) return i;
        }

        return -1;
    }
}
