using System.Buffers;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Copying;

/// <summary>JSON in UTF-8: an object a row, a row a line; with <paramref name="Array"/> all of them in one array.</summary>
internal sealed record JsonTarget(bool Array, bool Gzip) : CopyTarget
{
    public override string Format => "json";

    public override RowWriter Open(Stream stream, PlanSchema schema) => new Writer(this, stream, schema);

    sealed class Writer : RowWriter
    {
        const int FlushBytes = 1 << 16;

        readonly JsonTarget target;
        readonly PlanSchema schema;
        readonly JsonEncodedText[] names;
        readonly Stream stream;
        readonly GZipStream? zip;
        readonly ArrayBufferWriter<byte> buffer = new(FlushBytes * 2);
        readonly Utf8JsonWriter json;
        long rows;

        public Writer(JsonTarget target, Stream stream, PlanSchema schema)
        {
            this.target = target;
            this.schema = schema;
            zip = target.Gzip ? new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true) : null;
            this.stream = zip ?? stream;
            names = [.. schema.Columns.Select(c => JsonEncodedText.Encode(c.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
            json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        }

        public override void Write(ColumnBatch batch)
        {
            var cells = new JsonCellWriter[batch.Columns.Length];
            for (int i = 0; i < cells.Length; i++)
            {
                cells[i] = JsonCellWriters.For(schema[i].Type, batch.Columns[i]);
            }

            for (int row = 0; row < batch.Count; row++)
            {
                buffer.Write(rows++ > 0 ? target.Array ? ",\n"u8 : "\n"u8 : target.Array ? "[\n"u8 : default);
                json.WriteStartObject();
                for (int i = 0; i < cells.Length; i++)
                {
                    json.WritePropertyName(names[i]);
                    cells[i](json, row);
                }

                json.WriteEndObject();
                json.Flush();
                json.Reset();
                if (buffer.WrittenCount >= FlushBytes)
                {
                    Flush();
                }
            }
        }

        public override void Finish()
        {
            buffer.Write(rows == 0 ? target.Array ? "[]\n"u8 : default : target.Array ? "\n]\n"u8 : "\n"u8);
            Flush();
            zip?.Dispose();
        }

        public override void Dispose()
        {
            json.Dispose();
            zip?.Dispose();
            base.Dispose();
        }

        void Flush()
        {
            stream.Write(buffer.WrittenSpan);
            buffer.ResetWrittenCount();
        }
    }
}
