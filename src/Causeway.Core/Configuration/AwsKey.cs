namespace Causeway.Core.Configuration;

/// <summary>What a key of Amazon Bedrock has besides, or in place of, a bearer token: <c>bedrock_key_config</c>.</summary>
public sealed record AwsKey
{
    private const string Host = "bedrock-runtime.";
    private const string Domain = ".amazonaws.com";

    /// <summary>The region that the models run in, such as <c>eu-central-1</c>.</summary>
    public required string Region { get; init; }

    /// <summary>The access key's id; empty: requests carry the key's value as a bearer token.</summary>
    public string AccessKey { get; init; } = "";

    /// <summary>The secret that requests are signed with; never shown.</summary>
    public string SecretKey { get; init; } = "";

    /// <summary>The token of temporary credentials; empty if they are not.</summary>
    public string SessionToken { get; init; } = "";

    /// <summary>Requests are signed with it.</summary>
    public bool Signs => AccessKey.Length > 0;

    /// <summary>The same address in the key's region; an address that is not Amazon's own stays.</summary>
    public Uri Relocate(Uri url) => url.Host.StartsWith(Host, StringComparison.Ordinal) && url.Host.EndsWith(Domain, StringComparison.Ordinal)
        ? new UriBuilder(url) { Host = Host + Region + Domain }.Uri : url;

    /// <summary>The region; records would print the secret.</summary>
    public override string ToString() => $"AWS key for {Region}";
}
