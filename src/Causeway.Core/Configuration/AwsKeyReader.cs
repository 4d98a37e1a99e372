namespace Causeway.Core.Configuration;

/// <summary>Reads <c>bedrock_key_config</c>.</summary>
internal static class AwsKeyReader
{
    private const string DefaultRegion = "us-east-1";

    internal static readonly string[] Names = ["access_key", "secret_key", "session_token", "region"];
    internal static readonly string[] LaterNames = ["arn", "role_arn", "external_id", "session_name", "project_id", "deployments", "batch_s3_config"];

    /// <summary>
    /// Reads it; null if it is not there. Where neither it nor the key has a secret, the usual variables of the environment are
    /// taken. A secret that is missing disables the key.
    /// </summary>
    public static AwsKey? Read(ConfigNode node, bool lacksValue, Func<string, string?> env, out bool enabled)
    {
        enabled = false;
        if (node.IsMissing) return null;
        node.CheckNames([.. Names, .. LaterNames]);
        var region = node["region"].IsMissing ? env("AWS_REGION") ?? DefaultRegion : ProviderReader.Secret(node["region"], env, out _);
        if (region.Length == 0) region = DefaultRegion;
        if (!region.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-')) node["region"].Error($"must be a region such as {DefaultRegion}");
        if (!node["access_key"].IsMissing)
        {
            var key = new AwsKey
            {
                Region = region,
                AccessKey = ProviderReader.Secret(node["access_key"], env, out var hasId),
                SecretKey = ProviderReader.Secret(node["secret_key"], env, out var hasSecret),
                SessionToken = node["session_token"].IsMissing ? "" : ProviderReader.Secret(node["session_token"], env, out _),
            };
            enabled = hasId && hasSecret;
            return key;
        }

        if (!lacksValue || env("AWS_ACCESS_KEY_ID") is not { Length: > 0 } id || env("AWS_SECRET_ACCESS_KEY") is not { Length: > 0 } secret) return new AwsKey { Region = region };
        enabled = true;
        return new AwsKey { Region = region, AccessKey = id, SecretKey = secret, SessionToken = env("AWS_SESSION_TOKEN") ?? "" };
    }
}
