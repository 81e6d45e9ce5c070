using System.Globalization;
using CsCheck;
using Jammi.Sql.Catalog;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Data.Tests.Mission;

/// <summary>
/// Searches in SQL of a table that changes against a naive search in double precision: inserts, updates and deletes in several commits, rows without a vector, duplicates, refused rows, and
/// filters, with segments large enough for cells, small ones, and merged ones.
/// </summary>
public sealed class VectorSearchPropertyTests
{
    const int Dimension = 33;

    /// <summary>Floats and doubles may put rows this near each other in another order.</summary>
    const double Tolerance = 4e-6;

    enum Change
    {
        Insert,
        InsertMany,
        InsertSingly,
        Duplicate,
        Replace,
        Clear,
        Delete,
        DeleteMost,
        DeleteSource,
        Refuse,
    }

    [Fact]
    public void Exact_and_filtered_searches_are_those_of_a_naive_search()
    {
        Gen<(Change, int)> change = Gen.Select(Gen.Enum<Change>(), Gen.Int[0, 10_000]);
        Gen.Select(change.Array[3, 9], Gen.Int[0, 10_000], Gen.Int[1, 30]).Sample(
            (changes, seed, k) =>
            {
                using IDisposable lowered = CellPolicy.Lower(1500);
                using var table = new SearchedTable();
                table.Apply(Change.InsertMany, seed);
                foreach ((Change kind, int number) in changes)
                {
                    table.Apply(kind, number);
                }

                var random = new Random(seed);
                for (int i = 0; i < 3; i++)
                {
                    float[] query = i == 0 ? table.AnyVector(random) : Vector(random);
                    foreach (double? price in (double?[])[null, 0.6, 0.03, -1])
                    {
                        table.Check(query, k, price);
                    }
                }
            },
            iter: 8,
            threads: 1);
    }

    /// <summary>Small whole numbers, so that equal directions and equal products come up, of any length but 0.</summary>
    static float[] Vector(Random random)
    {
        float[] vector = new float[Dimension];
        for (int i = 0; i < Dimension; i++)
        {
            vector[i] = random.Next(-2, 4) + (i < 4 ? 3 : 0);
        }

        vector[0] = Math.Max(1, vector[0]);
        return vector;
    }

    /// <summary><c>items(id, price)</c> with its vectors, and what should be in it.</summary>
    sealed class SearchedTable : IDisposable
    {
        const string Vectors = "embeddings.items_v";

        readonly TemporaryDirectory directory = new();
        readonly JammiConnection connection;
        readonly SortedDictionary<long, double> prices = [];
        readonly SortedDictionary<long, float[]?> vectors = [];
        long next;

        public SearchedTable()
        {
            string path = directory["items.jammi"];
            using (Database database = Database.Open(path, new DatabaseOptions()))
            {
                using IWriteTransaction transaction = database.BeginWrite(TimeSpan.Zero, CancellationToken.None);
                TableEntry items = transaction.CreateTable(new(SchemaNames.Main, "items", [new("id", SqlType.BigInt, false, null), new("price", SqlType.Double, false, null)], []), temporary: false);
                transaction.CreateTable(
                    new(SchemaNames.Embeddings, "items_v", [new("id", SqlType.BigInt, false, null), new("vector", SqlType.Vector(Dimension), true, null)], [])
                    {
                        Properties = new EmbeddingTable(items, "main.items", "v", "id", "test", "test", "image", "fp32", Complete: true, SourceVersion: -1, Sequence: 1).ToProperties(),
                    },
                    temporary: false);
                transaction.Commit();
            }

            connection = new JammiConnection($"Data Source={path}");
            connection.Open();
        }

        public void Dispose()
        {
            connection.Dispose();
            directory.Dispose();
        }

        public void Apply(Change change, int number)
        {
            var random = new Random(number);
            switch (change)
            {
                case Change.Insert:
                    Insert(random, 1 + (number % 600));
                    break;
                case Change.InsertMany:
                    Insert(random, 1600);
                    break;
                case Change.InsertSingly:
                    for (int i = 0; i < 18; i++)
                    {
                        Insert(random, 2);
                    }

                    break;
                case Change.Duplicate:
                    Insert(random, 200, _ => AnyVector(random));
                    break;
                case Change.Replace:
                    Set(number % 40, AnyVector(random));
                    break;
                case Change.Clear:
                    Set(number % 40, null);
                    break;
                case Change.Delete:
                    Delete(Vectors, id => id % 5 == number % 5, $"id % 5 = {number % 5}");
                    break;
                case Change.DeleteMost:
                    Delete(Vectors, id => id % 3 != 0 && id < next - 700, $"id % 3 <> 0 AND id < {next - 700}");
                    break;
                case Change.DeleteSource:
                    Delete("items", id => id % 7 == number % 7, $"id % 7 = {number % 7}");
                    break;
                default:
                    Refuse(random, number);
                    break;
            }
        }

