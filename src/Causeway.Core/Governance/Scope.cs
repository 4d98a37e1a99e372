using Causeway.Core.Authentication;
using Causeway.Core.Configuration;

namespace Causeway.Core.Governance;

/// <summary>Whose requests, and which of them, a budget or a limit is for. All that is said must fit; what is null does not matter.</summary>
public sealed record Scope
{
    /// <summary>The id of a virtual key.</summary>
    public string? VirtualKey { get; init; }

    /// <summary>The id of a team.</summary>
    public string? Team { get; init; }

    /// <summary>The id of a customer.</summary>
    public string? Customer { get; init; }

    /// <summary>The id of a user.</summary>
    public string? User { get; init; }

    /// <summary>A provider's name.</summary>
    public string? Provider { get; init; }

    /// <summary>A model's name at its provider, with <c>*</c> as a wildcard.</summary>
    public string? Model { get; init; }

    /// <summary>Does it say nothing of provider and model, so that it is known before a candidate is chosen?</summary>
    public bool IsOfCaller => Provider is null && Model is null;

    /// <summary>Is it for requests of <paramref name="caller"/>, whatever they go to?</summary>
    public bool Covers(VirtualKey? caller) =>
        (VirtualKey is null || VirtualKey == caller?.Id) && (Team is null || Team == caller?.TeamId)
        && (Customer is null || Customer == caller?.CustomerId) && (User is null || User == caller?.UserId);

    /// <summary>Is it for a call to <paramref name="provider"/> and <paramref name="model"/>?</summary>
    public bool Covers(string provider, string model) =>
        (Provider is null || Provider.Equals(provider, StringComparison.OrdinalIgnoreCase)) && (Model is null || new WildcardPattern(Model).Matches(model));

    /// <summary>For people: <c>virtual key 'dev'</c>, <c>team 'web' at openai</c>.</summary>
    public override string ToString()
    {
        var who = VirtualKey is { } key ? $"virtual key '{key}'" : Team is { } team ? $"team '{team}'" : Customer is { } customer ? $"customer '{customer}'" : User is { } user ? $"user '{user}'" : "all requests";
        return (Provider, Model) switch
        {
            (null, null) => who,
            (null, var model) => $"{who}, model '{model}'",
            (var provider, null) => $"{who}, provider '{provider}'",
            var (provider, model) => $"{who}, model '{provider}/{model}'",
        };
    }
}
