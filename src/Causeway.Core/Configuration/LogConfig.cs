using Causeway.Core.Recording.Capture;
using Causeway.Core.Recording.Log;
using Causeway.Core.Recording.Redaction;

namespace Causeway.Core.Configuration;

/// <summary>What the request log keeps.</summary>
public sealed record LogConfig
{
    /// <summary>Is there a log?</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Where it is kept; null: in the file <c>logs.db</c>, or in the database that the configuration has, if several gateways may share it. Read at the start only.</summary>
    public StoreConfig? Store { get; init; }

    /// <summary>What is kept of what is said, where a virtual key has no policy of its own.</summary>
    public ContentPolicy Content { get; init; } = ContentPolicy.Redact;

    /// <summary>What is taken out of what is said, where the policy is to redact.</summary>
    public RedactionConfig Redaction { get; init; } = RedactionConfig.Usual;

    /// <summary>A request may ask for more to be kept than its policy says.</summary>
    public bool RequestsMayKeep { get; init; }

    /// <summary>What went to the provider and came back is kept, too.</summary>
    public bool KeepsRaw { get; init; }

    /// <summary>Request headers by which rows are told apart, beside those that begin with <c>x-causeway-dim-</c>.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>How long it is kept.</summary>
    public LogRetention Retention { get; init; } = new(TimeSpan.FromDays(365), TimeSpan.FromDays(30), 20L << 30);
}
