using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables.Csv;

/// <summary>Finds the names and types of a CSV file's columns from its first records.</summary>
internal static class CsvSniffer
{
    /// <summary>From the narrowest: a column has the first type that all its sampled values are written in.</summary>
    static readonly SqlType[] Candidates = [SqlType.Boolean, SqlType.BigInt, SqlType.Double, SqlType.Date, SqlType.Time, SqlType.Timestamp];

    /// <summary>Rows that are read, or tried as a type, in one go.</summary>
    const int RowsAtOnce = 16_384;

    /// <returns>The columns, and whether the first record is a header.</returns>
    public static (PlanSchema Schema, bool Header) Sniff(string path, CsvOptions options, CancellationToken cancellation)
    {
        using var records = new CsvRecords(path, options);
        if (records.ReadFirst() is not { } first)
        {
            throw Empty(path);
        }

        bool header = options.Header ?? LooksLikeHeader(first);
        if (header)
        {
            records.SkipFirst();
        }

        int[] fields = [.. Enumerable.Range(0, first.Length)];
        List<IArrowArray>[] sample = ReadSample(records, fields, options.SampleRows < 0 ? int.MaxValue : options.SampleRows, cancellation);
        string[] names = header ? ColumnDefinitions.Distinct(first) : [.. fields.Select(i => $"column{i}")];
        return (new PlanSchema(fields.Select(i => new OutputColumn(names[i], TypeOf(sample[i], cancellation), Nullable: true)).ToValueList()), header);
    }

    /// <summary>
    /// Whether the first record is a header where the columns are known: it is when it has their names, or when a value of it is none of its column's type
    /// and all of it looks like one.
    /// </summary>
    public static (int Fields, bool Header) FindHeader(string path, CsvOptions options, PlanSchema columns)
    {
        using var records = new CsvRecords(path, options);
        string[] first = records.ReadFirst() ?? throw Empty(path);
        bool named = first.Length == columns.Count && first.Zip(columns.Columns, (f, c) => string.Equals(f.Trim(), c.Name, StringComparison.OrdinalIgnoreCase)).All(same => same);
        bool unfit = first.Zip(columns.Columns, (f, c) => c.Type.Kind == SqlTypeKind.Text || AllRead(ColumnFactory.FromObjects(SqlType.Text, [f]), c.Type)).Contains(false);
        return (first.Length, options.Header ?? (named || (unfit && LooksLikeHeader(first))));
    }

    public static SqlException Empty(string path) => new(SqlErrorCode.InvalidText, $"{path} is empty: it has neither a header nor rows.");

    /// <summary>The sampled values of each field, in pieces.</summary>
    static List<IArrowArray>[] ReadSample(CsvRecords records, int[] fields, int rows, CancellationToken cancellation)
    {
        List<IArrowArray>[] sample = System.Array.ConvertAll(fields, _ => new List<IArrowArray>());
        while (rows > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            IArrowArray[] piece = records.ReadColumns(fields, Math.Min(rows, RowsAtOnce));
            if (records.Lines.Count == 0)
            {
                break;
            }

            rows -= records.Lines.Count;
            for (int i = 0; i < piece.Length; i++)
            {
                sample[i].Add(piece[i]);
            }
        }

        return sample;
    }

    static bool LooksLikeHeader(string[] fields) =>
        System.Array.TrueForAll(fields, f => f.Length > 0 && TypeOf([ColumnFactory.FromObjects(SqlType.Text, [f])], CancellationToken.None) == SqlType.Text)
        && fields.Distinct(StringComparer.OrdinalIgnoreCase).Count() == fields.Length;

    /// <summary>The narrowest type of a column; TEXT when it has no value.</summary>
    static SqlType TypeOf(List<IArrowArray> pieces, CancellationToken cancellation)
    {
        if (pieces.TrueForAll(p => p.NullCount == p.Length))
        {
            return SqlType.Text;
        }

        foreach (SqlType type in Candidates)
        {
            if (pieces.TrueForAll(p => IsOf(type, p, cancellation)))
            {
                return type;
            }
        }

        return SqlType.Text;
    }

    static bool IsOf(SqlType type, IArrowArray texts, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return type == SqlType.Boolean ? AreTruthWords(texts) : AllRead(texts, type);
    }

    static bool AllRead(IArrowArray texts, SqlType type) =>
        CastKernels.Cast(ColumnarValue.Column(texts), SqlType.Text, type, tryCast: true, texts.Length).NullCount == texts.NullCount;

    /// <summary>Only the words: 1, 0, t and y are numbers or texts.</summary>
    static bool AreTruthWords(IArrowArray texts)
    {
        var column = new BytesColumn(texts);
        for (int row = 0; row < texts.Length; row++)
        {
            if (!Cells.IsNull(texts, row)
                && !System.Text.Ascii.EqualsIgnoreCase(column[row], "true"u8)
                && !System.Text.Ascii.EqualsIgnoreCase(column[row], "false"u8))
            {
                return false;
            }
        }

        return true;
    }
}
