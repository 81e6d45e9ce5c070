using Jammi.SqlLogicTest;

namespace Jammi.Benchmarks.Statements;

/// <summary>A file in the classic sqllogictest format while it is written: records first, the answers of an oracle later.</summary>
sealed class CorpusFile(string shape, int number)
{
    /// <summary>Longer results are kept as a hash, as in the classic corpus.</summary>
    const int HashThreshold = 8;

    readonly List<string> lines = [$"hash-threshold {HashThreshold}", string.Empty];

    public string Shape => shape;

    public string Path => $"{shape}/{number}.test";

    public int Records { get; private set; }

    public void Statement(string sql) => Add("statement ok", sql);

    /// <param name="types">A letter for each column: I, R or T.</param>
    public void Query(string types, string sql, SortMode sort = SortMode.NoSort, string? label = null) =>
        Add($"query {types} {sort.ToString().ToLowerInvariant()}{(label is null ? null : " " + label)}", sql);

    /// <summary>The file with the rows that an engine gives.</summary>
    public Script Answered(Func<Script, RunOptions, ScriptReport> engine)
    {
        Script open = ScriptParser.Parse(Path, [.. lines]);
        ScriptReport report = engine(open, new RunOptions { Complete = true, Style = ValueStyle.Classic });
        return report.Failures.Count == 0
            ? ScriptParser.Parse(Path, [.. ScriptCompletion.Rewrite(open, report)])
            : throw new InvalidOperationException($"The oracle refuses a statement: {report.Failures[0]}");
    }

    void Add(string head, string sql)
    {
        lines.Add(head);
        lines.Add(sql);
        lines.Add(string.Empty);
        Records++;
    }
}
