using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Lists;

/// <summary>
/// Items of lists as numbers: equal items of any type have equal codes, so that searching compares integers. Built over one batch with a hash table.
/// </summary>
internal sealed class ItemCodes
{
    /// <summary>The code of NULL.</summary>
    public const int Null = -1;

    /// <summary>The code of what is sought when no list has it.</summary>
    const int Absent = -2;

    readonly int[] items;
    readonly int[] sought;
    readonly bool constant;
    readonly int distinct;

    /// <summary>Codes of <paramref name="items"/>, and of values to be found among them.</summary>
    public ItemCodes(SqlType type, IArrowArray items, ColumnarValue? sought = null)
    {
        var table = new GroupTable([type]);
        this.items = new int[items.Length];
        table.FindOrAdd([items], items.Length, this.items);
        MarkNulls(items, this.items);
        distinct = table.Count;
        this.sought = [];
        if (sought is { } value)
        {
            constant = value.IsConstant;
            this.sought = new int[value.Array.Length];
            table.Find([value.Array], value.Array.Length, this.sought);
            for (int i = 0; i < this.sought.Length; i++)
            {
                this.sought[i] = this.sought[i] < 0 ? Absent : this.sought[i];
            }

            MarkNulls(value.Array, this.sought);
        }
    }

    /// <summary>The code of an item.</summary>
    public int this[int item] => items[item];

    /// <summary>The code of a row's sought value.</summary>
    public int Sought(int row) => sought[constant ? 0 : row];

    /// <summary>The place of a code among items, from 0, or -1; <paramref name="passedNull"/>: whether a NULL was seen on the way.</summary>
    public int Find(int start, int count, int code, out bool passedNull)
    {
        passedNull = false;
        ReadOnlySpan<int> row = items.AsSpan(start, count);
        int at = row.IndexOf(code);
        passedNull = (at < 0 ? row : row[..at]).Contains(Null);
        return at;
    }

    /// <summary>Which codes occur among items.</summary>
    public bool[] Members(int start, int count, out bool hasNull)
    {
        var members = new bool[distinct];
        hasNull = false;
        foreach (int code in items.AsSpan(start, count))
        {
            if (code == Null)
            {
                hasNull = true;
            }
            else
            {
                members[code] = true;
            }
        }

        return members;
    }

    static void MarkNulls(IArrowArray array, int[] codes)
    {
        if (array is NullArray)
        {
            System.Array.Fill(codes, Null);
            return;
        }

        for (int i = 0; array.NullCount > 0 && i < codes.Length; i++)
        {
            codes[i] = array.IsNull(i) ? Null : codes[i];
        }
    }
}
