using System.Buffers.Binary;
using System.IO.Hashing;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Sql.Storage.Indexes;

/// <summary>
/// The cells of a segment's vector column in a file beside its codes, which it is like: it says of which segment and version it is, and is made again when it is missing or damaged.
/// See docs/vector-search.md for its layout.
/// </summary>
internal static unsafe class CellsFile
{
    /// <summary>Raised with every change of the cells or the layout.</summary>
    const int Version = 2;

    const int Header = 128;
    const int AxisPlace = 56;
    const int ChecksumPlace = Header - sizeof(ulong);

    static ReadOnlySpan<byte> Magic => "JVCELLS\0"u8;

    public static void Write(Stream stream, string segmentSha256, VectorCells cells)
    {
        byte[] header = new byte[Header];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), cells.Layout.Dimension);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), cells.Layout.Cells);
        Convert.FromHexString(segmentSha256).CopyTo(header, 24);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(AxisPlace), VectorAxis.Fingerprint(cells.Axis));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(64), cells.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(ChecksumPlace), ChecksumOf(header, cells.Head));
        stream.Write(header);
        stream.Write(cells.All);
    }

    /// <summary>The cells, in the map; null, with the reason, when the file is not a good one of this segment.</summary>
    /// <param name="blocks">Rows of the segment's blocks.</param>
    public static VectorCells? Read(MappedFile map, string segmentSha256, int dimension, float[]? axis, IReadOnlyList<int> blocks, out string problem)
    {
        ReadOnlySpan<byte> file = map.GetSpan();
        problem = FindHeaderProblem(file, segmentSha256, dimension, axis) ?? string.Empty;
        if (problem.Length > 0)
        {
            return null;
        }

        var layout = new CellLayout(BinaryPrimitives.ReadInt32LittleEndian(file[16..]), dimension, axis is not null);
        if (layout.Cells <= 0 || file.Length - Header < layout.Sections)
        {
            problem = "it ends early";
            return null;
        }

        if (ChecksumOf(file[..Header], file.Slice(Header, (int)layout.Sections)) != BinaryPrimitives.ReadUInt64LittleEndian(file[ChecksumPlace..]))
        {
            problem = "the checksum of its header does not match";
            return null;
        }

        var cells = new VectorCells(layout, map, (byte*)map.Pin().Pointer + Header, file.Length - Header, axis, trusted: false);
        problem = cells.TotalRows <= blocks.Sum(b => (long)b) ? string.Empty : "it is of other rows";
        return problem.Length == 0 ? cells : null;
    }

    static string? FindHeaderProblem(ReadOnlySpan<byte> file, string segmentSha256, int dimension, float[]? axis) =>
        file.Length < Header ? "it ends early"
        : !file.StartsWith(Magic) ? "it does not begin with JVCELLS"
        : BinaryPrimitives.ReadInt32LittleEndian(file[8..]) != Version ? "it is of another version"
        : BinaryPrimitives.ReadInt32LittleEndian(file[12..]) != dimension ? "it is of other rows"
        : !file.Slice(24, 32).SequenceEqual(Convert.FromHexString(segmentSha256)) ? "it belongs to another segment"
        : BinaryPrimitives.ReadUInt64LittleEndian(file[AxisPlace..]) != VectorAxis.Fingerprint(axis) ? "it was made with another axis"
        : BinaryPrimitives.ReadInt64LittleEndian(file[64..]) != file.Length - Header ? "it ends early"
        : null;

    static ulong ChecksumOf(ReadOnlySpan<byte> header, ReadOnlySpan<byte> head)
    {
        var hash = new XxHash3();
        hash.Append(header[..ChecksumPlace]);
        hash.Append(head);
        return hash.GetCurrentHashAsUInt64();
    }
}
