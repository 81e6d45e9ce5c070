using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.TextIndexes;
using Jammi.Sql.TextIndexes.Postings;

namespace Jammi.Sql.Storage.Indexes;

/// <summary>
/// The terms of a segment's rows, for one definition of a full-text index, in a file beside the segment. It says of which segment and of which definition it is; a file that
/// is missing, of another version or damaged is made again from the rows, so that it can never be a second truth. See docs/text-search.md for its layout.
/// </summary>
internal static class TermsFile
{
    /// <summary>Raised with every change of the analysis or the layout.</summary>
    const int Version = 1;

    const int FixedHeader = 64;
    const int BlockHeader = 24;
    const int CacheLine = 64;
    const int HashBytes = 32;

    static ReadOnlySpan<byte> Magic => "JTTERMS\0"u8;

    public static void Write(Stream stream, string segmentSha256, TextIndexDefinition definition, IReadOnlyList<TermIndex> blocks)
    {
        byte[] header = new byte[HeaderLength(blocks.Count)];
        WriteIdentity(header, segmentSha256, definition, blocks.Count);
        long offset = Align(header.Length);
        for (int i = 0; i < blocks.Count; i++)
        {
            Span<byte> entry = header.AsSpan(FixedHeader + (i * BlockHeader), BlockHeader);
            BinaryPrimitives.WriteInt64LittleEndian(entry, offset);
            BinaryPrimitives.WriteInt64LittleEndian(entry[8..], blocks[i].Layout.Length);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[16..], XxHash3.HashToUInt64(blocks[i].Head));
            offset = Align(offset + blocks[i].Layout.Length);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(header.Length - sizeof(ulong)), XxHash3.HashToUInt64(header.AsSpan(0, header.Length - sizeof(ulong))));
        WriteAligned(stream, header);
        foreach (TermIndex block in blocks)
        {
            WriteAligned(stream, block.All);
        }
    }

    /// <summary>The terms of each block, in the map; null, with the reason, when the file is not a good one of this segment and definition.</summary>
    /// <param name="rows">Of each block.</param>
    public static TermIndex[]? Read(MappedFile map, string segmentSha256, TextIndexDefinition definition, IReadOnlyList<int> rows, out string problem)
    {
        ReadOnlySpan<byte> file = map.GetSpan();
        problem = FindHeaderProblem(file, segmentSha256, definition, rows.Count) ?? string.Empty;
        var blocks = new TermIndex[rows.Count];
        for (int i = 0; i < blocks.Length && problem.Length == 0; i++)
        {
            ReadOnlySpan<byte> entry = file.Slice(FixedHeader + (i * BlockHeader), BlockHeader);
            long offset = BinaryPrimitives.ReadInt64LittleEndian(entry);
            long length = BinaryPrimitives.ReadInt64LittleEndian(entry[8..]);
            if (offset < 0 || length < TermIndexLayout.HeaderBytes || offset > file.Length - length
                || !MemoryMarshal.Read<TermIndexLayout>(file[(int)offset..]).IsPossible(rows[i], length))
            {
                problem = $"the terms of block {i} are not where they should be";
                break;
            }

            var terms = new TermIndex(map.Memory.Slice((int)offset, (int)length), isTrusted: false);
            if (XxHash3.HashToUInt64(terms.Head) != BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]))
            {
                problem = $"the checksum of block {i} does not match";
            }

            blocks[i] = terms;
        }

        return problem.Length == 0 ? blocks : null;
    }

    static string? FindHeaderProblem(ReadOnlySpan<byte> file, string segmentSha256, TextIndexDefinition definition, int blocks)
    {
        byte[] identity = new byte[FixedHeader];
        WriteIdentity(identity, segmentSha256, definition, blocks);
        int length = HeaderLength(blocks);
        return file.Length < length ? "it ends early"
            : !file.StartsWith(identity) ? "it is of another version, segment or definition"
            : BinaryPrimitives.ReadUInt64LittleEndian(file[(length - sizeof(ulong))..]) != XxHash3.HashToUInt64(file[..(length - sizeof(ulong))]) ? "the checksum of its header does not match"
            : null;
    }

    /// <summary>What a file of this version must begin with. Which characters are letters, and their small forms, come with the runtime, so its version is one of the terms', too.</summary>
    static void WriteIdentity(Span<byte> header, string segmentSha256, TextIndexDefinition definition, int blocks)
    {
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], Environment.Version.Major);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], blocks);
        Convert.FromHexString(segmentSha256).CopyTo(header.Slice(24, HashBytes));
        BinaryPrimitives.WriteUInt64LittleEndian(header[56..], XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(definition.Key)));
    }

    static void WriteAligned(Stream stream, ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        stream.Write(new byte[Align(bytes.Length) - bytes.Length]);
    }

    static int HeaderLength(int blocks) => FixedHeader + (blocks * BlockHeader) + sizeof(ulong);

    static long Align(long position) => (position + CacheLine - 1) & -CacheLine;
}
