namespace Causeway.Core.Governance.Limits;

/// <summary>Decides how much of a rate limit a node may have.</summary>
public static class ShareDecision
{
    /// <summary>
    /// What it keeps, and of what is free all that it needs, and for requests to come at most a sixteenth of the rest. Tokens may pass a share by what the last
    /// request used: that is the node's in any case, and the others get less for it.
    /// </summary>
    /// <param name="ask">How the node stands.</param>
    /// <param name="share">What it has.</param>
    /// <param name="others">What the others have.</param>
    public static long Grant(ShareAsk ask, long share, long others)
    {
        var kept = Math.Max(Math.Min(share, ask.Keep), ask.Used);
        var free = Math.Max(0, ask.Most - others - kept);
        var given = Math.Min(free, Math.Max(0, ask.Used + ask.Need - kept));
        var wanted = Math.Max(0, ask.Used + ask.Need + ask.Extra - kept - given);
        return kept + given + Math.Min(wanted, (free - given + 15) / 16);
    }
}
