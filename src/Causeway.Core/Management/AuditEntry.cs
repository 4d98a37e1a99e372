namespace Causeway.Core.Management;

/// <summary>Who changed what, and how it was before and after. Secrets are not in it.</summary>
public sealed record AuditEntry
{
    private static long s_last;   // milliseconds since 1970

    /// <summary>A number for a new entry, which sorts behind all that this process has given out: what happens within a millisecond has an order, too.</summary>
    public static Guid NextId(DateTimeOffset now)
    {
        while (true)
        {
            var last = Volatile.Read(ref s_last);
            var next = Math.Max(now.ToUnixTimeMilliseconds(), last + 1);
            if (Interlocked.CompareExchange(ref s_last, next, last) == last) return Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(next));
        }
    }

    /// <summary>Its number, of version 7, so that entries sort by time.</summary>
    public required Guid Id { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Who: <c>account:ada</c>, <c>token:ci</c>, <c>local</c> for whoever sits at a gateway without accounts, <c>cli</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>The address that the request came from; null: it was no request.</summary>
    public string? Address { get; init; }

    /// <summary>What was done: <c>create</c>, <c>update</c>, <c>delete</c>, <c>rotate</c>, <c>login</c>, ...</summary>
    public required string Action { get; init; }

    /// <summary>The kind of thing.</summary>
    public required string Kind { get; init; }

    /// <summary>Which one.</summary>
    public required string Object { get; init; }

    /// <summary>How it was: a JSON object; null: it was not there.</summary>
    public string? Before { get; init; }

    /// <summary>How it is since: a JSON object; null: it is not there any more.</summary>
    public string? After { get; init; }
}

/// <summary>Which entries of the audit log are meant. What is null does not matter.</summary>
public sealed record AuditFilter
{
    /// <summary>Who.</summary>
    public string? Actor { get; init; }

    /// <summary>The kind of thing.</summary>
    public string? Kind { get; init; }

    /// <summary>Which one.</summary>
    public string? Object { get; init; }

    /// <summary>Only entries before this one.</summary>
    public Guid? Before { get; init; }

    /// <summary>At most so many, the newest.</summary>
    public int Limit { get; init; } = 100;
}
