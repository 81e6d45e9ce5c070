using System.Data.Common;
using System.Globalization;
using System.Reflection;

namespace Jammi.Data.Tests.Provider;

/// <summary>Every getter on a value of every type: either exactly this value, or exactly this exception; by the getter, by GetFieldValue and by GetFieldValueAsync.</summary>
public class ConversionTests : ProviderTest
{
    static readonly Guid SomeGuid = Guid.Parse("33221100-5544-7766-8899-aabbccddeeff");

    /// <summary>A value of a column: its type, its SQL, and what GetValue gives.</summary>
    public sealed record Sample(string Name, string Sql, Type FieldType, object? Value)
    {
        public override string ToString() => Name;
    }

    static readonly Sample[] Samples =
    [
        Of("empty Binary", "X''", Array.Empty<byte>()),
        Of("zero Binary", "X'00'", new byte[] { 0 }),
        Of("one Binary", "X'11'", new byte[] { 0x11 }),
        Of("zero Boolean", "CAST(0 AS BOOLEAN)", false),
        Of("one Boolean", "CAST(1 AS BOOLEAN)", true),
        Of("zero Byte", "CAST(0 AS UTINYINT)", (byte)0),
        Of("one Byte", "CAST(1 AS UTINYINT)", (byte)1),
        Of("maximum Byte", "CAST(255 AS UTINYINT)", byte.MaxValue),
        Of("minimum SByte", "CAST(-128 AS TINYINT)", sbyte.MinValue),
        Of("one SByte", "CAST(1 AS TINYINT)", (sbyte)1),
        Of("maximum SByte", "CAST(127 AS TINYINT)", sbyte.MaxValue),
        Of("minimum Int16", "CAST(-32768 AS SMALLINT)", short.MinValue),
        Of("zero Int16", "CAST(0 AS SMALLINT)", (short)0),
        Of("one Int16", "CAST(1 AS SMALLINT)", (short)1),
        Of("maximum Int16", "CAST(32767 AS SMALLINT)", short.MaxValue),
        Of("zero UInt16", "CAST(0 AS USMALLINT)", (ushort)0),
        Of("one UInt16", "CAST(1 AS USMALLINT)", (ushort)1),
        Of("maximum UInt16", "CAST(65535 AS USMALLINT)", ushort.MaxValue),
        Of("minimum Int32", "CAST(-2147483648 AS INTEGER)", int.MinValue),
        Of("zero Int32", "CAST(0 AS INTEGER)", 0),
        Of("one Int32", "CAST(1 AS INTEGER)", 1),
        Of("maximum Int32", "CAST(2147483647 AS INTEGER)", int.MaxValue),
        Of("zero UInt32", "CAST(0 AS UINTEGER)", 0u),
        Of("one UInt32", "CAST(1 AS UINTEGER)", 1u),
        Of("maximum UInt32", "CAST(4294967295 AS UINTEGER)", uint.MaxValue),
        Of("minimum Int64", "CAST(-9223372036854775808 AS BIGINT)", long.MinValue),
        Of("zero Int64", "CAST(0 AS BIGINT)", 0L),
        Of("one Int64", "CAST(1 AS BIGINT)", 1L),
        Of("maximum Int64", "CAST(9223372036854775807 AS BIGINT)", long.MaxValue),
        Of("zero UInt64", "CAST(0 AS UBIGINT)", 0ul),
        Of("one UInt64", "CAST(1 AS UBIGINT)", 1ul),
        Of("maximum UInt64", "CAST(18446744073709551615 AS UBIGINT)", ulong.MaxValue),
        Of("zero Single", "CAST(0 AS REAL)", 0f),
        Of("one Single", "CAST(1 AS REAL)", 1f),
        Of("minimum Single", "CAST(1.18e-38 AS REAL)", 1.18e-38f),
        Of("maximum Single", "CAST(3.40e38 AS REAL)", 3.40e38f),
        Of("zero Double", "CAST(0 AS DOUBLE)", 0d),
        Of("one Double", "CAST(1 AS DOUBLE)", 1d),
        Of("minimum Double", "CAST(2.23e-308 AS DOUBLE)", 2.23e-308),
        Of("maximum Double", "CAST(1.79e308 AS DOUBLE)", 1.79e308),
        Of("zero Decimal", "CAST(0 AS DECIMAL(38,15))", 0m),
        Of("one Decimal", "CAST(1 AS DECIMAL(38,15))", 1m),
        Of("minimum Decimal", "CAST(0.000000000000001 AS DECIMAL(38,15))", 0.000000000000001m),
        Of("maximum Decimal", "CAST(99999999999999999999.999999999999999 AS DECIMAL(38,15))", 100000000000000000000m),
        Of("minimum Currency", "CAST(-922337203685477.5808 AS DECIMAL(19,4))", -922337203685477.5808m),
        Of("maximum Currency", "CAST(922337203685477.5807 AS DECIMAL(19,4))", 922337203685477.5807m),
        Of("empty String", "''", string.Empty),
        Of("zero String", "'0'", "0"),
        Of("one String", "'1'", "1"),
        Of("zero Guid", "CAST('00000000-0000-0000-0000-000000000000' AS UUID)", Guid.Empty),
        Of("one Guid", "CAST('11111111-1111-1111-1111-111111111111' AS UUID)", Guid.Parse("11111111-1111-1111-1111-111111111111")),
        Of("some Guid", "CAST('33221100-5544-7766-8899-aabbccddeeff' AS UUID)", SomeGuid),
        Of("one Date", "CAST('1111-11-11' AS DATE)", new DateTime(1111, 11, 11)),
        Of("minimum Date", "CAST('0001-01-01' AS DATE)", DateTime.MinValue),
        Of("maximum Date", "CAST('9999-12-31' AS DATE)", new DateTime(9999, 12, 31)),
        Of("one DateTime", "CAST('1111-11-11 11:11:11.111' AS TIMESTAMP)", new DateTime(1111, 11, 11, 11, 11, 11, 111)),
        Of("minimum DateTime", "CAST('0001-01-01 00:00:00' AS TIMESTAMP)", DateTime.MinValue),
        Of("maximum DateTime", "CAST('9999-12-31 23:59:59.999' AS TIMESTAMP)", new DateTime(9999, 12, 31, 23, 59, 59, 999)),
        Of("one DateTimeOffset", "CAST('1111-11-11 11:11:11.111+11:11' AS TIMESTAMP WITH TIME ZONE)", new DateTimeOffset(1111, 11, 11, 11, 11, 11, 111, new TimeSpan(11, 11, 0))),
        Of("minimum DateTimeOffset", "CAST('0001-01-01 00:00:00-14:00' AS TIMESTAMP WITH TIME ZONE)", new DateTimeOffset(1, 1, 1, 0, 0, 0, new TimeSpan(-14, 0, 0))),
        Of("maximum DateTimeOffset", "CAST('9999-12-31 23:59:59.999+14:00' AS TIMESTAMP WITH TIME ZONE)", new DateTimeOffset(9999, 12, 31, 23, 59, 59, 999, new TimeSpan(14, 0, 0))),
        Of("zero Time", "CAST('00:00:00' AS TIME)", TimeSpan.Zero),
        Of("one Time", "CAST('11:11:11.111' AS TIME)", new TimeSpan(0, 11, 11, 11, 111)),
        Of("maximum Time", "CAST('23:59:59.999' AS TIME)", new TimeSpan(0, 23, 59, 59, 999)),
        new("null Boolean", "CAST(NULL AS BOOLEAN)", typeof(bool), null),
        new("null Byte", "CAST(NULL AS UTINYINT)", typeof(byte), null),
        new("null SByte", "CAST(NULL AS TINYINT)", typeof(sbyte), null),
        new("null Int16", "CAST(NULL AS SMALLINT)", typeof(short), null),
        new("null UInt16", "CAST(NULL AS USMALLINT)", typeof(ushort), null),
        new("null Int32", "CAST(NULL AS INTEGER)", typeof(int), null),
        new("null UInt32", "CAST(NULL AS UINTEGER)", typeof(uint), null),
        new("null Int64", "CAST(NULL AS BIGINT)", typeof(long), null),
        new("null UInt64", "CAST(NULL AS UBIGINT)", typeof(ulong), null),
        new("null Single", "CAST(NULL AS REAL)", typeof(float), null),
        new("null Double", "CAST(NULL AS DOUBLE)", typeof(double), null),
        new("null Decimal", "CAST(NULL AS DECIMAL(38,15))", typeof(decimal), null),
        new("null Currency", "CAST(NULL AS DECIMAL(19,4))", typeof(decimal), null),
        new("null String", "CAST(NULL AS TEXT)", typeof(string), null),
        new("null Binary", "CAST(NULL AS BLOB)", typeof(byte[]), null),
        new("null Guid", "CAST(NULL AS UUID)", typeof(Guid), null),
        new("null Date", "CAST(NULL AS DATE)", typeof(DateTime), null),
        new("null DateTime", "CAST(NULL AS TIMESTAMP)", typeof(DateTime), null),
        new("null DateTimeOffset", "CAST(NULL AS TIMESTAMP WITH TIME ZONE)", typeof(DateTimeOffset), null),
        new("null Time", "CAST(NULL AS TIME)", typeof(TimeSpan), null),
    ];

