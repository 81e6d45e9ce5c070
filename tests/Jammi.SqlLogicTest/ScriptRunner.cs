using System.Data.Common;
using System.Text.RegularExpressions;

namespace Jammi.SqlLogicTest;

/// <summary>Runs the records of one file, in order, against one database.</summary>
public sealed class ScriptRunner : IDisposable
{
    const string DefaultConnection = "default";
    const int DefaultHashThreshold = 0;

    readonly Func<DbConnection> open;
    readonly RunOptions options;
    readonly Dictionary<string, Worker> workers = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> labels = new(StringComparer.Ordinal);
    readonly List<(string Name, object Value)> parameters = [];
    string? nextConnection;
    int hashThreshold = DefaultHashThreshold;
    SortMode defaultSort = SortMode.NoSort;

    /// <param name="open">Opens one more connection to the file's database; called for the default connection and for each <c>connection name</c>.</param>
    public ScriptRunner(Func<DbConnection> open, RunOptions options)
    {
        this.open = open;
        this.options = options;
    }

    /// <summary>Runs a file.</summary>
    public ScriptReport Run(Script script)
    {
        var report = new ScriptReport();
        foreach (ScriptRecord record in script.Records)
        {
            if (!Applies(record))
            {
                report.LeftOut++;
                continue;
            }

            switch (record)
            {
                case HaltRecord:
                    return report;
                case RequireRecord require when !options.Features.Contains(require.Feature):
                    report.Skipped = $"line {require.Line} requires {require.Feature}";
                    return report;
                case StatementRecord statement:
                    Judge(report, script, record.Line, statement.Sql, RunStatement(statement));
                    break;
                case QueryRecord query:
                    Judge(report, script, record.Line, query.Sql, RunQuery(query, options.StyleOf(script.Path), report));
                    break;
                case ParameterRecord parameter:
                    AddParameter(report, script, parameter);
                    break;
                case ConnectionRecord connection:
                    nextConnection = connection.Name;
                    break;
                case HashThresholdRecord threshold:
                    hashThreshold = threshold.Threshold;
                    break;
                case SortModeRecord control:
                    defaultSort = control.Mode;
                    break;
            }
        }

        return report;
    }

    public void Dispose()
    {
        foreach (Worker worker in workers.Values)
        {
            worker.Dispose();
        }

        workers.Clear();
    }

    bool Applies(ScriptRecord record)
    {
        foreach (Condition condition in record.Conditions)
        {
            if (options.Engines.Contains(condition.Engine) != condition.Only)
            {
                return false;
            }
        }

        return true;
    }

    static void Judge(ScriptReport report, Script script, int line, string sql, string? problem)
    {
        if (problem is null)
        {
            report.Passed++;
        }
        else
        {
            report.Add(new(script.Path, line, sql, problem));
        }
    }

    string? RunStatement(StatementRecord statement)
    {
        int affected;
        try
        {
            affected = Prepare(statement.Sql).ExecuteNonQuery();
        }
        catch (Exception error) when (IsStatementError(error))
        {
            return statement.Error is null ? $"the statement failed\n{Failure.Indent(Text(error))}" : Compare(statement.Error, error);
        }

        return statement switch
        {
            { Error: { } wanted } => $"the statement succeeded; an error was expected{(wanted.Text.Length == 0 ? string.Empty : $"\n{Failure.Indent(wanted.Text)}")}",
            { Count: { } count } when count != affected => $"the statement changed {affected} rows; {count} were expected",
            _ => null,
        };
    }

    string? RunQuery(QueryRecord query, ValueStyle style, ScriptReport report)
    {
        QueryResult actual;
        try
        {
            using DbDataReader reader = Prepare(query.Sql).ExecuteReader();
            if (reader.FieldCount == 0)
            {
                return "the statement returned no rows, not even an empty set of them";
            }

            actual = QueryResult.Read(reader, query.Types, style, query.Sort ?? defaultSort);
        }
        catch (Exception error) when (IsStatementError(error))
        {
            return $"the query failed\n{Failure.Indent(Text(error))}";
        }

        if (options.Complete)
        {
            bool hashed = hashThreshold > 0 && actual.Values.Count > hashThreshold;
            report.Complete(query, hashed ? [actual.Hash()] : style == ValueStyle.Classic ? actual.Values : [.. actual.RowLines()]);
            return null;
        }

        return Compare(query, actual, style);
    }

