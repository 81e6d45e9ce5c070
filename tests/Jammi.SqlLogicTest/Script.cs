namespace Jammi.SqlLogicTest;

/// <summary>A file of records in the sqllogictest format.</summary>
public sealed record Script(string Path, IReadOnlyList<string> Lines, IReadOnlyList<ScriptRecord> Records);

/// <summary><c>skipif name</c> (<paramref name="Only"/> false) or <c>onlyif name</c>.</summary>
public readonly record struct Condition(bool Only, string Engine);

/// <summary>Lines [<paramref name="Start"/>, <paramref name="End"/>) of the file, zero-based.</summary>
public readonly record struct LineSpan(int Start, int End);

/// <summary>How rows are put in order before they are compared: as they come, sorted by row, or all values sorted one by one.</summary>
public enum SortMode
{
    NoSort,
    RowSort,
    ValueSort,
}

/// <summary>One record; <paramref name="Line"/> is the one-based line of its command.</summary>
public abstract record ScriptRecord(int Line, IReadOnlyList<Condition> Conditions);

/// <summary>The part of an error's text that must be there; <paramref name="IsPattern"/> for a regular expression, empty for any error.</summary>
public sealed record ExpectedError(string Text, bool IsPattern);

/// <summary><c>statement ok</c>, <c>statement count N</c> (<paramref name="Count"/>) or <c>statement error</c> (<paramref name="Error"/>).</summary>
public sealed record StatementRecord(int Line, IReadOnlyList<Condition> Conditions, string Sql, long? Count, ExpectedError? Error) : ScriptRecord(Line, Conditions);

/// <summary>A query with the rows it should give; <paramref name="Expected"/> is null while a file waits for its first completion.</summary>
public sealed record QueryRecord(
    int Line,
    IReadOnlyList<Condition> Conditions,
    string Sql,
    string Types,
    SortMode? Sort,
    string? Label,
    IReadOnlyList<string>? Expected,
    LineSpan ExpectedLines) : ScriptRecord(Line, Conditions);

/// <summary>Ends the file.</summary>
public sealed record HaltRecord(int Line, IReadOnlyList<Condition> Conditions) : ScriptRecord(Line, Conditions);

/// <summary>Results of more than this many values are written as a hash; 0 for never.</summary>
public sealed record HashThresholdRecord(int Line, IReadOnlyList<Condition> Conditions, int Threshold) : ScriptRecord(Line, Conditions);

/// <summary><c>control sortmode ...</c>: the order for queries that name none.</summary>
public sealed record SortModeRecord(int Line, IReadOnlyList<Condition> Conditions, SortMode Mode) : ScriptRecord(Line, Conditions);

/// <summary>Skips the rest of the file unless the engine has this feature.</summary>
public sealed record RequireRecord(int Line, IReadOnlyList<Condition> Conditions, string Feature) : ScriptRecord(Line, Conditions);

/// <summary><c>connection name</c>: the next record runs on another connection to the same database.</summary>
public sealed record ConnectionRecord(int Line, IReadOnlyList<Condition> Conditions, string Name) : ScriptRecord(Line, Conditions);

/// <summary><c>parameter name expression</c>: a parameter of the next record, given as a SQL expression. Positional ones are named 1, 2, ...</summary>
public sealed record ParameterRecord(int Line, IReadOnlyList<Condition> Conditions, string Name, string Expression) : ScriptRecord(Line, Conditions);

/// <summary>A file that is not in the format.</summary>
public sealed class ScriptException(string path, int line, string message) : Exception($"{path}:{line}: {message}");