    /// <summary>The typed getters, with what each must give for a sample's value: a value, or the type of an exception.</summary>
    static readonly Dictionary<string, (Type Result, Func<DbDataReader, object> Get, Func<object, object> Expected)> Getters = new()
    {
        ["GetBoolean"] = (typeof(bool), r => r.GetBoolean(0), OwnType<bool>),
        ["GetByte"] = (typeof(byte), r => r.GetByte(0), OwnType<byte>),
        ["GetChar"] = (typeof(char), r => r.GetChar(0), v => v is string { Length: > 0 } text ? text[0] : typeof(InvalidCastException)),
        ["GetDateTime"] = (typeof(DateTime), r => r.GetDateTime(0), OwnType<DateTime>),
        ["GetDecimal"] = (typeof(decimal), r => r.GetDecimal(0), OwnType<decimal>),
        ["GetDouble"] = (typeof(double), r => r.GetDouble(0), v => v switch
        {
            double d => d,
            float f => (double)f,
            decimal m => (double)m,
            _ => typeof(InvalidCastException),
        }),
        ["GetFloat"] = (typeof(float), r => r.GetFloat(0), v => v switch
        {
            float f => f,
            decimal m => (float)m,
            _ => typeof(InvalidCastException),
        }),
        ["GetGuid"] = (typeof(Guid), r => r.GetGuid(0), OwnType<Guid>),
        ["GetInt16"] = (typeof(short), r => r.GetInt16(0), Integer<short>),
        ["GetInt32"] = (typeof(int), r => r.GetInt32(0), Integer<int>),
        ["GetInt64"] = (typeof(long), r => r.GetInt64(0), Integer<long>),
        ["GetString"] = (typeof(string), r => r.GetString(0), OwnType<string>),
    };

