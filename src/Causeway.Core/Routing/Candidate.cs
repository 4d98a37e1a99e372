using Causeway.Core.Catalog;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Routing;

/// <summary>A provider and the model to ask it for.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Model">The model's name there.</param>
/// <param name="Catalog">Has what is known of the model.</param>
public sealed record Candidate(ProviderRuntime Provider, string Model, ModelCatalog Catalog)
{
    /// <summary>Most tokens that the model takes; null if unknown.</summary>
    public long? ContextWindow => Catalog.Find(Provider.Name, Model)?.ContextWindow;

    /// <summary>What encoders must know of the model.</summary>
    public ModelTraits Traits => Provider.TraitsOf(Model, Catalog);

    /// <summary>Did it fail lately, or did all of its keys, so that it is asked only if no other can be?</summary>
    public bool IsResting => Provider.Health.IsResting(Model) || (Provider.Health.HasRestingKeys && Provider.Keys.AllRest(Model, key => Provider.Health.IsResting(key, Model)));

    /// <summary>The form <c>provider/model</c>.</summary>
    public override string ToString() => $"{Provider.Name}/{Model}";
}
