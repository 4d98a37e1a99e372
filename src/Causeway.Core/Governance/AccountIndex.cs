using System.Collections.Frozen;
using Causeway.Core.Authentication;

namespace Causeway.Core.Governance;

/// <summary>
/// Finds the accounts that cover a call among any number: each lies under the one id that its budget names and few others share. Only patterns of
/// models, of which there are few, are gone through.
/// </summary>
internal sealed class AccountIndex
{
    [ThreadStatic]
    private static List<Account>? _found;

    private readonly FrozenDictionary<string, Account[]> _keys, _users, _teams, _customers, _models, _providers;
    private readonly Account[] _others;

    public AccountIndex(IReadOnlyCollection<Account> accounts)
    {
        _keys = By(accounts, scope => scope.VirtualKey, StringComparer.Ordinal);
        _users = By(accounts, scope => scope.VirtualKey is null ? scope.User : null, StringComparer.Ordinal);
        _teams = By(accounts, scope => (scope.VirtualKey ?? scope.User) is null ? scope.Team : null, StringComparer.Ordinal);
        _customers = By(accounts, scope => (scope.VirtualKey ?? scope.User ?? scope.Team) is null ? scope.Customer : null, StringComparer.Ordinal);
        _models = By(accounts, scope => IsOfAll(scope) && !IsPattern(scope) ? scope.Model : null, StringComparer.OrdinalIgnoreCase);
        _providers = By(accounts, scope => IsOfAll(scope) && scope.Model is null ? scope.Provider : null, StringComparer.OrdinalIgnoreCase);
        _others = [.. accounts.Where(account => IsOfAll(account.Budget.Scope) && (IsPattern(account.Budget.Scope) || account.Budget.Scope.IsOfCaller))];
    }

    /// <summary>The accounts that cover a call.</summary>
    public Account[] Find(VirtualKey? caller, string provider, string model)
    {
        var found = _found ??= [];
        AddOfCaller(caller, found);
        Add(_models, model, found);
        Add(_providers, provider, found);
        found.AddRange(_others);
        return Those(found, account => account.Budget.Scope.Covers(caller) && account.Budget.Scope.Covers(provider, model));
    }

    /// <summary>The accounts that cover a caller whatever it asks.</summary>
    public Account[] Find(VirtualKey? caller)
    {
        var found = _found ??= [];
        AddOfCaller(caller, found);
        found.AddRange(_others);
        return Those(found, account => account.Budget.Scope.IsOfCaller && account.Budget.Scope.Covers(caller));
    }

    private void AddOfCaller(VirtualKey? caller, List<Account> found)
    {
        if (caller is null) return;
        Add(_keys, caller.Id, found);
        Add(_users, caller.UserId, found);
        Add(_teams, caller.TeamId, found);
        Add(_customers, caller.CustomerId, found);
    }

    private static Account[] Those(List<Account> found, Predicate<Account> fits)
    {
        if (found.Count > 0) found.RemoveAll(account => !fits(account));
        Account[] those = found.Count > 0 ? [.. found] : [];
        found.Clear();
        return those;
    }

    private static void Add(FrozenDictionary<string, Account[]> accounts, string? id, List<Account> found)
    {
        if (id is not null && accounts.Count > 0 && accounts.TryGetValue(id, out var those)) found.AddRange(those);
    }

    private static bool IsOfAll(Scope scope) => (scope.VirtualKey ?? scope.User ?? scope.Team ?? scope.Customer) is null;

    private static bool IsPattern(Scope scope) => scope.Model?.Contains('*') == true;

    private static FrozenDictionary<string, Account[]> By(IEnumerable<Account> accounts, Func<Scope, string?> id, StringComparer comparer) =>
        accounts.Where(account => id(account.Budget.Scope) is not null).GroupBy(account => id(account.Budget.Scope)!, comparer)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), comparer);
}
