using Apache.Arrow;
using Jammi.Inference.Images;
using Jammi.Sql;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions;
using Jammi.Sql.Functions.Tables;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Data.Functions;

/// <summary><c>read_images(path)</c>: one row a file; only headers are parsed, and the bytes are read only if the query uses them.</summary>
sealed class ReadImagesFunction : TableFunction
{
    const int HeaderBytes = 65_536;

    static readonly PlanSchema ImageSchema = new(
    [
        new("path", SqlType.Text, Nullable: false),
        new("file_name", SqlType.Text, Nullable: false),
        new("image", SqlType.Blob, Nullable: false),
        new("width", SqlType.Integer, Nullable: true),
        new("height", SqlType.Integer, Nullable: true),
        new("format", SqlType.Text, Nullable: true),
        new("bytes", SqlType.BigInt, Nullable: false),
        new("modified", SqlType.Timestamp, Nullable: false),
    ]);

    public override string Name => "read_images";

    public override FunctionDocumentation Documentation { get; } = new(
        "Files",
        "read_images(path)",
        "One row a file of the path, glob or list of them: path, file_name, image (the encoded bytes), width, height, format, bytes, modified. Width, height and format are NULL for files that are no pictures.",
        "SELECT file_name, width, format FROM read_images('gallery/fig-00*.png') ORDER BY file_name LIMIT 1",
        "fig-001.png");

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } = [new("path", Type: null)];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        IReadOnlyList<string> patterns = arguments[0]!.Constant?.ToObject() switch
        {
            string one => [one],
            object?[] many => [.. many.OfType<string>()],
            _ => throw new SqlException(SqlErrorCode.InvalidParameter, "The path of read_images must be a constant text or list of texts.", arguments[0]!.Position),
        };
        return LogicalTableFunction.Create(Name, new Source(patterns), ImageSchema, default, default);
    }

    sealed class Source(IReadOnlyList<string> patterns) : TableSource
    {
        public override string Describe() => string.Join(", ", patterns);

        public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context) => new Reader(FilePaths.Expand(patterns, context.Cancellation), projection, context);
    }

    sealed class Reader(IReadOnlyList<string> files, IReadOnlyList<int> projection, ExecutionContext context) : BatchReader
    {
        /// <summary>Pictures of a batch together stay far below what one column of bytes can hold.</summary>
        const long BatchBytes = 64L << 20;

        readonly bool readsHeader = projection.Any(i => i is 3 or 4 or 5);
        readonly bool readsContent = projection.Contains(2);
        int next;

        public override ColumnBatch? Next()
        {
            var rows = new List<object?[]>();
            long bytes = 0;
            while (next < files.Count && rows.Count < context.BatchRows && bytes < BatchBytes)
            {
                context.ThrowIfCancelled();
                object?[] row = Read(files[next++]);
                rows.Add(row);
                bytes += readsContent ? (long)row[6]! : 0;
            }

            return rows.Count == 0 ? null
                : new ColumnBatch([.. projection.Select(c => ColumnFactory.FromObjects(ImageSchema[c].Type, [.. rows.Select(r => r[c])]))], rows.Count);
        }

        object?[] Read(string path)
        {
            try
            {
                var file = new FileInfo(path);
                byte[]? content = readsContent ? File.ReadAllBytes(path) : null;
                ImageInfo info = default;
                bool known = readsHeader && (content is not null ? ImageHeader.TryRead(content, out info) : TryReadHeader(path, out info));
                return
                [
                    path, file.Name, content, known ? info.Width : null, known ? info.Height : null, known ? info.Format : null, file.Length,
                    DateTime.SpecifyKind(file.LastWriteTimeUtc, DateTimeKind.Unspecified),
                ];
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new SqlException(SqlErrorCode.Io, $"{path} cannot be read: {error.Message}", error);
            }
        }

        static bool TryReadHeader(string path, out ImageInfo info)
        {
            using FileStream stream = File.OpenRead(path);
            byte[] start = new byte[Math.Min(HeaderBytes, stream.Length)];
            stream.ReadExactly(start);
            return ImageHeader.TryRead(start, out info);
        }
    }
}
