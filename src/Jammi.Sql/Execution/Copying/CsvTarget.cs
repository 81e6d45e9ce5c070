using System.Buffers;
using System.IO.Compression;
using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Copying;

/// <summary>CSV in UTF-8 as RFC 4180 has it, but for lines that end with a single line feed. A value that reads like NULL is quoted, NULL itself never is.</summary>
internal sealed record CsvTarget(bool Header, char Delimiter, char Quote, string NullText, bool Gzip) : CopyTarget
{
    public override string Format => "csv";

    public override void Check(PlanSchema schema)
    {
        // Columns are told apart by their place.
    }

    public override RowWriter Open(Stream stream, PlanSchema schema) => new Writer(this, stream, schema);

    sealed class Writer : RowWriter
    {
        const int FlushBytes = 1 << 16;

        readonly CsvTarget target;
        readonly PlanSchema schema;
        readonly Stream stream;
        readonly GZipStream? zip;
        readonly ArrayBufferWriter<byte> buffer = new(FlushBytes * 2);
        readonly byte[] nullText;
        readonly SearchValues<byte> special;

        public Writer(CsvTarget target, Stream stream, PlanSchema schema)
        {
            this.target = target;
            this.schema = schema;
            zip = target.Gzip ? new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true) : null;
            this.stream = zip ?? stream;
            nullText = System.Text.Encoding.UTF8.GetBytes(target.NullText);
            special = SearchValues.Create([(byte)target.Delimiter, (byte)target.Quote, (byte)'\r', (byte)'\n']);
            if (target.Header)
            {
                WriteHeader();
            }
        }

        public override void Write(ColumnBatch batch)
        {
            var texts = new IArrowArray[batch.Columns.Length];
            for (int i = 0; i < texts.Length; i++)
            {
                texts[i] = CastKernels.Cast(ColumnarValue.Column(batch.Columns[i]), schema[i].Type, SqlType.Text, tryCast: false, batch.Count);
            }

            for (int row = 0; row < batch.Count; row++)
            {
                for (int i = 0; i < texts.Length; i++)
                {
                    Separate(i);
                    if (Cells.IsNull(texts[i], row))
                    {
                        buffer.Write(nullText);
                    }
                    else
                    {
                        WriteField(new BytesColumn(texts[i])[row]);
                    }
                }

                EndLine();
            }
        }

        public override void Finish()
        {
            Flush();
            zip?.Dispose();
        }

        public override void Dispose()
        {
            zip?.Dispose();
            base.Dispose();
        }

        void WriteHeader()
        {
            for (int i = 0; i < schema.Count; i++)
            {
                Separate(i);
                WriteField(System.Text.Encoding.UTF8.GetBytes(schema[i].Name));
            }

            EndLine();
        }

        void Separate(int column)
        {
            if (column > 0)
            {
                Write((byte)target.Delimiter);
            }
        }

        void EndLine()
        {
            Write((byte)'\n');
            if (buffer.WrittenCount >= FlushBytes)
            {
                Flush();
            }
        }

        void WriteField(ReadOnlySpan<byte> text)
        {
            if (text.IndexOfAny(special) < 0 && !text.SequenceEqual(nullText) && !text.StartsWith("\uFFFF"u8))
            {
                buffer.Write(text);
                return;
            }

            byte quote = (byte)target.Quote;
            Write(quote);
            for (int at = text.IndexOf(quote); at >= 0; at = text.IndexOf(quote))
            {
                buffer.Write(text[..(at + 1)]);
                Write(quote);
                text = text[(at + 1)..];
            }

            buffer.Write(text);
            Write(quote);
        }

        void Write(byte value)
        {
            buffer.GetSpan(1)[0] = value;
            buffer.Advance(1);
        }

        void Flush()
        {
            stream.Write(buffer.WrittenSpan);
            buffer.ResetWrittenCount();
        }
    }
}
