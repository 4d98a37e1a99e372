namespace Causeway.Admin.Access;

/// <summary>
/// Makes guessing passwords slow: after five wrong ones a name has to wait, each time twice as long, up to a quarter of an hour; and only two passwords are checked at
/// a time, so that guessing does not take the processor from requests. Thread-safe.
/// </summary>
internal sealed class LoginThrottle(TimeProvider time) : IDisposable
{
    private const int Free = 5;
    private const int MostNames = 10_000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Failures, DateTimeOffset Until)> _names = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _checking = new(2, 2);

    /// <summary>How long a name has to wait before it may try again; zero: not at all.</summary>
    public TimeSpan WaitOf(string name)
    {
        lock (_lock) return _names.TryGetValue(name, out var known) && known.Until > time.GetUtcNow() ? known.Until - time.GetUtcNow() : TimeSpan.Zero;
    }

    /// <summary>
    /// Checks a password, and remembers if it was wrong. Null, and it was not looked at: the name has to wait. That is known only when it is a password's turn,
    /// since many may come at once.
    /// </summary>
    public async Task<bool?> CheckAsync(string name, Func<bool> check, CancellationToken cancel)
    {
        if (WaitOf(name) > TimeSpan.Zero) return null;
        await _checking.WaitAsync(cancel);
        try
        {
            if (WaitOf(name) > TimeSpan.Zero) return null;
            var isRight = await Task.Run(check, cancel);
            Count(name, isRight);
            return isRight;
        }
        finally
        {
            _checking.Release();
        }
    }

    /// <summary>Remembers that a name was right or wrong.</summary>
    public void Count(string name, bool isRight)
    {
        lock (_lock) Note(name, isRight);
    }

    /// <inheritdoc/>
    public void Dispose() => _checking.Dispose();

    private void Note(string name, bool isRight)
    {
        if (isRight)
        {
            _names.Remove(name);
            return;
        }

        var now = time.GetUtcNow();
        if (_names.Count >= MostNames)
        {
            foreach (var (other, known) in _names.ToList())
            {
                if (known.Until <= now) _names.Remove(other);
            }

            if (_names.Count >= MostNames) _names.Clear();   // nobody has so many accounts: someone makes names up
        }

        var failures = _names.GetValueOrDefault(name).Failures + 1;
        var wait = failures < Free ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, failures - Free)));
        _names[name] = (failures, now + wait);
    }
}
