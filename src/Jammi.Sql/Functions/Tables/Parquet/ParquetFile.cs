using Apache.Arrow;
using Apache.Arrow.Ipc;
using Jammi.Sql.Execution.Operators;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Jammi.Sql.Functions.Tables.Parquet;

/// <summary>One open Parquet file: its columns, its row groups and what their statistics say.</summary>
internal sealed class ParquetFile : IDisposable
{
    const string Format = "Parquet";
    const int MagicBytes = 4;

    readonly string path;
    readonly FileReader reader;
    readonly FileMetaData metadata;

    public ParquetFile(string path)
    {
        this.path = path;
        CheckMagic(path);
        try
        {
            using ArrowReaderProperties properties = ArrowReaderProperties.GetDefault();
            properties.CoerceInt96TimestampUnit = Apache.Arrow.Types.TimeUnit.Microsecond;
            properties.ArrowExtensionEnabled = true;
            reader = new FileReader(path, null, properties);
            metadata = reader.ParquetReader.FileMetaData;
            Fields = reader.Schema.FieldsList;
        }
        catch (Exception error)
        {
            reader?.Dispose();
            throw FileErrors.Reading(path, Format, error);
        }
    }

    public IReadOnlyList<Field> Fields { get; }

    public long RowCount => metadata.NumRows;

    public int RowGroupCount => metadata.NumRowGroups;

    public long RowsOf(int rowGroup)
    {
        using RowGroupReader group = reader.ParquetReader.RowGroup(rowGroup);
        return group.MetaData.NumRows;
    }

    /// <summary>What is known of a column in a row group; null for nested columns and where the writer left no statistics.</summary>
    public ColumnRange? RangeOf(int rowGroup, int column)
    {
        if (reader.SchemaManifest.SchemaFields[column] is not { ColumnIndex: >= 0 and var leaf })
        {
            return null;
        }

        using RowGroupReader group = reader.ParquetReader.RowGroup(rowGroup);
        using ColumnChunkMetaData chunk = group.MetaData.GetColumnChunkMetaData(leaf);
        if (!chunk.IsStatsSet)
        {
            return null;
        }

        using Statistics? statistics = chunk.Statistics;
        return statistics is null ? null : ParquetStatistics.RangeOf(statistics, metadata.Schema.Column(leaf), Fields[column], group.MetaData.NumRows);
    }

    /// <summary>The values of some columns in a row group, in the file's order of columns.</summary>
    public IArrowArrayStream Read(int rowGroup, IEnumerable<int> columns)
    {
        var leaves = new List<int>();
        foreach (int column in columns)
        {
            AddLeaves(reader.SchemaManifest.SchemaFields[column], leaves);
        }

        leaves.Sort();
        return Guard(() => reader.GetRecordBatchReader([rowGroup], [.. leaves]));
    }

    /// <summary>Runs a piece of reading so that its errors name the file.</summary>
    public T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error)
        {
            throw FileErrors.Reading(path, Format, error);
        }
    }

    public void Dispose()
    {
        metadata.Dispose();
        reader.Dispose();
    }

    static void AddLeaves(SchemaField field, List<int> leaves)
    {
        if (field.ColumnIndex >= 0)
        {
            leaves.Add(field.ColumnIndex);
        }

        foreach (SchemaField child in field.Children)
        {
            AddLeaves(child, leaves);
        }
    }

    /// <summary>A file begins and ends with PAR1; one whose footer is encrypted with PARE.</summary>
    static void CheckMagic(string path)
    {
        using FileStream file = FileErrors.Open(path);
        Span<byte> magic = stackalloc byte[MagicBytes];
        try
        {
            if (file.ReadAtLeast(magic, MagicBytes, throwOnEndOfStream: false) < MagicBytes || !(magic.SequenceEqual("PAR1"u8) || magic.SequenceEqual("PARE"u8)))
            {
                throw FileErrors.Damaged(path, file.Length == 0 ? "is empty: it is no Parquet file." : "is no Parquet file: it does not begin with PAR1.");
            }

            if (magic.SequenceEqual("PARE"u8))
            {
                throw new SqlException(SqlErrorCode.NotSupported, $"{path} is encrypted; encrypted Parquet files cannot be read.");
            }

            file.Seek(-MagicBytes, SeekOrigin.End);
            file.ReadExactly(magic);
        }
        catch (IOException error)
        {
            throw FileErrors.Unreadable(path, error);
        }

        if (!magic.SequenceEqual("PAR1"u8))
        {
            throw FileErrors.Damaged(path, "is cut short: a Parquet file ends with PAR1, and this one does not.");
        }
    }
}
