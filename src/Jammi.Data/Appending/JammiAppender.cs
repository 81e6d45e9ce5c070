using System.Data;
using Apache.Arrow;
using Jammi.Data.Appending;
using Jammi.Inference;
using Jammi.Sql;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Data;

/// <summary>
/// Appends many rows to a table, with all that INSERT checks and fills in, without SQL. Rows are collected and written in large pieces; outside a transaction each piece
/// is committed by itself, so begin one where all rows or none are to stay. What is collected is written by <see cref="Flush"/>, <see cref="Close"/> and Dispose.
/// </summary>
/// <example><code>
/// using JammiAppender appender = connection.CreateAppender("points");
/// foreach (var (id, name) in points)
/// {
///     appender.Append(id).Append(name).EndRow();
/// }
/// </code></example>
public sealed class JammiAppender : IDisposable
{
    /// <summary>A piece is written when it has this many rows or bytes.</summary>
    const int PieceRows = 131_072;
    const long PieceBytes = 64L << 20;
    const int CheckBytesEvery = 1_024;

    readonly JammiConnection connection;
    readonly string[] table;
    readonly string[] columnNames;
    readonly AppendColumn[] columns;
    int next;
    bool closed;

    internal JammiAppender(JammiConnection connection, string table, string[] columnNames)
    {
        this.connection = connection;
        this.table = table.Split('.');
        this.columnNames = columnNames;
        TableEntry entry = Guarded(() => connection.Session.FindTable(this.table));
        columns = columnNames.Length == 0
            ? [.. entry.Definition.Columns.Where(c => c.Identity is null).Select(c => AppendColumns.Create(c.Name, c.Type))]
            : [.. columnNames.Select(name => Find(entry, name))];
    }

    /// <summary>Rows that are in the table or collected so far.</summary>
    public long RowCount { get; private set; }

    /// <summary>Adds the next value of the current row, converted to the column's type as a parameter's value is.</summary>
    /// <exception cref="InvalidOperationException">The row has all its values, or the appender is closed.</exception>
    /// <exception cref="NotSupportedException">The value has no form in the column's type.</exception>
    public JammiAppender Append<T>(T value)
    {
        AppendColumn column = NextColumn();
        if (column is AppendColumn<T> own && value is not null)
        {
            own.Add(value);
        }
        else
        {
            column.AddObject(value);
        }

        next++;
        return this;
    }

    /// <summary>Adds NULL as the next value of the current row.</summary>
    /// <exception cref="InvalidOperationException">The row has all its values, or the appender is closed.</exception>
    public JammiAppender AppendNull()
    {
        NextColumn().AddNull();
        next++;
        return this;
    }

    /// <summary>Ends the current row.</summary>
    /// <exception cref="InvalidOperationException">The row has too few values.</exception>
    /// <exception cref="JammiException">A piece of rows was full, and writing it failed.</exception>
    public void EndRow()
    {
        RequireOpen();
        if (next != columns.Length)
        {
            throw new InvalidOperationException($"The row has {next} values, but {columns.Length} columns: {columns[next].Name} is next.");
        }

        next = 0;
        RowCount++;
        int collected = columns[0].Count;
        if (collected >= PieceRows || (collected % CheckBytesEvery == 0 && columns.Sum(c => c.Bytes) >= PieceBytes))
        {
            Flush();
        }
    }

    /// <summary>Adds a row.</summary>
    /// <exception cref="InvalidOperationException">There are too few or too many values.</exception>
    /// <exception cref="JammiException">A piece of rows was full, and writing it failed.</exception>
    public void AppendRow(params ReadOnlySpan<object?> values)
    {
        RequireOpen();
        if (next != 0 || values.Length != columns.Length)
        {
            throw new InvalidOperationException(next != 0 ? "The row before has not been ended." : $"The row has {values.Length} values, but there are {columns.Length} columns.");
        }

        foreach (object? value in values)
        {
            Append(value);
        }

        EndRow();
    }

