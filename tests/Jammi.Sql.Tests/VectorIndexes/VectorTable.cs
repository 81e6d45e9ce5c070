using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes.Search;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Tests.VectorIndexes;

/// <summary>A table <c>v(id BIGINT, v FLOAT[n])</c>, or <c>HALF[n]</c>, to search, with the naive search to compare with, which takes the numbers that are stored.</summary>
sealed class VectorTable : IDisposable
{
    readonly Database database;
    readonly int dimension;
    readonly SqlType type;
    readonly SortedDictionary<long, float[]?> live = [];

    /// <param name="isSearched">Whether it is like a complete table of embeddings, whose codes are made with the commit.</param>
    public VectorTable(int dimension, string? path = null, bool halves = false, bool isSearched = false)
    {
        this.dimension = dimension;
        type = halves ? SqlType.HalfVector(dimension) : SqlType.Vector(dimension);
        database = path is null ? Database.OpenInMemory() : Database.Open(path, new DatabaseOptions());
        using ISnapshot snapshot = database.OpenSnapshot();
        if (snapshot.Catalog.FindTable(SchemaNames.Main, "v") is null)
        {
            Change(t => t.CreateTable(new(SchemaNames.Main, "v", [new("id", SqlType.BigInt, false, null), new("v", type, true, null)], [])
            {
                Properties = isSearched ? ImmutableSortedDictionary<string, string>.Empty.Add("embedding.complete", "true") : ImmutableSortedDictionary<string, string>.Empty,
            }, temporary: false));
        }
    }

    /// <summary>A table that is there already.</summary>
    public VectorTable(Database database, int dimension) => (this.database, this.dimension, type) = (database, dimension, SqlType.Vector(dimension));

    /// <summary>Adds rows in one commit; what is null has no vector.</summary>
    public void Insert(long first, params float[]?[] vectors)
    {
        long[] ids = [.. Enumerable.Range(0, vectors.Length).Select(i => first + i)];
        IArrowArray id = ColumnFactory.FromValues(SqlType.BigInt, ids.Length, MemoryMarshal.AsBytes<long>(ids).ToArray());
        bool halves = type.Kind == SqlTypeKind.HalfVector;
        IArrowArray vector = ColumnFactory.FromObjects(type, halves ? [.. vectors.Select(v => v?.Select(x => (Half)x).ToArray())] : [.. vectors]);
        Change(t => t.Append(Table(t.Current), new ColumnBatch([id, vector], ids.Length)));
        for (int i = 0; i < ids.Length; i++)
        {
            live[ids[i]] = halves ? vectors[i]?.Select(x => (float)(Half)x).ToArray() : vectors[i];
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

    /// <summary>Ids and scores that a search finds among the ids that pass.</summary>
    /// <param name="metrics">Where the search says how it went.</param>
    public List<(long Id, float Score)> Search(float[] query, int k, bool exact, Func<long, bool>? passes = null, int threads = 2, OperatorMetrics? metrics = null)
    {
        using ISnapshot snapshot = database.OpenSnapshot();
        ITableData table = snapshot.OpenTable(Table(snapshot));
        RowBitmap? bitmap = passes is null ? null : IdColumn.Passing(table, passes);
        return DamagedCodes.Repair(table, 1, () =>
        {
            using var search = new Sql.VectorIndexes.Search.VectorSearch(table, 1, bitmap, new ExecutionContext { Snapshot = snapshot }) { Threads = threads };
            return search.Nearest(query, k, exact, CellComparer.For(SqlType.BigInt), metrics)
                .Select(f => (((Int64Array)table.Blocks[f.Block].Column(0)).GetValue(f.Row)!.Value, f.Score)).ToList();
        });
    }

    /// <summary>The same for several queries in one search.</summary>
    public List<(long Id, float Score)>[] SearchMany(float[][] queries, int k, bool exact, Func<long, bool>? passes)
    {
        using ISnapshot snapshot = database.OpenSnapshot();
        ITableData table = snapshot.OpenTable(Table(snapshot));
        using var search = new Sql.VectorIndexes.Search.VectorSearch(table, 1, passes is null ? null : IdColumn.Passing(table, passes), new ExecutionContext { Snapshot = snapshot });
        return [.. search.Nearest(queries, k, exact, CellComparer.For(SqlType.BigInt), metrics: null)
            .Select(rows => rows.Select(f => (((Int64Array)table.Blocks[f.Block].Column(0)).GetValue(f.Row)!.Value, f.Score)).ToList())];
    }

    /// <summary>Ids that are sure to hold the k best by a measure.</summary>
    public List<long> Candidates(float[] query, VectorMeasure measure, int k)
    {
        using ISnapshot snapshot = database.OpenSnapshot();
        ITableData table = snapshot.OpenTable(Table(snapshot));
        using var search = new Sql.VectorIndexes.Search.VectorSearch(table, 1, passing: null, new ExecutionContext { Snapshot = snapshot });
        float norm = (float)Math.Sqrt(Product(query, query));
        return [.. search.Candidates([.. query.Select(x => x / norm)], norm, measure, k, metrics: null).Select(f => ((Int64Array)table.Blocks[f.Block].Column(0)).GetValue(f.Row)!.Value)];
    }

    /// <summary>The k rows of highest cosine in double precision, ties by id.</summary>
    public List<(long Id, double Score)> Naive(float[] query, int k, Func<long, bool>? passes = null) =>
        [.. Scores(query, (q, v) => Product(q, v) / Math.Sqrt(Product(q, q) * Product(v, v)), passes).Take(k)];

    public IEnumerable<(long Id, double Score)> Scores(float[] query, Func<float[], float[], double> score, Func<long, bool>? passes = null) => live
        .Where(r => r.Value is not null && (passes is null || passes(r.Key)))
        .Select(r => (r.Key, score(query, r.Value!)))
        .OrderByDescending(r => r.Item2).ThenBy(r => r.Key);

    public static double Product(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }

    public void Dispose() => database.Dispose();

    static TableEntry Table(ISnapshot snapshot) => snapshot.Catalog.FindTable(SchemaNames.Main, "v")!;

    void Change(Action<IWriteTransaction> change)
    {
        using IWriteTransaction transaction = database.BeginWrite(TimeSpan.Zero, CancellationToken.None);
        change(transaction);
        transaction.Commit();
    }
}