        public float[] AnyVector(Random random) => vectors.Values.Where(v => v is not null).ElementAtOrDefault(random.Next(Math.Max(1, vectors.Count))) ?? Vector(random);

        public void Check(float[] query, int k, double? price)
        {
            string filter = price is null ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", filter => 'price < {price}'");
            (long Id, double Score)[] naive =
            [
                .. vectors.Where(v => v.Value is not null && prices.TryGetValue(v.Key, out double p) && (price is null || p < price))
                    .Select(v => (v.Key, Score: Cosine(query, v.Value!)))
                    .OrderByDescending(v => v.Score).ThenBy(v => v.Key),
            ];
            Compare(naive, k, Search($"vector_search('items', @q, {k}, exact => true{filter})", query), isExact: true);
            Compare(naive, k, Search($"vector_search('items', @q, {k}{filter})", query), isExact: false);
            if (price is not null)
            {
                Compare(naive, k, Search(string.Create(CultureInfo.InvariantCulture, $"vector_search((SELECT * FROM items WHERE price < {price}), @q, {k}, exact => true)"), query), isExact: true);
            }
        }

        List<(long Id, float Score)> Search(string search, float[] query) => [.. connection.Rows($"SELECT id, similarity FROM {search}", ("q", query)).Select(r => ((long)r[0], (float)r[1]))];

        static void Compare((long Id, double Score)[] naive, int k, List<(long Id, float Score)> found, bool isExact)
        {
            Dictionary<long, double> scores = naive.ToDictionary(n => n.Id, n => n.Score);
            Assert.Equal(Math.Min(k, naive.Length), found.Count);
            Assert.Equal(found.Count, found.Select(f => f.Id).Distinct().Count());
            Assert.All(found, f => Assert.Equal(scores[f.Id], f.Score, Tolerance));
            Assert.Equal(found.OrderByDescending(f => f.Score).ThenBy(f => f.Id), found);
            if (isExact)
            {
                // Rows as good as the last may be there in its place, and no better one may be missing.
                Assert.All(naive.Take(found.Count), n => Assert.True(found.Any(f => f.Id == n.Id) || n.Score <= found[^1].Score + Tolerance, $"Row {n.Id} is missing."));
            }
            else
            {
                int hits = naive.Length == 0 ? 0 : found.Count(f => scores[f.Id] >= naive[found.Count - 1].Score - Tolerance);
                Assert.True(hits >= 0.8 * found.Count, $"{hits} of {found.Count} rows are among the nearest.");
            }
        }

        void Insert(Random random, int count, Func<int, float[]>? vector = null)
        {
            var rows = new List<string>();
            var values = new List<string>();
            for (int i = 0; i < count; i++)
            {
                long id = next++;
                prices[id] = random.NextDouble();
                vectors[id] = i % 41 == 3 ? null : vector?.Invoke(i) ?? Vector(random);
                rows.Add(string.Create(CultureInfo.InvariantCulture, $"({id}, {prices[id]:R})"));
                values.Add($"({id}, {Text(vectors[id])})");
            }

            connection.Run($"INSERT INTO items VALUES {string.Join(",", rows)}");
            connection.Run($"INSERT INTO {Vectors} VALUES {string.Join(",", values)}");
        }

        void Set(int remainder, float[]? vector)
        {
            connection.Run($"UPDATE {Vectors} SET vector = {Text(vector)} WHERE id % 40 = {remainder}");
            foreach (long id in vectors.Keys.Where(id => id % 40 == remainder).ToList())
            {
                vectors[id] = vector;
            }
        }

        void Delete(string table, Func<long, bool> which, string where)
        {
            connection.Run($"DELETE FROM {table} WHERE {where}");
            foreach (long id in vectors.Keys.Concat(prices.Keys).Where(which).ToList())
            {
                _ = table == Vectors ? vectors.Remove(id) : prices.Remove(id);
            }
        }

        /// <summary>A statement with a vector that is none changes nothing.</summary>
        void Refuse(Random random, int number)
        {
            string bad = "[" + string.Join(",", Enumerable.Range(0, Dimension).Select(i => i == number % Dimension ? (number % 2 == 0 ? "'NaN'::REAL" : "'-Infinity'::REAL") : "1")) + "]";
            JammiException error = connection.Fails($"INSERT INTO {Vectors} VALUES ({next}, {Text(Vector(random))}), ({next + 1}, {bad})");
            Assert.Contains("finite", error.Message, StringComparison.Ordinal);
        }

        static string Text(float[]? vector) => vector is null ? "NULL" : "[" + string.Join(",", vector.Select(x => x.ToString("R", CultureInfo.InvariantCulture))) + "]";

        static double Cosine(float[] a, float[] b)
        {
            double product = 0;
            double left = 0;
            double right = 0;
            for (int i = 0; i < a.Length; i++)
            {
                product += (double)a[i] * b[i];
                left += (double)a[i] * a[i];
                right += (double)b[i] * b[i];
            }

            return product / Math.Sqrt(left * right);
        }
    }
}
