using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Jammi.Sql.Execution.Operators;
using Jammi.Sql.Functions.Tables.ArrowData;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Copying;

/// <summary>Arrow IPC: the file format, or the stream format.</summary>
internal sealed record ArrowTarget(string Compression, bool Stream) : CopyTarget
{
    public override string Format => "arrow";

    public override RowWriter Open(Stream stream, PlanSchema schema) => new Writer(this, stream, schema);

    sealed class Writer : RowWriter
    {
        readonly PlanSchema schema;
        readonly Schema fields;
        readonly BatchCollector collector;
        readonly ArrowStreamWriter writer;
        bool hasRows;

        public Writer(ArrowTarget target, Stream stream, PlanSchema schema)
        {
            this.schema = schema;
            fields = new Schema(schema.Columns.Select(c => ArrowTypes.ToField(c.Name, c.Type, c.Nullable)), null);
            collector = new BatchCollector(WriteRows);
            var options = new IpcOptions();
            if (target.Compression != "none")
            {
                options.CompressionCodec = target.Compression == "zstd" ? CompressionCodecType.Zstd : CompressionCodecType.Lz4Frame;
                options.CompressionCodecFactory = new CompressionCodecFactory();
            }

            writer = target.Stream
                ? new ArrowStreamWriter(stream, fields, leaveOpen: true, options)
                : new ArrowFileWriter(stream, fields, leaveOpen: true, options);
            writer.WriteStart();
        }

        public override void Write(ColumnBatch batch) => collector.Add(batch);

        public override void Finish()
        {
            collector.Flush();
            if (!hasRows)
            {
                // The file writer leaves the schema out of a file that has no batch at all.
                WriteRows(InputRows.Empty(schema));
            }

            writer.WriteEnd();
        }

        public override void Dispose()
        {
            writer.Dispose();
            base.Dispose();
        }

        void WriteRows(ColumnBatch batch)
        {
            hasRows = true;
            writer.WriteRecordBatch(new RecordBatch(fields, batch.Columns, batch.Count));
        }
    }
}