    public static TheoryData<string, string> GettersAndSamples
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string getter in Getters.Keys)
            {
                foreach (Sample sample in Samples)
                {
                    data.Add(getter, sample.Name);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> SampleNames => [.. Samples.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(GettersAndSamples))]
    public void A_getter_gives_its_value_or_refuses(string getter, string sampleName)
    {
        Sample sample = Find(sampleName);
        (_, Func<DbDataReader, object> get, Func<object, object> expected) = Getters[getter];
        using DbDataReader reader = FirstRow("SELECT " + sample.Sql);
        Check(sample.Value is null ? typeof(InvalidCastException) : expected(sample.Value), () => get(reader));
    }

    [Theory]
    [MemberData(nameof(GettersAndSamples))]
    public void GetFieldValue_gives_what_the_getter_gives(string getter, string sampleName)
    {
        Sample sample = Find(sampleName);
        (Type result, _, Func<object, object> expected) = Getters[getter];
        using DbDataReader reader = FirstRow("SELECT " + sample.Sql);
        Check(sample.Value is null ? typeof(InvalidCastException) : expected(sample.Value), () => FieldValue(reader, result));
    }

    [Theory]
    [MemberData(nameof(GettersAndSamples))]
    public async Task GetFieldValueAsync_gives_what_the_getter_gives(string getter, string sampleName)
    {
        Sample sample = Find(sampleName);
        (Type result, _, Func<object, object> expected) = Getters[getter];
        await using DbDataReader reader = await Command("SELECT " + sample.Sql).ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        object wanted = sample.Value is null ? typeof(InvalidCastException) : expected(sample.Value);
        if (wanted is Type exception)
        {
            await Assert.ThrowsAsync(exception, () => FieldValueAsync(reader, result));
        }
        else
        {
            Assert.Equal(wanted, await FieldValueAsync(reader, result));
        }
    }

    [Theory]
    [MemberData(nameof(SampleNames))]
    public void GetFieldType_and_GetValue_give_the_exact_type(string sampleName)
    {
        Sample sample = Find(sampleName);
        using DbDataReader reader = FirstRow("SELECT " + sample.Sql);
        Assert.Equal(sample.FieldType, reader.GetFieldType(0));
        object value = reader.GetValue(0);
        Assert.Equal(sample.Value ?? DBNull.Value, value);
        if (sample.Value is not null)
        {
            Assert.IsType(sample.FieldType, value);
            Assert.Equal(sample.Value, FieldValue(reader, sample.FieldType));
            Assert.Equal(sample.Value, FieldValue(reader, typeof(object)));
        }
        else
        {
            Assert.True(reader.IsDBNull(0));
        }
    }

    [Theory]
    [MemberData(nameof(SampleNames))]
    public void The_nullable_form_of_a_value_type_is_null_for_NULL(string sampleName)
    {
        Sample sample = Find(sampleName);
        if (sample.FieldType.IsValueType)
        {
            using DbDataReader reader = FirstRow("SELECT " + sample.Sql);
            Assert.Equal(sample.Value, FieldValueOrNull(reader, typeof(Nullable<>).MakeGenericType(sample.FieldType)));
        }
    }

    [Fact]
    public void A_decimal_of_35_digits_is_rounded_to_29()
    {
        using DbDataReader reader = FirstRow("SELECT CAST('12345678901234567890.123456789012345' AS DECIMAL(38,15))");
        Assert.Equal(12345678901234567890.123456789m, reader.GetDecimal(0));
    }

    static Sample Of(string name, string sql, object value) => new(name, sql, value.GetType(), value);

    static Sample Find(string name) => Samples.Single(s => s.Name == name);

    static object OwnType<T>(object value) => value is T ? value : typeof(InvalidCastException);

    static object Integer<T>(object value)
        where T : System.Numerics.INumber<T>
    {
        if (value is not (sbyte or byte or short or ushort or int or uint or long or ulong))
        {
            return typeof(InvalidCastException);
        }

        var number = Int128.Parse(Convert.ToString(value, CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture);
        try
        {
            return T.CreateChecked(number);
        }
        catch (OverflowException)
        {
            return typeof(OverflowException);
        }
    }

    static void Check(object expected, Func<object> get)
    {
        if (expected is Type exception)
        {
            Assert.Throws(exception, get);
        }
        else
        {
            Assert.Equal(expected, get());
        }
    }

    static object FieldValue(DbDataReader reader, Type type) => FieldValueOrNull(reader, type)!;

    static object? FieldValueOrNull(DbDataReader reader, Type type)
    {
        try
        {
            return typeof(DbDataReader).GetMethod(nameof(DbDataReader.GetFieldValue))!.MakeGenericMethod(type).Invoke(reader, [0]);
        }
        catch (TargetInvocationException error)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error.InnerException!);
            throw;
        }
    }

    static async Task<object> FieldValueAsync(DbDataReader reader, Type type)
    {
        MethodInfo method = typeof(DbDataReader).GetMethod(nameof(DbDataReader.GetFieldValueAsync), [typeof(int)])!.MakeGenericMethod(type);
        var task = (Task)method.Invoke(reader, [0])!;
        await task;
        return task.GetType().GetProperty("Result")!.GetValue(task)!;
    }
}
