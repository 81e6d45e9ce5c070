using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Tables.Csv;

/// <summary>Reads CSV files one after the other: only the wanted fields are decoded, and converted a batch at a time.</summary>
internal sealed class CsvSource(IReadOnlyList<string> files, CsvOptions options, bool header, PlanSchema schema) : TableSource
{
    public override string Describe() => files.Count == 1 ? files[0] : $"{files.Count} files, {files[0]} first";

    public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context) =>
        new EnumeratedReader(Read([.. projection], context));

    IEnumerable<ColumnBatch> Read(int[] projection, ExecutionContext context)
    {
        // Where rows that do not fit are left out, every field must be looked at to know them.
        int[] fields = options.IgnoreErrors ? [.. Enumerable.Range(0, schema.Count)] : projection;
        foreach (string path in files)
        {
            using CsvRecords records = OpenFile(path);
            while (true)
            {
                context.ThrowIfCancelled();
                IArrowArray[] texts = records.ReadColumns(fields, context.BatchRows);
                if (records.Lines.Count == 0)
                {
                    break;
                }

                IArrowArray[] values = [.. texts.Select((t, i) => Convert(t, fields[i]))];
                if (options.IgnoreErrors)
                {
                    yield return Fitting(texts, values, projection, records.Lines.Count);
                    continue;
                }

                for (int i = 0; i < values.Length; i++)
                {
                    if (values[i].NullCount != texts[i].NullCount)
                    {
                        throw Unreadable(path, records.Lines, texts[i], values[i], fields[i]);
                    }
                }

                yield return new ColumnBatch(values, records.Lines.Count);
            }
        }
    }

    CsvRecords OpenFile(string path)
    {
        var records = new CsvRecords(path, options);
        try
        {
            CheckFirst(path, records.ReadFirst());
            if (header)
            {
                records.SkipFirst();
            }

            return records;
        }
        catch
        {
            records.Dispose();
            throw;
        }
    }

    void CheckFirst(string path, string[]? first)
    {
        if (first is null)
        {
            throw CsvSniffer.Empty(path);
        }

        if (first.Length != schema.Count)
        {
            throw CsvErrors.At(path, options.Skip + 1, $"{first.Length} fields, where {schema.Count} columns are expected ({string.Join(", ", schema.Columns.Select(c => c.Name))}).");
        }
    }

    IArrowArray Convert(IArrowArray texts, int column) =>
        CastKernels.Cast(ColumnarValue.Column(texts), SqlType.Text, schema[column].Type, tryCast: true, texts.Length);

    /// <summary>The rows all of whose fields could be read.</summary>
    static ColumnBatch Fitting(IArrowArray[] texts, IArrowArray[] values, int[] projection, int count)
    {
        var unfit = new HashSet<int>();
        for (int i = 0; i < values.Length; i++)
        {
            for (int row = 0; values[i].NullCount != texts[i].NullCount && row < count; row++)
            {
                if (Cells.IsNull(values[i], row) && !Cells.IsNull(texts[i], row))
                {
                    unfit.Add(row);
                }
            }
        }

        var batch = new ColumnBatch([.. projection.Select(p => values[p])], count);
        return unfit.Count == 0 ? batch : TakeKernels.Take(batch, [.. Enumerable.Range(0, count).Where(row => !unfit.Contains(row))]);
    }

    SqlException Unreadable(string path, List<int> lines, IArrowArray texts, IArrowArray values, int column)
    {
        int row = 0;
        while (Cells.IsNull(texts, row) || !Cells.IsNull(values, row))
        {
            row++;
        }

        string text = System.Text.Encoding.UTF8.GetString(new BytesColumn(texts)[row]);
        return CsvErrors.At(path, lines[row], $"'{text}' in column \"{schema[column].Name}\" is no {schema[column].Type}; the column's type was found from the first rows or given: sample => -1 looks at all rows, columns => 'name TYPE, ...' sets the types, ignore_errors => true leaves such rows out.");
    }
}
