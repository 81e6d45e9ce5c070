namespace Jammi.SqlLogicTest;

/// <summary>How files are run.</summary>
public sealed record RunOptions
{
    /// <summary>The names of <c>skipif</c> and <c>onlyif</c> that mean this engine.</summary>
    public IReadOnlySet<string> Engines { get; init; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "jammi" };

    /// <summary>What <c>require</c> finds.</summary>
    public IReadOnlySet<string> Features { get; init; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How values are written; null to tell by the file's ending (<c>.slt</c> exact, any other classic).</summary>
    public ValueStyle? Style { get; init; }

    /// <summary>Whether to collect what <c>--complete</c> writes instead of comparing.</summary>
    public bool Complete { get; init; }

    public ValueStyle StyleOf(string path) => Style ?? (path.EndsWith(".slt", StringComparison.OrdinalIgnoreCase) ? ValueStyle.Exact : ValueStyle.Classic);
}
