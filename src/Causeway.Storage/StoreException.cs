namespace Causeway.Storage;

/// <summary>The database cannot be used, or not now: it says which, why, and what may help.</summary>
public sealed class StoreException : IOException
{
    /// <summary>With nothing said.</summary>
    public StoreException()
    {
    }

    /// <summary>With what is wrong.</summary>
    public StoreException(string message) : base(message)
    {
    }

    /// <summary>With what is wrong, and the failure that it was seen by.</summary>
    public StoreException(string message, Exception? inner) : base(message, inner)
    {
    }
}
