using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Sql.Storage.Indexes;

/// <summary>
/// The search codes of a segment's vector column in a file beside it. It says of which segment it is (by its checksum) and in which version of the codes; a file that is
/// missing, of another version or damaged is made again from the rows, so that it can never be a second truth. See docs/vector-search.md for its layout.
/// </summary>
internal static unsafe class CodesFile
{
    /// <summary>Raised with every change of the codes or the layout.</summary>
    const int Version = 2;

    const int FixedHeader = 64;
    const int BlockHeader = 24;
    const int CacheLine = 64;
    const int HashBytes = 32;
    const int AxisPlace = 56;

    static ReadOnlySpan<byte> Magic => "JVCODES\0"u8;

    public static void Write(Stream stream, string segmentSha256, int dimension, float[]? axis, IReadOnlyList<VectorCodes?> blocks)
    {
        byte[] header = new byte[HeaderLength(blocks.Count)];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), dimension);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), blocks.Count);
        Convert.FromHexString(segmentSha256).CopyTo(header, 24);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(AxisPlace), VectorAxis.Fingerprint(axis));
        long offset = Align(header.Length);
        for (int i = 0; i < blocks.Count; i++)
        {
            Span<byte> entry = header.AsSpan(FixedHeader + (i * BlockHeader), BlockHeader);
            if (blocks[i] is { } codes)
            {
                BinaryPrimitives.WriteInt32LittleEndian(entry, codes.Layout.Rows);
                BinaryPrimitives.WriteInt64LittleEndian(entry[8..], offset);
                BinaryPrimitives.WriteUInt64LittleEndian(entry[16..], XxHash3.HashToUInt64(codes.Head));
                offset += codes.Layout.Length;
            }
        }

        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(header.Length - sizeof(ulong)), XxHash3.HashToUInt64(header.AsSpan(0, header.Length - sizeof(ulong))));
        stream.Write(header);
        stream.Write(new byte[Align(header.Length) - header.Length]);
        foreach (VectorCodes? codes in blocks)
        {
            stream.Write(codes is null ? [] : codes.All);
        }
    }

    /// <summary>The codes of each block, in the map; null, with the reason, when the file is not a good one of this segment.</summary>
    /// <param name="rows">Of each block.</param>
    public static VectorCodes?[]? Read(MappedFile map, string segmentSha256, int dimension, float[]? axis, IReadOnlyList<int> rows, out string problem)
    {
        ReadOnlySpan<byte> file = map.GetSpan();
        problem = FindHeaderProblem(file, segmentSha256, dimension, axis, rows.Count) ?? string.Empty;
        var blocks = new VectorCodes?[rows.Count];
        byte* start = (byte*)map.Pin().Pointer;
        for (int i = 0; i < blocks.Length && problem.Length == 0; i++)
        {
            ReadOnlySpan<byte> entry = file.Slice(FixedHeader + (i * BlockHeader), BlockHeader);
            int coded = BinaryPrimitives.ReadInt32LittleEndian(entry);
            if (coded == 0)
            {
                continue;
            }

            var layout = new CodeLayout(rows[i], dimension, axis is not null);
            long offset = BinaryPrimitives.ReadInt64LittleEndian(entry[8..]);
            if (coded != rows[i] || offset < 0 || offset % CacheLine != 0 || offset + layout.Length > file.Length)
            {
                problem = $"the codes of block {i} are not where they should be";
                break;
            }

            var codes = new VectorCodes(layout, map, start + offset, axis, trusted: false);
            if (XxHash3.HashToUInt64(codes.Head) != BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]))
            {
                problem = $"the checksum of block {i} does not match";
                break;
            }

            blocks[i] = codes;
        }

        return problem.Length == 0 ? blocks : null;
    }

    static string? FindHeaderProblem(ReadOnlySpan<byte> file, string segmentSha256, int dimension, float[]? axis, int blocks)
    {
        int length = HeaderLength(blocks);
        return file.Length < length ? "it ends early"
            : !file.StartsWith(Magic) ? $"it does not begin with {Encoding.ASCII.GetString(Magic[..^1])}"
            : BinaryPrimitives.ReadInt32LittleEndian(file[8..]) != Version ? "it is of another version"
            : BinaryPrimitives.ReadInt32LittleEndian(file[12..]) != dimension || BinaryPrimitives.ReadInt32LittleEndian(file[16..]) != blocks ? "it is of other rows"
            : !file.Slice(24, HashBytes).SequenceEqual(Convert.FromHexString(segmentSha256)) ? "it belongs to another segment"
            : BinaryPrimitives.ReadUInt64LittleEndian(file[AxisPlace..]) != VectorAxis.Fingerprint(axis) ? "it was made with another axis"
            : BinaryPrimitives.ReadUInt64LittleEndian(file[(length - sizeof(ulong))..]) != XxHash3.HashToUInt64(file[..(length - sizeof(ulong))]) ? "the checksum of its header does not match"
            : null;
    }

    static int HeaderLength(int blocks) => FixedHeader + (blocks * BlockHeader) + sizeof(ulong);

    static long Align(long position) => (position + CacheLine - 1) & -CacheLine;
}
