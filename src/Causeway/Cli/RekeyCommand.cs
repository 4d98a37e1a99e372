using Causeway.Core.Configuration;
using Causeway.Core.Management.Secrets;
using Causeway.Storage;

namespace Causeway.Cli;

/// <summary>
/// <c>causeway rekey</c>: seals the secrets of the database with another key: with the one of <c>CAUSEWAY_NEW_ENCRYPTION_KEY</c>, else with a new one that takes the place of the key's
/// file. It may be stopped at any moment.
/// </summary>
internal static class RekeyCommand
{
    private const string NewVariable = "CAUSEWAY_NEW_ENCRYPTION_KEY";

    /// <summary>Does it; what was done, for people.</summary>
    /// <exception cref="IOException">The database or the key's file cannot be used.</exception>
    /// <exception cref="FormatException">There is no key where one should be, or it is not the one that secrets were sealed with.</exception>
    public static async Task<string> RunAsync(StoreConfig store, string appDir, Func<string, string?> env)
    {
        using var old = new SecretKeys(appDir, env);
        await using var stores = await Stores.OpenAsync(store, appDir, CancellationToken.None);
        if (env(NewVariable) is { Length: > 0 } text)
        {
            using var box = new SecretBox(EncryptionKey.Parse(text, NewVariable));
            var done = await Rekeying.RunAsync(stores.Management, old, box, TimeProvider.System, CancellationToken.None);
            return $"{done} sealed with the key of {NewVariable}: start the gateways anew with it as {EncryptionKey.Variable}";
        }

        if (env(EncryptionKey.Variable) is { Length: > 0 }) throw new FormatException($"{NewVariable} is required where the key is in {EncryptionKey.Variable}");
        var next = Path.Combine(appDir, EncryptionKey.NextFileName);
        await Rekeying.CheckAsync(stores.Management, old, CancellationToken.None);   // what a run that was stopped has sealed with the next key makes that the key
        File.Delete(next);                                                            // else nothing was sealed with it
        using var fresh = new SecretBox(EncryptionKey.Make(next));
        var count = await Rekeying.RunAsync(stores.Management, old, fresh, TimeProvider.System, CancellationToken.None);
        try
        {
            File.Move(next, Path.Combine(appDir, EncryptionKey.FileName), overwrite: true);
        }
        catch (FileNotFoundException)
        {
            // a gateway has noticed, and was faster
        }

        return $"{count} sealed with a new key in {EncryptionKey.FileName}";
    }
}
