using Causeway.Core.Management;

namespace Causeway.Core.Tests.Management;

/// <summary>A store that fails in unexpected ways, or answers on a thread of its own as sockets do.</summary>
internal sealed class StrangeStore(IManagementStore store) : IManagementStore
{
    /// <summary>What asking for the revision throws, one after the other.</summary>
    public Queue<Exception> Failures { get; } = [];

    /// <summary>If there is one, answers come when it is set, on a thread that is none of the pool's.</summary>
    public ManualResetEventSlim? Answer { get; init; }

    public Task<StoreSnapshot> ReadAsync(CancellationToken cancel)
    {
        var reading = store.ReadAsync(cancel);
        if (Answer is not { } time) return reading;
        var answer = new TaskCompletionSource<StoreSnapshot>();
        new Thread(() =>
        {
            time.Wait(cancel);
            answer.SetResult(reading.GetAwaiter().GetResult());
        }).Start();
        return answer.Task;
    }

    public Task<long> RevisionAsync(CancellationToken cancel) => Failures.TryDequeue(out var failure) ? throw failure : store.RevisionAsync(cancel);

    public Task<bool> WriteAsync(long expected, IReadOnlyList<ObjectChange> changes, IReadOnlyList<AuditEntry> audit, CancellationToken cancel) => store.WriteAsync(expected, changes, audit, cancel);

    public Task WaitAsync(TimeSpan most, CancellationToken cancel) => Task.CompletedTask;

    public Task NoteAsync(AuditEntry entry, CancellationToken cancel) => store.NoteAsync(entry, cancel);

    public Task<IReadOnlyList<AuditEntry>> AuditAsync(AuditFilter filter, CancellationToken cancel) => store.AuditAsync(filter, cancel);

    public Task AddSessionAsync(Session session, CancellationToken cancel) => store.AddSessionAsync(session, cancel);

    public Task<Session?> FindSessionAsync(string hash, DateTimeOffset now, CancellationToken cancel) => store.FindSessionAsync(hash, now, cancel);

    public Task EndSessionAsync(string hash, CancellationToken cancel) => store.EndSessionAsync(hash, cancel);

    public Task EndSessionsAsync(string account, CancellationToken cancel) => store.EndSessionsAsync(account, cancel);
}
