namespace Causeway.Core.Tests.Recording.Redaction;

/// <summary>Credentials are found, and what only looks like them in code is not.</summary>
public sealed class SecretTests
{
    // Put together here, so that nobody who searches this code for leaked keys finds one.
    private const string Mixed = "T3BlbkFJ7xQ2vL9mZ4kR8wY1nB6cD0fG5hJ";

    public static TheoryData<string> Secrets() =>
    [
        "sk-" + Mixed + "abcdEFGH", "sk-proj-" + Mixed + "-_" + Mixed, "sk-ant-api03-" + Mixed + "_" + Mixed + "-AA", "sk-or-v1-0123456789abcdef0123456789abcdef", "sk-0123456789abcdef0123456789abcdef",
        "sk-cw-" + Mixed, "AIza" + "SyD4kR8wY1nB6cD0fG5hJ7xQ2vL9mZ3aB-c", "gsk_" + Mixed + "AbCdEfGhIjKlMnOpQ", "xai-" + Mixed + Mixed, "AKIA" + "IOSFODNN7EXAMPL3", "ASIA" + "Y34FZKBOKMUTVV7A",
        "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a", "gho_" + "16C7e42F292c6912E7710c838347Ae178B4a", "github_pat_" + "11ABCDEFG0abcdefghijkl_" + Mixed + "0123456789abcdefghij", "xoxb-" + "123456789012-1234567890123-AbCdEfGhIjKl",
        "xoxp-" + "123456789012-123456789012-abcdef0123456789", "glpat-" + "Ab1Cd2Ef3Gh4Ij5Kl6Mn", "npm_" + "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789", "hf_" + "AbCdEfGhIjKlMnOpQrStUvWxYz01234567", "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U", "ABSK" + Mixed + Mixed + "==",
    ];

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_secret_is_taken_out_wherever_it_stands(string secret)
    {
        foreach (var (before, behind) in new[] { ("", ""), ("key=", "\n"), ("use `", "` here"), ("{\"k\": \"", "\"}"), ("a\\n", "\\nb"), ("(", ")"), ("x \\u003c", "\\u003e"), ("schlüssel: ", "."), ("", ", and") })
            Assert.Equal($"{before}[redacted:secret]{behind}", Redacted.By("secret", $"{before}{secret}{behind}"));
    }

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_piece_of_a_longer_word_is_none(string secret) => Assert.Equal($"x{secret}", Redacted.By("secret", $"x{secret}"));

    [Theory]
    [InlineData("Authorization: Bearer 3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c", "Authorization: Bearer [redacted:secret]")]
    [InlineData("-H \"Authorization: bearer AbC123dEf456GhI789\"", "-H \"Authorization: bearer [redacted:secret]\"")]
    [InlineData("postgres://ada:s3cr3t!pw@db.example:5432/app", "postgres://ada:[redacted:secret]@db.example:5432/app")]
    [InlineData("redis://:hunter2hunter2@cache/0", "redis://:[redacted:secret]@cache/0")]
    [InlineData("https://x:p@ss@host/", "https://x:[redacted:secret]@host/")]
    [InlineData("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws_secret_access_key = [redacted:secret]")]
    [InlineData("\"SecretAccessKey\": \"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"", "\"SecretAccessKey\": \"[redacted:secret]\"")]
    [InlineData("https://hooks.slack.com/services/T00000000/B0000000A/abCDefGH1234", "https://[redacted:secret]")]
    public void What_is_around_it_stays(string text, string expected) => Assert.Equal(expected, Redacted.By("secret", text));

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\\n")]
    [InlineData("\\\\n")]
    public void A_private_key_is_taken_out_whole(string newline)
    {
        var key = string.Join(newline, "-----BEGIN RSA PRIVATE KEY-----", "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MaGhirHX6wJAbCdE", "bPxRfiCYEXAMPLEKEYwJalrXUtnFEMI/K7MDENG0123456789==", "-----END RSA PRIVATE KEY-----");
        Assert.Equal("a [redacted:secret] b", Redacted.By("secret", $"a {key} b"));
        var cut = key[..(key.Length - 40)];
        Assert.Equal("a [redacted:secret]", Redacted.By("secret", $"a {cut}"));
        Assert.Equal("[redacted:secret]|[redacted:secret]", Redacted.By("secret", $"{key}|{key}"));
        Assert.Equal("[redacted:secret]|[redacted:secret]", Redacted.By("secret", $"{cut}|{key}"));
    }

    [Theory]
    [InlineData("<div class=\"sk-folding-cube-animation-large sk-cube1 sk-circle12\">")]
    [InlineData("a task-management-system2 and disk-usage-0123456789abcdef")]
    [InlineData("sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("sk-your-api-key-goes-here-please")]
    [InlineData("ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("npm_config_registry npm_package_dependencies_typescript_version_number_one")]
    [InlineData("AKIAIOSFODNN7EXAMPLEANDMORE AKIA_REGION")]
    [InlineData("Authorization: Bearer ${token} Bearer {api_key} Bearer <YOUR_API_KEY> Bearer YOUR_API_KEY_HERE_PLEASE")]
    [InlineData("the bearer authentication2.schemes")]
    [InlineData("const token = Bearer request.headers.authorization1;")]
    [InlineData("eyJ.x.y eyJhbGciOiJIUzI1NiJ9 eyJhbGciOiJIUzI1NiJ9.short.sig")]
    [InlineData("https://host:8080/path@version http://[::1]:8080/ git+ssh://git@github.com:a/b.git https://example.com/a:b@c")]
    [InlineData("postgres://${USER}:${PASSWORD}@host/ postgres://{user}:{password}@host/ https://user:***@host/ https://user:[redacted:secret]@host/")]
    [InlineData("var begin = \"-----BEGIN PRIVATE KEY-----\"; var end = \"-----END PRIVATE KEY-----\";")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MaGhirHX6wJAbCdE\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MaGhirHX6wJAbCdE\n-----END PUBLIC KEY-----")]
    [InlineData("aws_secret_access_key = os.environ['AWS_SECRET_ACCESS_KEY']")]
    [InlineData("sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==")]
    [InlineData("commit 3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a")]
    public void Code_is_left_alone(string text) => Assert.Equal(text, Redacted.By("secret", text));
}
