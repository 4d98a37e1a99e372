namespace Causeway.Core.Tests.Recording.Redaction;

/// <summary>Addresses, cards, accounts and telephone numbers are found, and ids, times, versions and code are not taken for them.</summary>
public sealed class PersonTests
{
    [Theory]
    [InlineData("ada@example.com", "[redacted:email]")]
    [InlineData("<Ada.Lovelace+news@mail.example.co.uk>,", "<[redacted:email]>,")]
    [InlineData("mailto:a_b-c%d@x-y.io?subject=1", "mailto:[redacted:email]?subject=1")]
    [InlineData("mail 'ada@example.com'.", "mail '[redacted:email]'.")]
    [InlineData("line\\nada@example.com\\n", "line\\n[redacted:email]\\n")]
    [InlineData("\\u003cada@example.com\\u003e", "\\u003c[redacted:email]\\u003e")]
    [InlineData("jörg.müller@bücher.de", "[redacted:email]")]
    [InlineData("иван@почта.рф", "[redacted:email]")]
    [InlineData("请联系ada@example.com。", "请联系[redacted:email]。")]
    [InlineData("a@b.photography, x@xn--80akhbyknj4f.xn--p1ai", "[redacted:email], [redacted:email]")]
    [InlineData("--user=-ada@example.com", "--user=-[redacted:email]")]
    [InlineData("a@b@example.com", "a@[redacted:email]")]
    public void An_address_is_taken_out(string text, string expected) => Assert.Equal(expected, Redacted.By("email", text));

    [Theory]
    [InlineData("git@github.com:org/repo.git ssh://git@gitlab.example.com/x")]
    [InlineData("@Override @app.route @types/node react@18.2.0 lodash@npm:4.17.21 pkg@1.2.3-beta.4 vue@next")]
    [InlineData("icon@2x.png logo@3x.com@ sprite.map@main.json user@1000.service getty@tty1.service")]
    [InlineData("a @ b.T; A@B.T; x@w.mean(); return@forEach.")]
    [InlineData("root@localhost nginx@sha256:abcdef root@192.168.1.1 foo@ @bar.com .@x.com")]
    [InlineData("a@b..com a@.com a@-.com. x@y.c")]
    public void Code_is_no_address(string text) => Assert.Equal(text, Redacted.By("email", text));

    [Theory]
    [InlineData("4111111111111111", "[redacted:card]")]
    [InlineData("card 4111 1111 1111 1111, 12/27", "card [redacted:card], 12/27")]
    [InlineData("5500-0055-5555-5559", "[redacted:card]")]
    [InlineData("4111111111111111 12/27 123", "[redacted:card] 12/27 123")]
    [InlineData("3782 822463 10005", "[redacted:card]")]
    [InlineData("378282246310005", "[redacted:card]")]
    [InlineData("6011000990139424\t30569309025904\t3530111333300000", "[redacted:card]\t[redacted:card]\t[redacted:card]")]
    [InlineData("2223003122003222; 4222222222222; 6200000000000005", "[redacted:card]; [redacted:card]; [redacted:card]")]
    [InlineData("nr\\n4111111111111111\\n", "nr\\n[redacted:card]\\n")]
    [InlineData("4111\u00A01111\u00A01111\u00A01111", "[redacted:card]")]
    public void A_card_is_taken_out(string text, string expected) => Assert.Equal(expected, Redacted.By("card", text));

    [Theory]
    [InlineData("4111111111111112 1234567812345670 9999999999999995")]
    [InlineData("1700000000000 1700000000000000000 20261126093000123")]
    [InlineData("id4111111111111111 4111111111111111a 0.4111111111111111 4111111111111111.5 -0x4111111111111111f")]
    [InlineData("41111111111111111111111111111111 4111-1111-1111-1111-1111 a1b2-4111-1111-1111-1111")]
    [InlineData("550e8400-e29b-41d4-a716-446655440000 4111 1111 1111 1111 1111 4111")]
    [InlineData("4111  1111  1111  1111 4111 1111-1111 1111")]
    public void Numbers_are_no_cards(string text) => Assert.Equal(text, Redacted.By("card", text));

    [Theory]
    [InlineData("DE89370400440532013000", "[redacted:iban]")]
    [InlineData("IBAN: DE89 3704 0044 0532 0130 00.", "IBAN: [redacted:iban].")]
    [InlineData("GB29 NWBK 6016 1331 9268 19, GB29NWBK60161331926819", "[redacted:iban], [redacted:iban]")]
    [InlineData("FR1420041010050500013M02606 NO9386011117947", "[redacted:iban] [redacted:iban]")]
    [InlineData("MT84MALT011000012345MTLCAST001S\\nNL91ABNA0417164300", "[redacted:iban]\\n[redacted:iban]")]
    public void An_account_is_taken_out(string text, string expected) => Assert.Equal(expected, Redacted.By("iban", text));

