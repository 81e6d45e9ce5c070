using System.Data.Common;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Jammi.Benchmarks.VectorSearch;
using Jammi.Data;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes;

int rows = int.Parse(args[0]);
string path = args[1];
var generator = new ClipLikeVectors(1);
var random = new Random(2);
if (!Directory.Exists(path))
{
    using Database database = Database.Open(path, new DatabaseOptions());
    using (IWriteTransaction t = database.BeginWrite(TimeSpan.Zero, default))
    {
        TableEntry items = t.CreateTable(new(SchemaNames.Main, "items", [new("id", SqlType.BigInt, false, null), new("price", SqlType.Double, false, null), new("v", SqlType.Vector(512), false, null)], []), false);
        TableEntry vectors = t.CreateTable(new TableDefinition(SchemaNames.Embeddings, "items_v", [new("id", SqlType.BigInt, false, null), new("vector", SqlType.Vector(512), false, null)], [])
        {
            Properties = new EmbeddingTable(items, "main.items", "v", "id", "test", "test", "image", "fp32", true, 1, 1).ToProperties(),
        }, false);
        for (int start = 0; start < rows; start += 16384)
        {
            int count = Math.Min(16384, rows - start);
            long[] ids = new long[count];
            double[] prices = new double[count];
            float[] values = new float[count * 512];
            for (int i = 0; i < count; i++)
            {
                ids[i] = start + i;
                prices[i] = random.NextDouble();
                generator.Image(random).Vector.CopyTo(values, i * 512);
            }

            Apache.Arrow.IArrowArray id = ColumnFactory.FromValues(SqlType.BigInt, count, MemoryMarshal.AsBytes<long>(ids).ToArray());
            Apache.Arrow.IArrowArray price = ColumnFactory.FromValues(SqlType.Double, count, MemoryMarshal.AsBytes<double>(prices).ToArray());
            Apache.Arrow.IArrowArray v = ColumnFactory.FromBuffers(SqlType.Vector(512), count, 0, Apache.Arrow.ArrowBuffer.Empty, [], ColumnFactory.FromValues(SqlType.Real, count * 512, MemoryMarshal.AsBytes<float>(values).ToArray()));
            t.Append(items, new ColumnBatch([id, price, v], count));
            t.Append(vectors, new ColumnBatch([id, v], count));
        }

        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        t.Commit();
        Console.WriteLine($"commit {clock.Elapsed.TotalSeconds:F2} s, cpu {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:F2}");
    }
}

var queryRandom = new Random(3);
float[][] texts = [.. Enumerable.Range(0, 100).Select(_ => generator.Text(queryRandom))];
float[][] images = [.. Enumerable.Range(0, 100).Select(_ => generator.Image(queryRandom).Vector)];
using var connection = new JammiConnection($"Data Source={path}");
connection.Open();
var exact = new Dictionary<string, long[][]>();
void Run(string name, string sql, float[][] queries, string? truth)
{
    using DbCommand command = connection.CreateCommand();
    command.CommandText = sql;
    DbParameter parameter = command.CreateParameter();
    parameter.ParameterName = "q";
    command.Parameters.Add(parameter);
    long[][] got = new long[queries.Length][];
    double[] times = new double[queries.Length];
    for (int round = 0; round < 3; round++)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        long alloc = GC.GetTotalAllocatedBytes(true);
        for (int i = 0; i < queries.Length; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            parameter.Value = queries[i];
            var ids = new List<long>();
            using (DbDataReader reader = command.ExecuteReader())
            {
                while (reader.Read())
                {
                    ids.Add(reader.GetInt64(0));
                }
            }

            got[i] = [.. ids];
            times[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }

        double cpuMs = (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / queries.Length;
        double bytes = (GC.GetTotalAllocatedBytes(true) - alloc) / (double)queries.Length;
        if (round == 2)
        {
            Array.Sort(times);
            string key = truth ?? name;
            if (!exact.ContainsKey(key)) exact[key] = got;
            double recall = queries.Select((_, i) => got[i].Intersect(exact[key][i]).Count() / (double)Math.Max(1, exact[key][i].Length)).Average();
            Console.WriteLine($"{name,-34} recall {recall:F4} p5 {times[5]:F3} p50 {times[50]:F3} p95 {times[95]:F3} cpu {cpuMs:F3} ms, {bytes / 1024:F0} KB");
        }
    }
}

string explain = "EXPLAIN ANALYZE SELECT id, similarity FROM vector_search('items', @q, 10)";
Run("exact image", "SELECT id, similarity FROM vector_search('items', @q, 10, exact => true)", images, null);
Run("exact text", "SELECT id, similarity FROM vector_search('items', @q, 10, exact => true)", texts, null);
Run("default image", "SELECT id, similarity FROM vector_search('items', @q, 10)", images, "exact image");
Run("default text", "SELECT id, similarity FROM vector_search('items', @q, 10)", texts, "exact text");
foreach (double s in new[] { 0.5, 0.1, 0.01, 0.001 })
{
    Run($"exact text {s}", $"SELECT id, similarity FROM vector_search('items', @q, 10, exact => true, filter => 'price < {s}')", texts, null);
    Run($"default text {s}", $"SELECT id, similarity FROM vector_search('items', @q, 10, filter => 'price < {s}')", texts, $"exact text {s}");
}

using (DbCommand command = connection.CreateCommand())
{
    foreach (string sql in new[] { explain, explain.Replace("@q, 10", "@q, 10, filter => 'price < 0.5'"), explain.Replace("@q, 10", "@q, 10, exact => true") })
    {
        command.CommandText = sql;
        command.Parameters.Clear();
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = "q";
        parameter.Value = texts[0];
        command.Parameters.Add(parameter);
        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read()) Console.WriteLine(reader.GetString(0));
    }
}
