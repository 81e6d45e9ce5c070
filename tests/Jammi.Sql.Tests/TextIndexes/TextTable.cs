using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Storage;
using Jammi.Sql.TextIndexes;
using Jammi.Sql.TextIndexes.Analysis;
using Jammi.Sql.TextIndexes.Search;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Tests.TextIndexes;

/// <summary>A table <c>t(id BIGINT PRIMARY KEY, title TEXT, body TEXT)</c> with a full-text index on both texts, and the rows that should be in it.</summary>
sealed class TextTable : IDisposable
{
    public static readonly TextIndexDefinition Definition = new([1, 2], TextAnalysis.Default);

    readonly Database database;
    readonly SortedDictionary<long, (string? Title, string? Body)> live = [];
    IWriteTransaction? open;

    public TextTable(string? path = null, DatabaseOptions? options = null)
    {
        database = path is null ? Database.OpenInMemory() : Database.Open(path, options ?? new DatabaseOptions());
        using ISnapshot snapshot = database.OpenSnapshot();
        if (snapshot.Catalog.FindTable(SchemaNames.Main, "t") is null)
        {
            Change(t =>
            {
                ColumnDefinitionEntry[] columns = [new("id", SqlType.BigInt, false, null), new("title", SqlType.Text, true, null), new("body", SqlType.Text, true, null)];
                t.CreateTable(new(SchemaNames.Main, "t", columns.ToValueList(), [new ConstraintEntry("t_pkey", ConstraintKind.PrimaryKey, [0], null)]), temporary: false);
                t.CreateIndex(new IndexEntry(SchemaNames.Main, "t_fulltext", "t", Unique: false, ["title", "body"]) { Text = TextAnalysis.Default });
            });
        }
    }

    public IReadOnlyDictionary<long, (string? Title, string? Body)> Live => live;

    public bool InTransaction => open is not null;

    public void Begin() => open = database.BeginWrite(TimeSpan.Zero, CancellationToken.None);

    public void Commit()
    {
        open!.Commit();
        open.Dispose();
        open = null;
    }

    public void Insert(params (long Id, string? Title, string? Body)[] rows)
    {
        IArrowArray[] columns =
        [
            ColumnFactory.FromObjects(SqlType.BigInt, [.. rows.Select(r => (object?)r.Id)]),
            ColumnFactory.FromObjects(SqlType.Text, [.. rows.Select(r => (object?)r.Title)]),
            ColumnFactory.FromObjects(SqlType.Text, [.. rows.Select(r => (object?)r.Body)]),
        ];
        Change(t => t.Append(Table(t.Current), new ColumnBatch(columns, rows.Length)));
        foreach ((long id, string? title, string? body) in rows)
        {
            live[id] = (title, body);
        }
    }

    public void Delete(Func<long, bool> which)
    {
        Change(t => t.Delete(Table(t.Current), IdColumn.LiveRows(t.Current.OpenTable(Table(t.Current)), which)));
        foreach (long id in live.Keys.Where(which).ToList())
        {
            live.Remove(id);
        }
    }

    /// <summary>The ids and scores of the best rows, best first.</summary>
    public List<(long Id, double Score)> Search(string query, long k, Func<long, bool>? filter = null)
    {
        using ISnapshot? snapshot = open is null ? database.OpenSnapshot() : null;
        ISnapshot current = snapshot ?? open!.Current;
        TableEntry table = Table(current);
        ITableData data = current.OpenTable(table);
        RowBitmap? passing = filter is null ? null : IdColumn.Passing(data, filter);
        var context = new ExecutionContext { Snapshot = current };
        TextQuery parsed = TextQueryParser.Parse(query, Definition.Analysis, all: false);
        return [.. new TextSearch(table, data, Definition, context).Best(parsed, k, passing, metrics: null).Select(r => (((Int64Array)data.Blocks[r.Block].Column(0)).GetValue(r.Row)!.Value, r.Score))];
    }

    public void Dispose()
    {
        open?.Dispose();
        database.Dispose();
    }

    void Change(Action<IWriteTransaction> change)
    {
        if (open is not null)
        {
            change(open);
            return;
        }

        using IWriteTransaction transaction = database.BeginWrite(TimeSpan.Zero, CancellationToken.None);
        change(transaction);
        transaction.Commit();
    }

    static TableEntry Table(ISnapshot snapshot) => snapshot.Catalog.FindTable(SchemaNames.Main, "t")!;
}
