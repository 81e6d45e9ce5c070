namespace Jammi.Benchmarks.Statements;

/// <summary>Files in the shapes of SQLite's sqllogictest corpus, made from a seed: the same files in every run and on every machine.</summary>
static class Corpus
{
    /// <summary>Writes one file of about so many records.</summary>
    delegate void Writer(CorpusFile file, Random random, int records);

    static readonly (string Shape, Writer Write)[] Shapes =
    [
        ("select1", (file, random, records) => SelectShapes.OneTable(file, random, records, withNulls: false)),
        ("select2", (file, random, records) => SelectShapes.OneTable(file, random, records, withNulls: true)),
        ("select4", CompoundShapes.Write),
        ("select5", JoinShapes.ManyTables),
        ("random/expr", RandomShapes.Expressions),
        ("random/aggregates", RandomShapes.Aggregates),
        ("random/select", RandomShapes.Selects),
        ("random/groupby", RandomShapes.Groups),
        ("index/random", IndexShapes.Ranges),
        ("index/orderby", IndexShapes.Ordered),
        ("index/in", IndexShapes.Lists),
        ("index/delete", IndexShapes.Deletes),
        ("index/view", IndexShapes.Views),
        ("evidence", EvidenceShapes.Language),
    ];

    public static IEnumerable<string> Names => Shapes.Select(s => s.Shape);

    /// <summary>The files of a shape.</summary>
    public static IEnumerable<CorpusFile> Files(string shape, int files, int records)
    {
        int index = Array.FindIndex(Shapes, s => s.Shape == shape);
        for (int number = 0; number < files; number++)
        {
            var file = new CorpusFile(shape, number);
            Shapes[index].Write(file, new Random((index * 1_000) + number), records);
            yield return file;
        }
    }
}
