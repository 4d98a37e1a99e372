namespace Causeway.Core.Governance.Reports;

/// <summary>Takes the named values of a row, in their order, in whatever form.</summary>
internal interface IFields
{
    /// <summary>A text of anybody's; null: there is none.</summary>
    void Text(string name, string? value);

    /// <summary>A whole number; null: it is not known.</summary>
    void Number(string name, long? value);

    /// <summary>US dollars, exactly; null: not known.</summary>
    void Dollars(string name, decimal? value);

    /// <summary>A time in milliseconds, to the microsecond; null: not known.</summary>
    void Millis(string name, TimeSpan? value);

    /// <summary>A fraction; null: not known.</summary>
    void Fraction(string name, double? value);

    /// <summary>Texts of anybody's.</summary>
    void Texts(string name, IReadOnlyList<string> values);

    /// <summary>Yes or no.</summary>
    void Flag(string name, bool value);
}
