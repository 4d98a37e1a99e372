using Causeway.Core.Configuration;

namespace Causeway.Core.Management;

/// <summary>Why something could not be done.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The same in a word, for programs.</param>
/// <param name="Message">For people: what is wrong, and what to do.</param>
public sealed record ManagementError(int Status, string Code, string Message)
{
    /// <summary>What is wrong with a body, each with its path.</summary>
    public IReadOnlyList<ConfigProblem> Problems { get; init; } = [];

    /// <summary>400: one member of a body is wrong.</summary>
    public static ManagementError Invalid(string path, string fix) => new(400, "invalid", $"{path}: {fix}") { Problems = [new ConfigProblem(path, "", fix)] };

    /// <summary>404.</summary>
    public static ManagementError NotFound(string what, string id) => new(404, "not_found", $"there is no {what.Replace('_', ' ')} '{id}'");

    /// <summary>403: a role is not enough.</summary>
    public static ManagementError Forbidden(string message) => new(403, "forbidden", message);
}
