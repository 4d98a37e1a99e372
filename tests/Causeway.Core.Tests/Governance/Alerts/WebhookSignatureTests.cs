using System.Net;
using System.Text;
using Causeway.Core.Governance.Alerts;
using Causeway.Core.Upstream;

namespace Causeway.Core.Tests.Governance.Alerts;

public sealed class WebhookSignatureTests
{
    /// <summary>The example that the libraries of Standard Webhooks are tested with; the value was also worked out with Python's hmac.</summary>
    [Fact]
    public void The_published_example_comes_out() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Of(WebhookSignature.KeyOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Encoding.UTF8.GetBytes("""{"test": 2432232314}""")));

    [Theory]
    [InlineData("169.254.169.254", true)]
    [InlineData("169.253.255.255", false)]
    [InlineData("169.255.0.0", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("fe80::1", true)]
    [InlineData("febf:ffff::1", true)]
    [InlineData("fec0::1", false)]
    [InlineData("::1", false)]
    [InlineData("2001:db8::a9fe:a9fe", false)]
    [InlineData("::ffff:169.254.169.254", true)]
    [InlineData("::169.254.169.254", true)]
    [InlineData("64:ff9b::a9fe:a9fe", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    public void Link_local_addresses_are_known_in_all_their_forms(string address, bool isLinkLocal) => Assert.Equal(isLinkLocal, GuardedDial.IsLinkLocal(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://169.254.169.254:9/")]
    [InlineData("http://[fe80::1]:9/")]
    [InlineData("http://0xa9fea9fe:9/")]
    [InlineData("http://2852039166:9/")]
    [InlineData("http://[::ffff:a9fe:a9fe]:9/")]
    public async Task Link_local_addresses_are_not_dialled_however_they_are_written(string url)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, ConnectCallback = GuardedDial.ConnectAsync });
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.Contains("not dialled", refused.Message, StringComparison.Ordinal);
    }
}
