using CsCheck;

namespace Jammi.Sql.Tests.TextIndexes;

/// <summary>Random tables, changed by inserts, deletes and updates in commits and open transactions, searched by random queries: always what the formula gives.</summary>
public class TextSearchPropertyTests
{
    static readonly string[] Vocabulary = ["red", "reddish", "blue", "circle", "circles", "square", "a", "on", "ground", "of"];

    static readonly Gen<string> Word = Gen.Int[0, Vocabulary.Length - 1].Select(i => Vocabulary[i]);

    static readonly Gen<string?> Text = Gen.Frequency((1, Gen.Const((string?)null)), (8, Word.Array[0, 8].Select(words => (string?)string.Join(' ', words))));

    static readonly Gen<(string?, string?)[]> Rows = Gen.Select(Text, Text).Array[1, 12];

    static readonly Gen<NaiveTextSearch.Query> Leaf = Gen.Frequency(
        (4, Word.Select(w => NaiveTextSearch.Phrase(w, w))),
        (2, Gen.Select(Word, Word).Select(w => NaiveTextSearch.Phrase($"\"{w.Item1} {w.Item2}\"", w.Item1, w.Item2))),
        (1, Gen.Select(Word, Word).Select(w => NaiveTextSearch.Phrase($"\"{w.Item1} {w.Item2[..1]}\"*", w.Item1, w.Item2[..1] + "*"))),
        (2, Word.Select(w => NaiveTextSearch.Phrase(w[..1] + "*", w[..1] + "*"))));

    static readonly Gen<NaiveTextSearch.Query> Query = Gen.Recursive<NaiveTextSearch.Query>((depth, query) => depth > 3 ? Leaf : Gen.Frequency(
        (3, Leaf),
        (1, Gen.Select(query, query).Select(q => NaiveTextSearch.Any(q.Item1, q.Item2))),
        (1, Gen.Select(query, query).Select(q => NaiveTextSearch.Any(q.Item1, q.Item2, " "))),
        (1, Gen.Select(query, query).Select(q => NaiveTextSearch.All(q.Item1, q.Item2))),
        (1, Gen.Select(query, query, Gen.Bool).Select(q => NaiveTextSearch.Without(q.Item1, q.Item2, q.Item3 ? "-" : "NOT ")))));

    static readonly Gen<Action<TextTable>> Change = Gen.Frequency(
        (4, Rows.Select(rows => (Action<TextTable>)(table => Insert(table, rows)))),
        (2, Gen.Int[2, 5].Select(n => (Action<TextTable>)(table => table.Delete(id => id % n == 0)))),
        (2, Gen.Select(Gen.Int[2, 4], Text).Select(u => (Action<TextTable>)(table => Update(table, u.Item1, u.Item2)))),
        (1, Gen.Const((Action<TextTable>)BeginOrCommit)));

    [Fact]
    public void A_search_gives_what_the_formula_gives() => Gen.Select(Change.Array[1, 25], Query.Array[1, 6], Gen.Int[0, 12], Gen.Int[1, 4]).Sample(
        (changes, queries, k, modulus) =>
        {
            using TextTable table = new();
            foreach (Action<TextTable> change in changes)
            {
                change(table);
            }

            foreach (NaiveTextSearch.Query query in queries)
            {
                Check(table, query, k, filter: null);
                Check(table, query, k, id => id % modulus == 0);
            }
        },
        iter: 400);

    [Fact]
    public void How_rows_came_does_not_change_a_score() => Gen.Select(Rows, Rows, Query).Sample(
        (first, second, query) =>
        {
            using TextTable once = new();
            Insert(once, [.. first, .. second]);
            using TextTable oneByOne = new();
            foreach ((string?, string?) row in first.Concat(second))
            {
                Insert(oneByOne, [row]);
            }

            Insert(oneByOne, first);
            oneByOne.Delete(id => id >= once.Live.Count);
            Assert.Equal(once.Search(query.Text, 100), oneByOne.Search(query.Text, 100));
        },
        iter: 100);

    static void Check(TextTable table, NaiveTextSearch.Query query, int k, Func<long, bool>? filter)
    {
        List<(long Id, double Score)> all = NaiveTextSearch.Search(table.Live, query, filter);
        List<(long Id, double Score)> found = table.Search(query.Text, k, filter);
        Dictionary<long, double> scores = all.ToDictionary(r => r.Id, r => r.Score);
        Assert.Equal(Math.Min(k, all.Count), found.Select(r => r.Id).Distinct().Count());
        for (int i = 0; i < found.Count; i++)
        {
            // Sums in another order may differ in their last digits, so that rows of equal scores may change places; exactly equal ones go by key.
            Assert.Equal(all[i].Score, found[i].Score, 1e-9);
            Assert.Equal(scores[found[i].Id], found[i].Score, 1e-9);
            Assert.True(i == 0 || (-found[i - 1].Score, found[i - 1].Id).CompareTo((-found[i].Score, found[i].Id)) < 0);
        }
    }

    static void Insert(TextTable table, (string?, string?)[] rows)
    {
        long first = table.Live.Count == 0 ? 0 : table.Live.Keys.Max() + 1;
        table.Insert([.. rows.Select((r, i) => (first + i, r.Item1, r.Item2))]);
    }

    static void Update(TextTable table, int modulus, string? title)
    {
        (long, string?, string?)[] changed = [.. table.Live.Where(r => r.Key % modulus == 0).Select(r => (r.Key, title, r.Value.Title))];
        if (changed.Length > 0)
        {
            table.Delete(id => id % modulus == 0);
            table.Insert(changed);
        }
    }

    static void BeginOrCommit(TextTable table)
    {
        if (table.InTransaction)
        {
            table.Commit();
        }
        else
        {
            table.Begin();
        }
    }
}
