using Apache.Arrow;
using Apache.Arrow.Types;

namespace Jammi.Tpch;

/// <summary>Collects rows, value by value in column order, into record batches.</summary>
/// <param name="wanted">Columns that are kept; all if null.</param>
/// <param name="columns">Those that a row has.</param>
sealed class RowWriter(IReadOnlyCollection<string>? wanted, (string Name, IArrowType Type)[] columns)
{
    static readonly DateTime Epoch = DateTime.UnixEpoch;

    readonly Schema schema = new([.. columns.Where(c => IsWanted(c.Name, wanted)).Select(c => new Field(c.Name, c.Type, nullable: false))], metadata: null);
    readonly IArrowArrayBuilder?[] builders = [.. columns.Select(c => IsWanted(c.Name, wanted) ? Builder(c.Type) : null)];
    int column;

    public static IArrowType Money { get; } = new Decimal128Type(15, 2);

    public int Rows { get; private set; }

    public RowWriter Add(int value)
    {
        ((Int32Array.Builder?)Next())?.Append(value);
        return this;
    }

    public RowWriter Add(string value)
    {
        ((StringArray.Builder?)Next())?.Append(value);
        return this;
    }

    /// <summary>An amount in hundredths.</summary>
    public RowWriter AddMoney(long hundredths)
    {
        ((Decimal128Array.Builder?)Next())?.Append(new decimal(hundredths) / 100m);
        return this;
    }

    /// <summary>A day, counted from 1970.</summary>
    public RowWriter AddDay(int day)
    {
        ((Date32Array.Builder?)Next())?.Append(Epoch.AddDays(day));
        return this;
    }

    public void EndRow()
    {
        if (column != builders.Length)
        {
            throw new InvalidOperationException($"A row has {column} values for {builders.Length} columns.");
        }

        column = 0;
        Rows++;
    }

    public RecordBatch Take()
    {
        var arrays = new List<IArrowArray>();
        for (int i = 0; i < builders.Length; i++)
        {
            if (builders[i] is { } builder)
            {
                arrays.Add(Build(builder));
                builders[i] = Builder(columns[i].Type);
            }
        }

        var batch = new RecordBatch(schema, arrays, Rows);
        Rows = 0;
        return batch;
    }

    /// <summary>Null for a column that is not wanted.</summary>
    IArrowArrayBuilder? Next() => builders[column++];

    static bool IsWanted(string column, IReadOnlyCollection<string>? wanted) => wanted?.Contains(column) ?? true;

    static IArrowArrayBuilder Builder(IArrowType type) => type switch
    {
        Int32Type => new Int32Array.Builder(),
        Date32Type => new Date32Array.Builder(),
        Decimal128Type money => new Decimal128Array.Builder(money),
        _ => new StringArray.Builder(),
    };

    static IArrowArray Build(IArrowArrayBuilder builder) => builder switch
    {
        Int32Array.Builder whole => whole.Build(),
        Date32Array.Builder day => day.Build(),
        Decimal128Array.Builder money => money.Build(),
        _ => ((StringArray.Builder)builder).Build(),
    };
}