    /// <summary>Appends the rows that a reader of any provider has left, column by column in order.</summary>
    /// <returns>How many there were.</returns>
    public long AppendRows(IDataReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        RequireBetweenRows(reader.FieldCount);
        long before = RowCount;
        if (reader is JammiDataReader own)
        {
            // Rows of this engine stay columns.
            while (own.ReadRecordBatch() is { } batch)
            {
                AppendBatch(batch);
            }

            return RowCount - before;
        }

        var values = new object[reader.FieldCount];
        while (reader.Read())
        {
            reader.GetValues(values);
            AppendRow(values);
        }

        return RowCount - before;
    }

    /// <summary>Appends a record batch, column by column in order. The batch must stay as it is until this returns.</summary>
    /// <exception cref="NotSupportedException">A column has an Arrow type that the engine has no form of.</exception>
    /// <exception cref="JammiException">A row breaks a constraint, or cannot be converted.</exception>
    public void AppendBatch(RecordBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        RequireBetweenRows(batch.ColumnCount);
        Flush();
        PlanSchema schema = ArrowColumns.SchemaOf(batch, columns);
        Write(schema, ArrowColumns.Copy(batch, schema));
        RowCount += batch.Length;
    }

    /// <summary>Writes the rows collected so far.</summary>
    /// <exception cref="JammiException">A row breaks a constraint. None of the rows collected is in the table then.</exception>
    public void Flush()
    {
        RequireOpen();
        if (next != 0)
        {
            throw new InvalidOperationException("The current row has not been ended.");
        }

        int count = columns[0].Count;
        if (count == 0)
        {
            return;
        }

        var rows = new ColumnBatch([.. columns.Select(c => c.Build())], count);
        foreach (AppendColumn column in columns)
        {
            column.Clear();
        }

        Write(new PlanSchema([.. columns.Select(c => new OutputColumn(c.Name, c.Type, Nullable: true))]), rows);
    }

    /// <summary>Writes the rows collected so far, and ends the appender. Closing twice is allowed.</summary>
    /// <exception cref="JammiException">A row breaks a constraint.</exception>
    public void Close()
    {
        if (closed)
        {
            return;
        }

        try
        {
            Flush();
        }
        finally
        {
            closed = true;
        }
    }

    /// <summary>Closes the appender; a row that was not ended is dropped.</summary>
    public void Dispose()
    {
        if (next != 0 || connection.State != ConnectionState.Open)
        {
            closed = true;
        }

        Close();
    }

    static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is SqlException or InferenceException)
        {
            throw CommandRunner.Translate(error, sql: null);
        }
    }

    static AppendColumn Find(TableEntry entry, string name)
    {
        int ordinal = entry.OrdinalOf(name);
        return ordinal >= 0
            ? AppendColumns.Create(entry.Definition.Columns[ordinal].Name, entry.Definition.Columns[ordinal].Type)
            : throw JammiException.From(new SqlException(SqlErrorCode.UndefinedColumn, $"table \"{entry.Name}\" has no column \"{name}\"; it has {string.Join(", ", entry.Definition.Columns.Select(c => c.Name))}."), commandText: null);
    }

    void Write(PlanSchema schema, ColumnBatch rows)
    {
        string[] targets = columnNames.Length == 0 ? [.. columns.Select(c => c.Name)] : columnNames;
        Guarded(() => connection.Session.Append(table, targets, schema, [rows], new StatementOptions()));
    }

    AppendColumn NextColumn()
    {
        RequireOpen();
        return next < columns.Length ? columns[next] : throw new InvalidOperationException($"The row has its {columns.Length} values already; call EndRow.");
    }

    void RequireBetweenRows(int count)
    {
        RequireOpen();
        if (next != 0)
        {
            throw new InvalidOperationException("The current row has not been ended.");
        }

        if (count != columns.Length)
        {
            throw new InvalidOperationException($"The rows have {count} columns, but {columns.Length} are appended to.");
        }
    }

    void RequireOpen()
    {
        if (closed)
        {
            throw new InvalidOperationException("The appender is closed.");
        }
    }
}
