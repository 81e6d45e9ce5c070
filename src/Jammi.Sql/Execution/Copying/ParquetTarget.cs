using Apache.Arrow;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Functions.Tables.ArrowData;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Jammi.Sql.Execution.Copying;

/// <summary>Parquet. INTERVAL is stored as text, FLOAT[n] and HALF[n] as lists; a note beside the column lets them be read back as they were.</summary>
internal sealed record ParquetTarget(Compression Compression, int? Level, int RowGroupRows) : CopyTarget
{
    const int DefaultRowGroupRows = 122_880;

    static readonly string[] Codecs = ["snappy", "zstd", "gzip", "brotli", "lz4", "none", "uncompressed"];

    public override string Format => "parquet";

    public static ParquetTarget From(CopyOptions options) => new(
        options.Choice("compression", "snappy", Codecs) switch
        {
            "snappy" => Compression.Snappy,
            "zstd" => Compression.Zstd,
            "gzip" => Compression.Gzip,
            "brotli" => Compression.Brotli,
            "lz4" => Compression.Lz4,
            _ => Compression.Uncompressed,
        },
        options.Integer("compression_level", 1, 22),
        options.Integer("row_group_size", 1, int.MaxValue) ?? DefaultRowGroupRows);

    public override void Check(PlanSchema schema)
    {
        if (schema.Count == 0)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, "a Parquet file needs at least one column.");
        }

        base.Check(schema);
    }

    public override RowWriter Open(Stream stream, PlanSchema schema) => new Writer(this, stream, schema);

    sealed class Writer : RowWriter
    {
        readonly PlanSchema schema;
        readonly Schema fields;
        readonly BatchCollector collector;
        readonly FileWriter writer;

        public Writer(ParquetTarget target, Stream stream, PlanSchema schema)
        {
            this.schema = schema;
            fields = new Schema(schema.Columns.Select(c => ArrowTypes.ToParquetField(c.Name, c.Type, c.Nullable)), null);
            collector = new BatchCollector(WriteRows);
            using var builder = new WriterPropertiesBuilder();
            builder.Compression(target.Compression).MaxRowGroupLength(target.RowGroupRows).CreatedBy("Jammi");
            if (target.Level is { } level)
            {
                builder.CompressionLevel(level);
            }

            using WriterProperties properties = builder.Build();
            using var arrowBuilder = new ArrowWriterPropertiesBuilder();
            using ArrowWriterProperties arrowProperties = arrowBuilder.StoreSchema().Build();
            writer = new FileWriter(stream, fields, properties, arrowProperties, leaveOpen: true);
        }

        public override void Write(ColumnBatch batch) => collector.Add(batch);

        public override void Finish()
        {
            collector.Flush();
            writer.Close();
        }

        public override void Dispose()
        {
            writer.Dispose();
            base.Dispose();
        }

        void WriteRows(ColumnBatch batch)
        {
            var columns = new IArrowArray[schema.Count];
            for (int i = 0; i < columns.Length; i++)
            {
                SqlType type = schema[i].Type;
                columns[i] = CastKernels.Cast(ColumnarValue.Column(batch.Columns[i]), type, ArrowTypes.ToParquet(type), tryCast: false, batch.Count);
            }

            // The batch does not own the arrays: it is not disposed.
            writer.WriteBufferedRecordBatch(new RecordBatch(fields, columns, batch.Count));
        }
    }
}
