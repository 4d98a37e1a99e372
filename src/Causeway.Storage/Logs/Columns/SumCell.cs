using Causeway.Core.Recording.Log;

namespace Causeway.Storage.Logs.Columns;

/// <summary>A sum that is being made.</summary>
internal sealed class SumCell
{
    /// <summary>The numbers that are added up, in the order of <see cref="Sums"/>.</summary>
    public static readonly LogNumber[] Summed =
        [LogNumber.Input, LogNumber.CacheRead, LogNumber.CacheWrite, LogNumber.Output, LogNumber.Reasoning, LogNumber.Cost, LogNumber.Saved, LogNumber.Attempts, LogNumber.Unrated];

    /// <summary>The numbers whose spread is kept, in the order of <see cref="Spreads"/>.</summary>
    public static readonly LogNumber[] Spread = [LogNumber.Duration, LogNumber.FirstToken, LogNumber.Overhead];

    /// <summary>How many rows.</summary>
    public long Requests { get; set; }

    /// <summary>Of those, how many failed.</summary>
    public long Errors { get; set; }

    /// <summary>Of those, how many the client left.</summary>
    public long Abandoned { get; set; }

    /// <summary>The time of the first row.</summary>
    public long First { get; set; } = long.MaxValue;

    /// <summary>The time of the last row.</summary>
    public long Last { get; set; } = long.MinValue;

    /// <summary>Sums of <see cref="Summed"/>.</summary>
    public Int128[] Sums { get; } = new Int128[Summed.Length];

    /// <summary>Spreads of <see cref="Spread"/>.</summary>
    public LogSpread[] Spreads { get; } = [.. Spread.Select(_ => new LogSpread())];

    /// <summary>The cost.</summary>
    public Int128 Cost => Sums[5];

    /// <summary>Input and output tokens.</summary>
    public Int128 Tokens => Sums[0] + Sums[3];

    /// <summary>Adds another's.</summary>
    public void Add(SumCell other)
    {
        Requests += other.Requests;
        Errors += other.Errors;
        Abandoned += other.Abandoned;
        First = Math.Min(First, other.First);
        Last = Math.Max(Last, other.Last);
        for (var i = 0; i < Sums.Length; i++) Sums[i] += other.Sums[i];
        for (var i = 0; i < Spreads.Length; i++) Spreads[i].Add(other.Spreads[i]);
    }

    /// <summary>As it is answered.</summary>
    public LogSum ToSum(string? value, bool isRest, DateTimeOffset? from) => new()
    {
        Value = value,
        IsRest = isRest,
        From = from,
        Requests = Requests,
        Errors = Errors,
        Abandoned = Abandoned,
        First = First,
        Last = Last,
        InputTokens = Clamp(Sums[0]),
        CacheReadTokens = Clamp(Sums[1]),
        CacheWriteTokens = Clamp(Sums[2]),
        OutputTokens = Clamp(Sums[3]),
        ReasoningTokens = Clamp(Sums[4]),
        Picodollars = Sums[5],
        SavedPicodollars = Sums[6],
        Attempts = Clamp(Sums[7]),
        Unrated = Clamp(Sums[8]),
        Duration = Spreads[0],
        FirstToken = Spreads[1],
        Overhead = Spreads[2],
    };

    private static long Clamp(Int128 sum) => (long)Int128.Clamp(sum, long.MinValue, long.MaxValue);
}