    [Theory]
    [InlineData("DE89370400440532013001 DE8937040044053201300 DE893704004405320130000 XX89370400440532013000")]
    [InlineData("ADE89370400440532013000 DE89370400440532013000A de89370400440532013000")]
    [InlineData("AT20 IS26 NO15 SHA256 BASE64  DE89 37040 0440532013000")]
    public void Words_with_digits_are_no_accounts(string text) => Assert.Equal(text, Redacted.By("iban", text));

    [Theory]
    [InlineData("+14155552671", "[redacted:phone]")]
    [InlineData("call +1 (415) 555-2671.", "call [redacted:phone].")]
    [InlineData("+1-415-555-2671 +1.415.555.2671", "[redacted:phone] [redacted:phone]")]
    [InlineData("tel:+4915112345678", "tel:[redacted:phone]")]
    [InlineData("+49 (0)30 1234 5678, +49 30/123456-78", "[redacted:phone], [redacted:phone]")]
    [InlineData("+44 20 7946 0958 / +33 1 23 45 67 89", "[redacted:phone] / [redacted:phone]")]
    [InlineData("0049 30 12345678", "[redacted:phone]")]
    [InlineData("+352 621 123 456; +971501234567", "[redacted:phone]; [redacted:phone]")]
    [InlineData("(415) 555-2671 or (415)555-2671", "[redacted:phone] or [redacted:phone]")]
    [InlineData("415-555-2671, 415.555.2671, 415 555 2671, 1-800-555-2671", "[redacted:phone], [redacted:phone], [redacted:phone], [redacted:phone]")]
    [InlineData("06 12 34 56 78; 06.12.34.56.78", "[redacted:phone]; [redacted:phone]")]
    [InlineData("020 7946 0958, 07700 900123, 0161 496 0000", "[redacted:phone], [redacted:phone], [redacted:phone]")]
    [InlineData("030 12345678, 030/1234567, 0171 1234567, 0171 / 123 45 67, (089) 123 456", "[redacted:phone], [redacted:phone], [redacted:phone], [redacted:phone], [redacted:phone]")]
    [InlineData("044 668 18 00; 03-1234-5678; 0400 123 456", "[redacted:phone]; [redacted:phone]; [redacted:phone]")]
    [InlineData("x\\n+14155552671\\n", "x\\n[redacted:phone]\\n")]
    public void A_telephone_number_is_taken_out(string text, string expected) => Assert.Equal(expected, Redacted.By("phone", text));

    [Theory]
    [InlineData("1700000000 1700000000000 4155552671 123456789012 +1700000000 +1700000000000")]
    [InlineData("192.168.1.1 10.0.0.255 172.16.254.1:8080 255.255.255.0 ::ffff:192.168.100.228")]
    [InlineData("1.2.3 v10.20.3000 2.1.0-rc.1 4.15.0-213-generic 415.555.2671.1")]
    [InlineData("2026-11-26 2026-11-26T09:14:00.000Z 26.11.2026 11/26/2026 09:14:00 +0100 -05:00 +00:00")]
    [InlineData("550e8400-e29b-41d4-a716-446655440000 415-555-2671-99 a-415-555-2671 123-45-6789 100-200-3000 0-306-40615-2")]
    [InlineData("a+14155552671 (x)+14155552671 1e+15 x += 14155552671 i+4915112345678")]
    [InlineData("-rw-r--r-- 1 root root 0644 1048576 0755 12345678")]
    [InlineData("01 23 45 67 89 ab cd ef|de ad 01 23 45 67 89|01 23 45 67 89 01 23 45 67 89|01:23:45:67:89:ab|01-23-45-67-89-ab")]
    [InlineData("[415, 555, 2671] 415 555 2671 300 400 415555-2671 https://x/415/555/2671 /030/1234567 #030 1234567")]
    [InlineData("x = 0x0415 5552; 00000010 48656c6c; $415.555.2671; 020794609 580123; 3.14159265358979")]
    [InlineData("@@ -415,555 +671,415 @@ 12,345,678 1,234.56 10.1000/123456")]
    [InlineData("f(415) + 555-2671; range(0, 100) (030) ; arr[0](415) x")]
    public void Code_is_no_telephone_number(string text) => Assert.Equal(text, Redacted.By("phone", text));
}
