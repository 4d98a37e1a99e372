using System.Text;
using Causeway.Core.Tests.Pipeline;
using Causeway.Core.Upstream;
using Causeway.Dialects.Canonical;

namespace Causeway.Core.Tests.Upstream;

public sealed class SecretValuesTests
{
    private static readonly SecretValues Secrets = TestExchange.Gateway("""
        {"providers":{
          "openai":{"keys":[{"value":"sk-abc"},{"value":"sk-abc-longer"},{"value":"none"}],"network_config":{"base_url":"https://host","extra_headers":{"Authorization":"Basic dXNlcjpw","x-version":"2023-06","x-tenant":"tenant-of-ours"}}},
          "bedrock":{"keys":[{"bedrock_key_config":{"access_key":"AKIDEXAMPLE","secret_key":"aws-secret","session_token":"aws-session","region":"eu-central-1"}}],
            "proxy_config":{"type":"http","url":"http://proxy:1","username":"u","password":"proxy-word"}}
        }}
        """).Secrets;

    [Theory]
    [InlineData("sk-abc", "[redacted]")]
    [InlineData("sk-abc-longer, sk-abc", "[redacted], [redacted]")]
    [InlineData("dXNlcjpw Basic dXNlcjpw", "[redacted] [redacted]")]
    [InlineData("aws-secret aws-session proxy-word", "[redacted] [redacted] [redacted]")]
    [InlineData("AKIDEXAMPLE of tenant-of-ours", "[redacted] of [redacted]")]
    [InlineData("none of 2023-06 at sk-ab", "none of 2023-06 at sk-ab")]
    public void Each_is_found_by_its_value(string text, string expected) => Assert.Equal(expected, Secrets.Redact(text));

    [Fact]
    public void An_error_has_them_in_several_places()
    {
        var error = new GatewayError(ErrorKind.Authentication, "key sk-abc") { Param = "sk-abc", Code = "aws-secret", Status = 418 };
        Assert.Equal(error with { Message = "key [redacted]", Param = "[redacted]", Code = "[redacted]" }, Secrets.Redact(error));
        var plain = new GatewayError(ErrorKind.Authentication, "key") { Param = "p" };
        Assert.Same(plain, Secrets.Redact(plain));
    }

    [Theory]
    [InlineData("""{"a":"sk-abc"}""", true)]
    [InlineData("""{"a":["\u0073k-abc"]}""", true)]
    [InlineData("""{"\u0073k-abc":1}""", true)]
    [InlineData("""{"a":"aws\u002dsecret"}""", true)]
    [InlineData("""{"a":"b\n"}""", false)]
    [InlineData("""{"a":"b"}""", false)]
    [InlineData("""\u0073k-abc""", true)]   // no JSON: who knows
    public void A_body_has_them_as_bytes_or_as_texts(string body, bool expected) => Assert.Equal(expected, Secrets.AreIn(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Without_secrets_nothing_is_one()
    {
        var none = TestExchange.Gateway("{}").Secrets;
        Assert.Equal("sk-abc", none.Redact("sk-abc"));
        Assert.False(none.AreIn("\\u0073"u8));
    }
}
