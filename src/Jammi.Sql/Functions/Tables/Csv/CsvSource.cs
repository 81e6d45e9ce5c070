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

    public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context) => new Reader(this, [.. projection], context);

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
            throw new SqlException(SqlErrorCode.InvalidText, $"{path} is empty: it has neither a header nor rows.");
        }

        if (first.Length != schema.Count)
        {
            throw new SqlException(SqlErrorCode.InvalidText, $"{path}, line 1: {first.Length} fields, where {schema.Count} columns are expected ({string.Join(", ", schema.Columns.Select(c => c.Name))}).");
        }
    }

    sealed class Reader(CsvSource source, int[] projection, ExecutionContext context) : BatchReader
    {
        int file;
        CsvRecords? records;

        public override ColumnBatch? Next()
        {
            while (records is not null || file < source.FileCount)
            {
                context.ThrowIfCancelled();
                records ??= source.OpenFile(source.File(file));
                IArrowArray[] texts = records.ReadColumns(projection, context.BatchRows);
                if (records.Lines.Count > 0)
                {
                    return new ColumnBatch([.. texts.Select((t, i) => Convert(t, projection[i]))], records.Lines.Count);
                }

                records.Dispose();
                records = null;
                file++;
            }

            return null;
        }

        public override void Dispose()
        {
            records?.Dispose();
            records = null;
            file = source.FileCount;
            base.Dispose();
        }

        IArrowArray Convert(IArrowArray texts, int column)
        {
            SqlType type = source.TypeOf(column);
            IArrowArray values = CastKernels.Cast(ColumnarValue.Column(texts), SqlType.Text, type, tryCast: true, texts.Length);
            return values.NullCount == texts.NullCount ? values : throw Unreadable(texts, values, column);
        }

        SqlException Unreadable(IArrowArray texts, IArrowArray values, int column)
        {
            int row = 0;
            while (Cells.IsNull(texts, row) || !Cells.IsNull(values, row))
            {
                row++;
            }

            string text = System.Text.Encoding.UTF8.GetString(new BytesColumn(texts)[row]);
            return new(SqlErrorCode.InvalidText, $"{source.File(file)}, line {records!.Lines[row]}: '{text}' in column \"{source.NameOf(column)}\" is no {source.TypeOf(column)}; the column's type was found from the first rows or given: sample => -1 looks at all rows, columns => 'name TYPE, ...' sets the types.");
        }
    }

    int FileCount => files.Count;

    string File(int index) => files[index];

    SqlType TypeOf(int column) => schema[column].Type;

    string NameOf(int column) => schema[column].Name;
}
