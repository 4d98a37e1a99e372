using System.Data.Common;

namespace Causeway.Storage;

/// <summary>What a database has of its own in reading the ledger: some expressions, and how ids, times and money go in and come out.</summary>
internal interface ILedgerForm
{
    /// <summary>The column of the cost.</summary>
    string Cost { get; }

    /// <summary>The day of an entry in UTC, as <c>2026-11-26</c>.</summary>
    string Day { get; }

    /// <summary>The minute of an entry, as a time.</summary>
    string Minute { get; }

    /// <summary>How many columns a sum has.</summary>
    int SumColumns { get; }

    /// <summary>The columns of the sum of a column.</summary>
    string Sum(string column);

    /// <summary>A parameter of an id.</summary>
    object Parameter(Guid id);

    /// <summary>A parameter of a time in milliseconds since 1970.</summary>
    object Parameter(long milliseconds);

    /// <summary>The id in a column.</summary>
    Guid Id(DbDataReader rows, int at);

    /// <summary>The time in a column.</summary>
    DateTimeOffset Time(DbDataReader rows, int at);

    /// <summary>The cost in a column, in US dollars.</summary>
    decimal Dollars(DbDataReader rows, int at);

    /// <summary>The sum of costs that begins with a column, in US dollars; 0 of nothing.</summary>
    decimal SumOfDollars(DbDataReader rows, int at);

    /// <summary>The sum of tokens that begins with a column, as far as 64 bits go; 0 of nothing.</summary>
    long SumOfTokens(DbDataReader rows, int at);
}
