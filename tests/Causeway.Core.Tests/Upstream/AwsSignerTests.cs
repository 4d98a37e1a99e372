using System.Security.Cryptography;
using Causeway.Core.Configuration;
using Causeway.Core.Upstream;

namespace Causeway.Core.Tests.Upstream;

/// <summary>Signatures against AWS's published test suite ("Signature Version 4 test suite").</summary>
public sealed class AwsSignerTests
{
    private static readonly AwsKey Key = new() { Region = "us-east-1", AccessKey = "AKIDEXAMPLE", SecretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
    private static readonly DateTimeOffset Then = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    private static string Sign(AwsSigner signer, string method, string url)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        signer.Sign(request, SHA256.HashData([]), Then);
        Assert.Equal("20150830T123600Z", request.Headers.GetValues("x-amz-date").Single());
        return request.Headers.GetValues("Authorization").Single();
    }

    [Theory]
    [InlineData("GET", "https://example.amazonaws.com/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "https://example.amazonaws.com/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    public void The_published_vectors_are_met(string method, string url, string signature)
    {
        var signer = new AwsSigner(Key, "service");
        var expected = $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}";
        Assert.Equal(expected, Sign(signer, method, url));
        Assert.Equal(expected, Sign(signer, method, url));   // with the day's key derived already
    }

    [Fact]
    public void A_region_is_part_of_Amazons_addresses_only()
    {
        var key = Key with { Region = "eu-central-1" };
        Assert.Equal("https://bedrock-runtime.eu-central-1.amazonaws.com/model/x%3A0/converse", key.Relocate(new Uri("https://bedrock-runtime.us-east-1.amazonaws.com/model/x%3A0/converse")).AbsoluteUri);
        Assert.Equal("http://127.0.0.1:9/model/x", key.Relocate(new Uri("http://127.0.0.1:9/model/x")).AbsoluteUri);
    }

    [Fact]
    public void Nothing_prints_the_secret() => Assert.DoesNotContain(Key.SecretKey, $"{Key} {new KeyConfig { Name = "k", Value = "v", Aws = Key }}", StringComparison.Ordinal);
}
