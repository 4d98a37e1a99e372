namespace Causeway.Core.Governance.Ledger;

/// <summary>Keeps the ledger for good. Its methods may be called from several threads.</summary>
public interface ILedgerStore : IAsyncDisposable
{
    /// <summary>Writes entries, all of them or none. One whose id is there already is left as it is, so that what may have been written can be written again.</summary>
    Task AddAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancel);

    /// <summary>The entries that fit a filter, in the order of their ids.</summary>
    IAsyncEnumerable<LedgerEntry> ReadAsync(LedgerFilter filter, CancellationToken cancel);

    /// <summary>What was spent, by up to three dimensions, the dearest first.</summary>
    Task<IReadOnlyList<SpendRow>> SpendAsync(LedgerFilter filter, IReadOnlyList<LedgerDimension> by, CancellationToken cancel);

    /// <summary>
    /// What was used since <paramref name="since"/>, in sums of a minute by payer, provider and model: what budgets begin with after a start.
    /// </summary>
    /// <param name="since">The first moment.</param>
    /// <param name="until">The moment after the last; null: there is none.</param>
    /// <param name="cancel">Gives up.</param>
    IAsyncEnumerable<LedgerSum> SumAsync(DateTimeOffset since, DateTimeOffset? until, CancellationToken cancel);

    /// <summary>Gives entries another cost and price version; how many there were. Entries of other ids stay as they are.</summary>
    Task<int> RateAsync(IReadOnlyList<LedgerRating> ratings, CancellationToken cancel);
}

/// <summary>Which entries of the ledger are meant. What is null does not matter.</summary>
public sealed record LedgerFilter
{
    /// <summary>The first moment.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The moment after the last.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only entries with a greater id than this: where an earlier page ended.</summary>
    public Guid? After { get; init; }

    /// <summary>How many entries are read, those with the smallest ids; what was spent is of all.</summary>
    public int? Limit { get; init; }

    /// <summary>Only entries whose value in a dimension is this one; null stands for entries that have none.</summary>
    public IReadOnlyDictionary<LedgerDimension, string?> Values { get; init; } = new Dictionary<LedgerDimension, string?>();
}

/// <summary>What spending can be told apart by.</summary>
public enum LedgerDimension
{
    /// <summary>The virtual key's id.</summary>
    VirtualKey,

    /// <summary>The team's id.</summary>
    Team,

    /// <summary>The customer's id.</summary>
    Customer,

    /// <summary>The user's id.</summary>
    User,

    /// <summary>The provider's name.</summary>
    Provider,

    /// <summary>The name of the provider's key.</summary>
    Key,

    /// <summary>The model's name at the provider.</summary>
    Model,

    /// <summary>The model as the client named it.</summary>
    Asked,

    /// <summary>The day in UTC, as <c>2026-11-26</c>.</summary>
    Day,
}

/// <summary>Spending of one combination of values.</summary>
/// <param name="Values">The values of the dimensions that were asked for, in their order; null where entries have none.</param>
/// <param name="Entries">How many entries.</param>
/// <param name="Dollars">US dollars, of those whose cost is known.</param>
/// <param name="Unrated">How many of the entries have an unknown cost.</param>
/// <param name="InputTokens">Input tokens, as far as known.</param>
/// <param name="OutputTokens">Output tokens, as far as known.</param>
public sealed record SpendRow(IReadOnlyList<string?> Values, long Entries, decimal Dollars, long Unrated, long InputTokens, long OutputTokens);

/// <summary>What was used in a minute.</summary>
/// <param name="Minute">Its beginning.</param>
/// <param name="VirtualKey">The virtual key's id; null: none.</param>
/// <param name="Team">The team's id; null: none.</param>
/// <param name="Customer">The customer's id; null: none.</param>
/// <param name="User">The user's id; null: none.</param>
/// <param name="Provider">The provider's name.</param>
/// <param name="Model">The model's name at the provider.</param>
/// <param name="Dollars">US dollars, as far as known.</param>
/// <param name="InputTokens">Input tokens, as far as known.</param>
/// <param name="OutputTokens">Output tokens, as far as known.</param>
public sealed record LedgerSum(
    DateTimeOffset Minute, string? VirtualKey, string? Team, string? Customer, string? User, string Provider, string Model, decimal Dollars, long InputTokens, long OutputTokens);

/// <summary>Another cost for an entry.</summary>
/// <param name="Id">The entry's id.</param>
/// <param name="Dollars">What it cost in US dollars; null if that is not known.</param>
/// <param name="PriceVersion">The version of the prices.</param>
public sealed record LedgerRating(Guid Id, decimal? Dollars, string? PriceVersion);
