using CsCheck;
using Jammi.Sql.Execution;
using Jammi.Sql.Types;

namespace Jammi.Sql.Tests.Files;

/// <summary>What COPY writes, COPY reads back: every SQL type through every format, with NULLs and the values at the edges.</summary>
public class RoundTripTests : FileTest
{
    static readonly Gen<string> Text = Gen.Frequency((2, Gen.Char.Where(c => !char.IsSurrogate(c))), (3, Gen.Char[",;\"'\r\n\t\\\0\uFFFF\uFEFF #aé"])).Array[0, 6].Select(c => new string(c));

    static readonly Gen<DateTime> Moment = Gen.Long[-62_135_596_800_000_000, 253_402_300_799_999_999].Select(us => DateTime.UnixEpoch.AddTicks(us * 10));

    static readonly (SqlType Type, Gen<object?> Values)[] Kinds =
    [
        (SqlType.Boolean, Boxed(Gen.Bool)),
        (SqlType.TinyInt, Boxed(Gen.SByte)),
        (SqlType.SmallInt, Boxed(Gen.Short)),
        (SqlType.Integer, Boxed(Gen.Int)),
        (SqlType.BigInt, Boxed(Gen.Long)),
        (SqlType.UTinyInt, Boxed(Gen.Byte)),
        (SqlType.USmallInt, Boxed(Gen.UShort)),
        (SqlType.UInteger, Boxed(Gen.UInt)),
        (SqlType.UBigInt, Boxed(Gen.ULong)),
        (SqlType.Real, Boxed(Gen.Float)),
        (SqlType.Double, Boxed(Gen.Double)),
        (SqlType.Decimal(9, 2), Boxed(Gen.Int[-999_999_999, 999_999_999].Select(i => (Int128)i))),
        (SqlType.Decimal(38, 10), Boxed(Gen.Select(Gen.Long, Gen.Long, (a, b) => (Int128)a * b / 10))),
        (SqlType.Text, Boxed(Text)),
        (SqlType.Blob, Boxed(Gen.Byte.Array[0, 6])),
        (SqlType.Date, Boxed(Moment.Select(m => DateOnly.FromDateTime(m)))),
        (SqlType.Time, Boxed(Gen.Long[0, 863_999_999_999].Select(ticks => new TimeOnly(ticks)))),
        (SqlType.Timestamp, Boxed(Moment)),
        (SqlType.TimestampTz, Boxed(Moment.Select(m => new DateTimeOffset(m, TimeSpan.Zero)))),
        (SqlType.Interval, Boxed(Gen.Select(Gen.Int[-5000, 5000], Gen.Int[-5000, 5000], Gen.Long[-86_400_000_000_000, 86_400_000_000_000], (m, d, ns) => new SqlInterval(m, d, ns)))),
        (SqlType.Uuid, Boxed(Gen.Guid)),
        (SqlType.Vector(3), Boxed(Gen.Float[-1e6f, 1e6f].Array[3])),
        (SqlType.HalfVector(3), Boxed(Gen.Float[-6e4f, 6e4f].Select(x => (Half)x).Array[3])),
        (SqlType.List(SqlType.Integer), Boxed(Boxed(Gen.Int).Array[0, 4])),
        (SqlType.List(SqlType.Text), Boxed(Boxed(Text).Array[0, 4])),
        (SqlType.List(SqlType.List(SqlType.Double)), Boxed(Boxed(Boxed(Gen.Double[-1e9, 1e9]).Array[0, 3]).Array[0, 3])),
        (SqlType.List(SqlType.Uuid), Boxed(Boxed(Gen.Guid).Array[0, 3])),
        (SqlType.List(SqlType.Interval), Boxed(Boxed(Gen.Int[0, 100].Select(d => new SqlInterval(1, d, 0))).Array[0, 3])),
        (SqlType.List(SqlType.Vector(2)), Boxed(Boxed(Gen.Float[-10, 10].Array[2]).Array[0, 3])),
        (SqlType.List(SqlType.HalfVector(2)), Boxed(Boxed(Gen.Float[-10, 10].Select(x => (Half)x).Array[2]).Array[0, 3])),
    ];

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string format in (string[])["csv", "json", "parquet", "arrow"])
            {
                for (int i = 0; i < Kinds.Length; i++)
                {
                    cases.Add(format, i);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rows_are_the_same_after_copy_to_and_copy_from(string format, int kind)
    {
        (SqlType type, Gen<object?> values) = Kinds[kind];
        Run($"CREATE TABLE t (n INTEGER, v {type}); CREATE TABLE u (n INTEGER, v {type})");
        int rounds = type == SqlType.Text ? 40 : 8;
        values.Array[0, 20].Sample(rows => Assert.Equal(Copied(format, type, rows, columns: "n, v"), Direct()), iter: rounds, threads: 1);
        values.Array[1, 5].Sample(rows => Assert.Equal(Copied(format, type, rows, columns: "v"), Direct("v")), iter: rounds / 2, threads: 1);
    }

    /// <summary>Fills t, sends it through a file into u, and gives what u holds.</summary>
    string[] Copied(string format, SqlType type, object?[] rows, string columns)
    {
        Run("TRUNCATE t; TRUNCATE u");
        Fill(type, rows);
        Assert.Equal(rows.Length, Run($"COPY t ({columns}) TO '{{d}}/t.{format}'"));
        if (format is "parquet" or "arrow")
        {
            Assert.Equal(Columns($"SELECT {columns} FROM t"), Columns($"SELECT * FROM '{{d}}/t.{format}'"));
        }

        Assert.Equal(rows.Length, Run($"COPY u ({columns}) FROM '{{d}}/t.{format}'"));
        return Query($"SELECT {columns} FROM u");
    }

    string[] Direct(string columns = "n, v") => Query($"SELECT {columns} FROM t");

    void Fill(SqlType type, object?[] rows) =>
        Insert("t", new ColumnBatch([ColumnFactory.FromObjects(SqlType.Integer, [.. Enumerable.Range(0, rows.Length).Select(i => (object?)i)]), ColumnFactory.FromObjects(type, rows)], rows.Length));

    static Gen<object?> Boxed<T>(Gen<T> values) => Gen.Frequency((1, Gen.Const((object?)null)), (5, values.Select(v => (object?)v)));
}
