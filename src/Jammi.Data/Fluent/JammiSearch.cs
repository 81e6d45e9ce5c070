using System.Collections.Immutable;
using System.Data;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Apache.Arrow;

namespace Jammi.Data;

/// <summary>
/// A search by vector, by text or by both that is put together step by step and run as one SQL statement. Each step gives a new search and leaves this one as it was.
/// Rows come best first unless <see cref="Sort"/> says otherwise.
/// </summary>
/// <example><code>
/// float[] query = await connection.EncodeTextQueryAsync(model, "a red circle");
/// using JammiDataReader reader = connection.Search("figures", query, 10)
///     .Join("sources", "source_id")
///     .Filter("year > 2020")
///     .Sort("similarity", descending: true)
///     .Limit(5)
///     .Select("figure_id", "title", "similarity")
///     .ExecuteReader();
/// </code></example>
public sealed class JammiSearch
{
    const string VectorParameter = "search_vector";
    const string TextParameter = "search_text";
    const string ByRank = "rank";

    static readonly ImmutableDictionary<string, object?> NoValues = ImmutableDictionary.Create<string, object?>(StringComparer.OrdinalIgnoreCase);

    readonly JammiConnection connection;
    readonly State state;

    JammiSearch(JammiConnection connection, State state)
    {
        this.connection = connection;
        this.state = state;
    }

    /// <summary>The statement that the search runs; its parameters are <see cref="Parameters"/>.</summary>
    public string CommandText
    {
        get
        {
            string columns = state.Columns.IsEmpty ? "*" : string.Join(", ", state.Columns);
            string limit = state.MaxRows is { } rows ? $"\nLIMIT {rows.ToString(CultureInfo.InvariantCulture)}" : string.Empty;
            return $"SELECT {columns}\nFROM {state.Relation}\nORDER BY {string.Join(", ", state.Order)}{limit}";
        }
    }

    /// <summary>The values that <see cref="CommandText"/> refers to as <c>@name</c>: the query, and what <see cref="Parameter"/> added.</summary>
    public IReadOnlyDictionary<string, object?> Parameters => state.Values;

    /// <summary>Joins a table or view on a column that both sides have; rows without a partner are left out.</summary>
    public JammiSearch Join(string table, string column) => Then($"SELECT * FROM {Rows} JOIN {SqlText.QualifiedName(table)} USING ({SqlText.Name(column)})");

    /// <summary>Joins a table or view on a column that both sides have; rows without a partner get NULLs in its place.</summary>
    public JammiSearch LeftJoin(string table, string column) => Then($"SELECT * FROM {Rows} LEFT JOIN {SqlText.QualifiedName(table)} USING ({SqlText.Name(column)})");

