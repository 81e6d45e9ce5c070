using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Jammi.Sql.TextIndexes.Postings;

/// <summary>Where what lies in the terms of a block; docs/text-search.md has it in words.</summary>
/// <param name="TextBytes">Of all terms.</param>
/// <param name="Tokens">Words of all rows.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct TermIndexLayout(int Rows, int Terms, int TextBytes, int PostingsBytes, int PositionsBytes, int Reserved, long Tokens)
{
    public static int HeaderBytes => Unsafe.SizeOf<TermIndexLayout>();

    public int EntriesStart => HeaderBytes + (Rows * sizeof(int));

    public int TextStart => EntriesStart + ((Terms + 1) * Unsafe.SizeOf<TermEntry>());

    /// <summary>What is read, and checked, when the block is opened: all before the postings.</summary>
    public int HeadBytes => TextStart + TextBytes;

    public int PositionsStart => HeadBytes + PostingsBytes;

    public long Length => (long)PositionsStart + PositionsBytes;

    /// <summary>Whether these numbers can be those of a block of so many rows that lies in so many bytes.</summary>
    public bool IsPossible(int rows, long length) =>
        Rows == rows && Terms >= 0 && TextBytes >= 0 && PostingsBytes >= 0 && PositionsBytes >= 0
        && HeaderBytes + (Rows * 4L) + ((Terms + 1L) * Unsafe.SizeOf<TermEntry>()) + TextBytes + PostingsBytes + PositionsBytes == length;
}

/// <summary>A term: where its text, postings and positions begin (they end where those of the next begin), in how many rows it is, and a checksum of its postings and positions.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct TermEntry(int Text, int Postings, int Positions, int Rows, uint Checksum);
