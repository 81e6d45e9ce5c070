using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Hashing;

/// <summary>
/// Group numbers of the keys met last, by the bytes of all key columns in one word. Few keys of a few bytes (flags, codes, dates) are found here without hashing or
/// comparing columns. The first rows decide how many bytes a text has; rows with a NULL or a longer text are not looked up. Gives up when most keys are new.
/// </summary>
internal sealed class PackedKeys
{
    const int Entries = 1024;
    const int EntriesForFewRows = 256;
    const int FewRows = EntriesForFewRows / 2;
    const int WordBytes = sizeof(ulong);
    const int RowsOnTrial = 1 << 14;

    readonly int[] widths;
    ulong[] words = [];
    int[] numbers = [];
    ulong[] packed = [];
    int entryShift;
    bool laidOut;
    long looked;
    long missed;

    PackedKeys(int[] widths) => this.widths = widths;

    public bool IsOpen { get; private set; } = true;

    /// <summary>Null when the columns cannot fit a word.</summary>
    public static PackedKeys? For(SqlType[] types)
    {
        int[] widths = System.Array.ConvertAll(types, Width);
        return widths.Length > 0 && !widths.AsSpan().Contains(-1) && widths.Sum() <= WordBytes ? new(widths) : null;
    }

    /// <summary>Looks rows up and gives those that were not found; null when these rows cannot be looked up.</summary>
    public int[]? Find(ReadOnlySpan<IArrowArray> columns, int count, Span<int> groups)
    {
        if (!Pack(columns, count))
        {
            return null;
        }

        EnsureEntries(count <= FewRows ? EntriesForFewRows : Entries);

        int[] missing = [];
        int found = 0;
        for (int row = 0; row < count; row++)
        {
            int entry = EntryOf(packed[row]);
            int number = words[entry] == packed[row] ? numbers[entry] : -1;
            groups[row] = number;
            if (number < 0)
            {
                if (missing.Length == 0)
                {
                    missing = new int[count];
                }

                missing[found++] = row;
            }
        }

        looked += count;
        missed += found;
        IsOpen = looked < RowsOnTrial || missed * 2 < looked;
        return found == missing.Length ? missing : missing[..found];
    }

    /// <summary>Keeps the numbers of rows that <see cref="Find"/> missed.</summary>
    public void Remember(ReadOnlySpan<int> rows, ReadOnlySpan<int> groups)
    {
        foreach (int row in rows)
        {
            if (groups[row] >= 0)
            {
                int entry = EntryOf(packed[row]);
                words[entry] = packed[row];
                numbers[entry] = groups[row];
            }
        }
    }

    /// <summary>What was kept in fewer entries is found anew.</summary>
    void EnsureEntries(int needed)
    {
        if (words.Length < needed)
        {
            words = new ulong[needed];
            numbers = new int[needed];
            System.Array.Fill(numbers, -1);
            entryShift = BitOperations.LeadingZeroCount((ulong)needed) + 1;
        }
    }

    int EntryOf(ulong word) => (int)((word * 0x9E3779B97F4A7C15) >> entryShift);

    /// <summary>Bytes in the word; text has its length and at least one byte.</summary>
    static int Width(SqlType type) => type.Kind switch
    {
        SqlTypeKind.TinyInt or SqlTypeKind.UTinyInt => 1,
        SqlTypeKind.SmallInt or SqlTypeKind.USmallInt => 2,
        SqlTypeKind.Integer or SqlTypeKind.Date or SqlTypeKind.UInteger => 4,
        SqlTypeKind.Text => 2,
        _ => -1,
    };

    bool Pack(ReadOnlySpan<IArrowArray> columns, int count)
    {
        foreach (IArrowArray column in columns)
        {
            if (column.NullCount > 0)
            {
                return false;
            }
        }

        if (packed.Length < count)
        {
            packed = new ulong[count];
        }

        if (!laidOut)
        {
            LayOut(columns);
        }

        packed.AsSpan(0, count).Clear();
        int shift = 0;
        for (int c = 0; c < columns.Length; c++)
        {
            if (!Pack(columns[c], widths[c], shift, packed.AsSpan(0, count)))
            {
                return false;
            }

            shift += widths[c] * 8;
        }

        return true;
    }

    /// <summary>Shares the bytes that are left among the text columns.</summary>
    void LayOut(ReadOnlySpan<IArrowArray> columns)
    {
        laidOut = true;
        int texts = 0;
        foreach (IArrowArray column in columns)
        {
            texts += column is BinaryArray ? 1 : 0;
        }

        int more = texts == 0 ? 0 : (WordBytes - widths.Sum()) / texts;
        for (int c = 0; c < widths.Length; c++)
        {
            widths[c] += columns[c] is BinaryArray ? more : 0;
        }
    }

    static bool Pack(IArrowArray column, int width, int shift, Span<ulong> words)
    {
        switch (width)
        {
            case var _ when column is BinaryArray:
                return PackText(column, width - 1, shift, words);
            case 1:
                Pack<byte>(column, shift, words);
                break;
            case 2:
                Pack<ushort>(column, shift, words);
                break;
            default:
                Pack<uint>(column, shift, words);
                break;
        }

        return true;
    }

    static void Pack<T>(IArrowArray column, int shift, Span<ulong> words)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        ReadOnlySpan<T> values = Cells.Values<T>(column);
        for (int row = 0; row < words.Length; row++)
        {
            words[row] |= ulong.CreateTruncating(values[row]) << shift;
        }
    }

    /// <summary>The length in the lowest byte, then the bytes; false when a text is longer than <paramref name="most"/>.</summary>
    static bool PackText(IArrowArray column, int most, int shift, Span<ulong> words)
    {
        ReadOnlySpan<int> offsets = TakeKernels.OffsetsOf(column.Data);
        ReadOnlySpan<byte> bytes = column.Data.Buffers[2].Span;
        int longest = 0;
        for (int row = 0; row < words.Length; row++)
        {
            longest = Math.Max(longest, offsets[row + 1] - offsets[row]);
        }

        if (longest > most)
        {
            return false;
        }

        for (int row = 0; row < words.Length; row++)
        {
            int start = offsets[row];
            int length = offsets[row + 1] - start;
            ulong text = 0;
            if (bytes.Length - start >= WordBytes)
            {
                text = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), start)) & ((1UL << (length * 8)) - 1);
            }
            else
            {
                for (int i = length - 1; i >= 0; i--)
                {
                    text = (text << 8) | bytes[start + i];
                }
            }

            words[row] |= ((text << 8) | (uint)length) << shift;
        }

        return true;
    }
}
