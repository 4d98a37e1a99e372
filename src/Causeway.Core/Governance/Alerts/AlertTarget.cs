namespace Causeway.Core.Governance.Alerts;

/// <summary>A web address that is told of events.</summary>
public sealed class AlertTarget
{
    /// <summary>Where the events are posted to. It may hold a secret, so it is shown to nobody.</summary>
    public required Uri Url { get; init; }

    /// <summary>The key that they are signed with; null: they are not.</summary>
    public byte[]? Secret { get; init; }

    /// <summary>Headers that are sent with them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The kinds of events; empty: all.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Is it told of events of a kind?</summary>
    public bool Wants(string type) => Events.Count == 0 || Events.Contains(type);

    /// <summary>For people: the host alone.</summary>
    public override string ToString() => Url.Authority;
}
