namespace Causeway.Core.Configuration;

/// <summary>Reads <c>allow</c> and <c>reject</c>.</summary>
internal static class LossesReader
{
    /// <summary>Is something refused rather than sent with losses? null: it is not said.</summary>
    public static bool? Rejects(ConfigNode node)
    {
        switch (node.Text())
        {
            case "allow": return false;
            case "reject": return true;
            default:
                if (!node.IsMissing) node.Error("must be `allow` or `reject`");
                return null;
        }
    }
}
