using System.Globalization;
using System.Text;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Text;

/// <summary>Distances and similarities of texts, and texts made alike: accents, Unicode forms, file names.</summary>
internal static class TextComparisonFunctions
{
    const string Category = "Text";

    static readonly SqlType Text = SqlType.Text;

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        Distance("levenshtein", "The least number of characters to insert, delete or replace to make one text the other.", "levenshtein('kitten', 'sitting')", "3", TextDistances.Levenshtein, "editdist3"),
        Distance("damerau_levenshtein", "levenshtein, with an exchange of two neighbours as one step.", "damerau_levenshtein('ab', 'ba')", "1", TextDistances.DamerauLevenshtein),
        Distance("hamming", "The number of places at which two texts of one length differ.", "hamming('duck', 'dunk')", "1", TextDistances.Hamming, "mismatches"),
        Similarity("jaccard", "Characters that occur in both texts divided by those that occur in either.", "jaccard('duck', 'luck')", "0.6", TextDistances.Jaccard),
        Similarity("jaro_similarity", "Jaro's similarity, from 0 to 1.", "round(jaro_similarity('martha', 'marhta'), 4)", "0.9444", TextDistances.Jaro),
        Similarity("jaro_winkler_similarity", "Jaro's similarity, nearer to 1 for texts that begin alike.", "round(jaro_winkler_similarity('martha', 'marhta'), 4)", "0.9611", TextDistances.JaroWinkler),
        OfText("strip_accents", "strip_accents(text)", "Letters without their accents.", "strip_accents('mühleisen')", "muhleisen", StripAccents, "unaccent"),
        new OverloadedFunction(
            "normalize_text",
            new(Category, "normalize_text(text [, form])", "In a Unicode normalisation form: 'NFC' (unless given), 'NFD', 'NFKC' or 'NFKD'; normalize is a function of vectors.", "normalize_text('ﬁg', 'NFKC')", "fig"),
            new Overload(Text, [Text], TextKernels.ToText((a, row, o) => o.Append(a.String(0, row).Normalize(NormalizationForm.FormC)))),
            new Overload(Text, [Text, Text], TextKernels.ToText((a, row, o) => o.Append(a.String(0, row).Normalize(Form(a.String(1, row)))))))
        {
            Synonyms = ["nfc_normalize"],
        },
        OfText("parse_filename", "parse_filename(path)", "The file's name: what follows the last / or \\.", "parse_filename('gallery/fig-001.png')", "fig-001.png", path => path[(path.AsSpan().LastIndexOfAny('/', '\\') + 1)..]),
        OfText("parse_dirpath", "parse_dirpath(path)", "The directory: what precedes the last / or \\.", "parse_dirpath('data/gallery/fig-001.png')", "data/gallery", path => path[..Math.Max(path.AsSpan().LastIndexOfAny('/', '\\'), 0)]),
        OfText("parse_extension", "parse_extension(path)", "The file name's ending, without its point; empty where there is none.", "parse_extension('gallery/fig-001.png')", "png", path => System.IO.Path.GetExtension(path).TrimStart('.')),
    ];

    static OverloadedFunction Distance(string name, string description, string example, string result, Func<int[], int[], int> compute, params string[] synonyms) => new(
        name,
        new(Category, $"{name}(a, b)", description, example, result),
        new Overload(SqlType.BigInt, [Text, Text], TextKernels.ToValue(SqlType.BigInt, (a, row) => (long)compute(TextDistances.Characters(a.Text(0, row)), TextDistances.Characters(a.Text(1, row))))))
    {
        Synonyms = synonyms,
    };

    static OverloadedFunction Similarity(string name, string description, string example, string result, Func<int[], int[], double> compute) => new(
        name,
        new(Category, $"{name}(a, b)", description, example, result),
        new Overload(SqlType.Double, [Text, Text], TextKernels.ToValue(SqlType.Double, (a, row) => compute(TextDistances.Characters(a.Text(0, row)), TextDistances.Characters(a.Text(1, row))))));

    static OverloadedFunction OfText(string name, string syntax, string description, string example, string result, Func<string, string> convert, params string[] synonyms) =>
        new(name, new(Category, syntax, description, example, result), new Overload(Text, [Text], TextKernels.ToText((a, row, o) => o.Append(convert(a.String(0, row))))))
        {
            Synonyms = synonyms,
        };

    static string StripAccents(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (char c in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                plain.Append(c);
            }
        }

        return plain.ToString().Normalize(NormalizationForm.FormC);
    }

    static NormalizationForm Form(string name) => name.ToUpperInvariant() switch
    {
        "NFC" => NormalizationForm.FormC,
        "NFD" => NormalizationForm.FormD,
        "NFKC" => NormalizationForm.FormKC,
        "NFKD" => NormalizationForm.FormKD,
        _ => throw new SqlException(SqlErrorCode.InvalidParameter, $"'{name}' is not a normalisation form; use 'NFC', 'NFD', 'NFKC' or 'NFKD'."),
    };
}
