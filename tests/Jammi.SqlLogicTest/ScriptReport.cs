namespace Jammi.SqlLogicTest;

/// <summary>A record whose outcome was not the expected one.</summary>
public sealed record Failure(string Path, int Line, string Sql, string Problem)
{
    public override string ToString() => $"{Path}:{Line}: {Problem}\n{Indent(Sql)}";

    internal static string Indent(string text) => "    " + text.Replace("\n", "\n    ", StringComparison.Ordinal);
}

/// <summary>What running a file gave.</summary>
public sealed class ScriptReport
{
    readonly List<Failure> failures = [];
    readonly Dictionary<QueryRecord, IReadOnlyList<string>> completions = [];

    /// <summary>Statements and queries that gave what was expected.</summary>
    public int Passed { get; internal set; }

    /// <summary>Records that a condition left out.</summary>
    public int LeftOut { get; internal set; }

    /// <summary>Why the rest of the file was not run, or null.</summary>
    public string? Skipped { get; internal set; }

    public IReadOnlyList<Failure> Failures => failures;

    /// <summary>The lines that completion would write below queries.</summary>
    public IReadOnlyDictionary<QueryRecord, IReadOnlyList<string>> Completions => completions;

    internal void Add(Failure failure) => failures.Add(failure);

    internal void Complete(QueryRecord record, IReadOnlyList<string> lines) => completions[record] = lines;
}
