using Causeway.Core.Upstream;

namespace Causeway.Core.Routing;

/// <summary>A provider and the model to ask it for.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Model">The model's name there.</param>
public sealed record Candidate(ProviderRuntime Provider, string Model)
{
    /// <summary>Most tokens that the model takes; null if unknown.</summary>
    public long? ContextWindow => Catalog.ModelCatalog.Default.Find(Provider.Name, Model)?.ContextWindow;

    /// <summary>Did it fail lately, so that it is asked only if no other can be?</summary>
    public bool IsResting => Provider.Health.IsResting(Model);

    /// <summary>The form <c>provider/model</c>.</summary>
    public override string ToString() => $"{Provider.Name}/{Model}";
}