    string? Compare(QueryRecord query, QueryResult actual, ValueStyle style)
    {
        if (query.Types.Length != actual.Columns)
        {
            return $"the query has {actual.Columns} columns ({actual.Types}); {query.Types.Length} ({query.Types}) were expected";
        }

        if (style == ValueStyle.Exact && query.Types != actual.Types)
        {
            return $"the columns are of types {actual.Types}; {query.Types} were expected";
        }

        if (query.Expected is null)
        {
            return "the query has no expected rows yet: write them below ----, or run with --complete";
        }

        if (!ExpectedRows.Match(query.Expected, actual))
        {
            bool byValue = query.Expected.Count > actual.Rows && style == ValueStyle.Classic;
            IEnumerable<string> lines = query.Expected is [var only] && only.Contains(" values hashing to ", StringComparison.Ordinal) ? [actual.Hash(), .. actual.RowLines().Take(20)]
                : byValue ? actual.Values : actual.RowLines();
            return $"the rows differ\n  expected:\n{Failure.Indent(string.Join('\n', query.Expected))}\n  actual:\n{Failure.Indent(string.Join('\n', lines))}\n  of:";
        }

        if (query.Label is { } label && !labels.TryAdd(label, actual.Hash()) && labels[label] != actual.Hash())
        {
            return $"the rows differ from those of an earlier query with the label {label}";
        }

        return null;
    }

    void AddParameter(ScriptReport report, Script script, ParameterRecord parameter)
    {
        try
        {
            DbCommand command = Connection(nextConnection ?? DefaultConnection).Command;
            command.Parameters.Clear();
            command.CommandText = $"SELECT {parameter.Expression}";
            parameters.Add((parameter.Name, command.ExecuteScalar() ?? DBNull.Value));
        }
        catch (Exception error) when (IsStatementError(error))
        {
            report.Add(new(script.Path, parameter.Line, parameter.Expression, $"the parameter cannot be computed\n{Failure.Indent(Text(error))}"));
        }
    }

    DbCommand Prepare(string sql)
    {
        DbCommand command = Connection(nextConnection ?? DefaultConnection).Command;
        nextConnection = null;
        command.CommandText = sql;
        command.Parameters.Clear();
        foreach ((string name, object value) in parameters)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = char.IsAsciiDigit(name[0]) ? string.Empty : name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        parameters.Clear();
        return command;
    }

    Worker Connection(string name)
    {
        if (!workers.TryGetValue(name, out Worker? worker))
        {
            workers[name] = worker = new(open());
        }

        return worker;
    }

    static string? Compare(ExpectedError wanted, Exception error)
    {
        string text = Text(error);
        bool found = wanted.IsPattern ? Regex.IsMatch(text, wanted.Text, RegexOptions.Singleline) : text.Contains(wanted.Text, StringComparison.Ordinal);
        return found ? null : $"the statement failed with another error\n  expected:\n{Failure.Indent(wanted.Text)}\n  actual:\n{Failure.Indent(text)}\n  of:";
    }

    /// <summary>The SQLSTATE, then the message, so that a record may expect either.</summary>
    static string Text(Exception error) => error is DbException { SqlState: { Length: > 0 } state } ? $"{state}: {error.Message}" : error.Message;

    /// <summary>Errors that a provider reports for a statement; anything else is a fault and ends the run.</summary>
    static bool IsStatementError(Exception error) => error is DbException or InvalidOperationException or NotSupportedException or InvalidCastException or OverflowException;

    sealed class Worker(DbConnection connection) : IDisposable
    {
        public DbCommand Command { get; } = connection.CreateCommand();

        public void Dispose()
        {
            Command.Dispose();
            connection.Dispose();
        }
    }
}