    /// <summary>Keeps the hits for which an SQL condition holds, for example <c>year &gt; 2020</c>, or <c>year &gt; @year</c> with <see cref="Parameter"/>.</summary>
    public JammiSearch Filter(string condition)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(condition);
        return Then($"SELECT * FROM {Rows} WHERE ({condition})");
    }

    /// <summary>Gives a value to <c>@name</c> in conditions and expressions.</summary>
    public JammiSearch Parameter(string name, object? value) => new(connection, state with { Values = state.Values.SetItem(name.TrimStart('@', ':', '$'), value) });

    /// <summary>
    /// Runs a model over a column of the hits, as the SQL function <c>annotate</c> does, and adds what it says to the columns that were there:
    /// <c>vector</c> for the tasks <c>image_embedding</c> and <c>text_embedding</c>, <c>label</c> and <c>score</c> for <c>zero_shot_classification</c>; then <c>_status</c> and <c>_error</c>.
    /// </summary>
    /// <param name="model">A directory, a name under the connection's models directories, or a Hub id.</param>
    /// <param name="task">The task.</param>
    /// <param name="column">The column with the pictures or texts.</param>
    /// <param name="labels">The labels to choose from, for <c>zero_shot_classification</c>.</param>
    public JammiSearch Annotate(string model, string task, string column, params string[] labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        string labelList = labels.Length == 0 ? string.Empty : $", labels => ARRAY[{string.Join(", ", labels.Select(SqlText.Literal))}]";
        return Then($"""
            WITH _hits AS MATERIALIZED (SELECT row_number() OVER () AS _hit, * FROM {Rows})
            SELECT _hits.* EXCLUDE (_hit), _said.* EXCLUDE (_hit)
            FROM _hits JOIN annotate({SqlText.Literal(model)}, {SqlText.Literal(task)}, (SELECT _hit, {SqlText.Name(column)} FROM _hits), '_hit', {SqlText.Literal(column)}{labelList}) _said ON _said._hit = _hits._hit
            """);
    }

    /// <summary>Sorts by a column or expression; a further call sorts what the calls before leave equal.</summary>
    public JammiSearch Sort(string expression, bool descending = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(expression);
        string key = descending ? $"{expression} DESC" : expression;
        State sorted = state.MaxRows is null ? state : state with { Relation = Rows, MaxRows = null };
        return new(connection, sorted with { Order = state.Sorted ? state.Order.Add(key) : [key], Sorted = true });
    }

    /// <summary>Keeps the first rows in the order so far.</summary>
    public JammiSearch Limit(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new(connection, state with { MaxRows = Math.Min(count, state.MaxRows ?? count) });
    }

    /// <summary>Names the columns of the result, as columns or as expressions (<c>upper(title) AS title</c>). Applied last, wherever it is called; without it all columns are there.</summary>
    public JammiSearch Select(params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return new(connection, state with { Columns = [.. columns] });
    }

    /// <summary>Runs the search.</summary>
    /// <exception cref="JammiException">A name is unknown, the vector has the wrong dimension, or a condition is wrong SQL; <see cref="CommandText"/> is what the positions refer to.</exception>
    public JammiDataReader ExecuteReader()
    {
        using JammiCommand command = CreateCommand();
        return command.ExecuteReader();
    }

    /// <summary>Runs the search.</summary>
    /// <exception cref="JammiException">As <see cref="ExecuteReader"/>.</exception>
    public async Task<JammiDataReader> ExecuteReaderAsync(CancellationToken cancellationToken = default)
    {
        using JammiCommand command = CreateCommand();
        return (JammiDataReader)await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs the search into a table.</summary>
    /// <exception cref="JammiException">As <see cref="ExecuteReader"/>.</exception>
    [UnconditionalSuppressMessage("Trimming", "IL2026:RequiresUnreferencedCode", Justification = "The table is new and has no column with an expression.")]
    public DataTable ToDataTable()
    {
        using JammiDataReader reader = ExecuteReader();
        var table = new DataTable { Locale = CultureInfo.InvariantCulture };
        table.Load(reader);
        return table;
    }

    /// <summary>Runs the search into Arrow batches.</summary>
    /// <exception cref="JammiException">As <see cref="ExecuteReader"/>.</exception>
    public IReadOnlyList<RecordBatch> ToRecordBatches()
    {
        using JammiDataReader reader = ExecuteReader();
        var batches = new List<RecordBatch>();
        while (reader.ReadRecordBatch() is { } batch)
        {
            batches.Add(batch);
        }

        return batches;
    }

    internal static JammiSearch Start(JammiConnection connection, string source, float[] vector, int k) => new(connection, new State(
        $"vector_search({SqlText.Literal(source)}, @{VectorParameter}, {k.ToString(CultureInfo.InvariantCulture)})",
        NoValues.Add(VectorParameter, vector)));

    internal static JammiSearch StartText(JammiConnection connection, string source, string query, int k) => new(connection, new State(
        $"text_search({SqlText.Literal(source)}, @{TextParameter}, {k.ToString(CultureInfo.InvariantCulture)})",
        NoValues.Add(TextParameter, query))
    { Order = [ByRank] });

    internal static JammiSearch StartHybrid(JammiConnection connection, string source, string query, float[] vector, int k) => new(connection, new State(
        $"hybrid_search({SqlText.Literal(source)}, @{TextParameter}, @{VectorParameter}, {k.ToString(CultureInfo.InvariantCulture)})",
        NoValues.Add(TextParameter, query).Add(VectorParameter, vector))
    { Order = [ByRank] });

    /// <summary>The rows so far as something that can stand in FROM. Sorting matters for the rows only where a limit follows it.</summary>
    string Rows => state.MaxRows is { } rows
        ? $"(SELECT * FROM {state.Relation} ORDER BY {string.Join(", ", state.Order)} LIMIT {rows.ToString(CultureInfo.InvariantCulture)})"
        : state.Relation;

    JammiSearch Then(string query) => new(connection, state with { Relation = $"({query})", MaxRows = null });

    JammiCommand CreateCommand()
    {
        JammiCommand command = connection.CreateCommand();
        command.CommandText = CommandText;
        foreach ((string name, object? value) in state.Values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    sealed record State(string Relation, ImmutableDictionary<string, object?> Values)
    {
        public ImmutableArray<string> Order { get; init; } = ["similarity DESC"];

        public bool Sorted { get; init; }

        public ImmutableArray<string> Columns { get; init; } = [];

        public int? MaxRows { get; init; }
    }
}
