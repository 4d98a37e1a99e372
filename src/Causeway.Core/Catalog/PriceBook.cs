using Causeway.Core.Authentication;

namespace Causeway.Core.Catalog;

/// <summary>What models cost.</summary>
public sealed class PriceBook
{
    /// <summary>The price; null if it is unknown.</summary>
    public Price? PriceOf(VirtualKey? caller, string provider, string? key, string model) => ModelCatalog.Default.Find(provider, model)?.Price;
}
