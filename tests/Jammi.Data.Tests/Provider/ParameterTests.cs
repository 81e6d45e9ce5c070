using System.Collections;
using System.Data;
using System.Data.Common;

namespace Jammi.Data.Tests.Provider;

public class ParameterTests : ProviderTest
{
    [Fact]
    public void A_new_parameter_has_the_defaults_of_ADO_NET()
    {
        DbParameter parameter = Factory.CreateParameter()!;
        Assert.Equal(DbType.String, parameter.DbType);
        Assert.Equal(ParameterDirection.Input, parameter.Direction);
        Assert.False(parameter.IsNullable);
        Assert.Equal(string.Empty, parameter.ParameterName);
        Assert.Equal(0, parameter.Precision);
        Assert.Equal(0, parameter.Scale);
        Assert.Equal(0, parameter.Size);
        Assert.Equal(string.Empty, parameter.SourceColumn);
        Assert.False(parameter.SourceColumnNullMapping);
        Assert.Equal(DataRowVersion.Current, parameter.SourceVersion);
        Assert.Null(parameter.Value);
    }

    [Fact]
    public void Name_and_source_column_are_empty_for_null()
    {
        DbParameter parameter = Factory.CreateParameter()!;
        parameter.ParameterName = null;
        parameter.SourceColumn = null;
        Assert.Equal(string.Empty, parameter.ParameterName);
        Assert.Equal(string.Empty, parameter.SourceColumn);
    }

    [Fact]
    public void ResetDbType_takes_the_type_of_the_value_again()
    {
        DbParameter parameter = Factory.CreateParameter()!;
        parameter.DbType = DbType.Int64;
        parameter.ResetDbType();
        Assert.Equal(DbType.String, parameter.DbType);
        parameter.Value = 1.5;
        Assert.Equal(DbType.Double, parameter.DbType);
    }

    [Theory]
    [InlineData(ParameterDirection.Output)]
    [InlineData(ParameterDirection.InputOutput)]
    [InlineData(ParameterDirection.ReturnValue)]
    public void Output_parameters_are_refused_by_name(ParameterDirection direction)
    {
        var parameter = new JammiParameter("@total", 1);
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => parameter.Direction = direction);
        Assert.Contains("@total", error.Message, StringComparison.Ordinal);
        Assert.Contains(direction.ToString(), error.Message, StringComparison.Ordinal);
        parameter.Direction = ParameterDirection.Input;
    }

    [Theory]
    [InlineData("@p", "@p")]
    [InlineData("@p", "p")]
    [InlineData("@p", "P")]
    [InlineData("@p", ":p")]
    [InlineData(":p", "@p")]
    [InlineData(":p", "p")]
    [InlineData("$p", "@p")]
    [InlineData("$p", "$p")]
    [InlineData("@Straße", "straße")]
    public void Names_match_with_and_without_prefix_ignoring_case(string written, string named) => Assert.Equal(7, Scalar($"SELECT {written}", (named, 7)));

    [Fact]
    public void Places_are_counted()
    {
        using DbDataReader reader = FirstRow("SELECT ?, ?, $1, $2", (string.Empty, 1), (string.Empty, "two"));
        Assert.Equal(1, reader.GetInt32(0));
        Assert.Equal("two", reader.GetString(1));
        Assert.Equal(1, reader.GetInt32(2));
        Assert.Equal("two", reader.GetString(3));
    }

    [Fact]
    public void A_colon_after_an_operand_is_that_of_a_slice()
    {
        using DbDataReader reader = FirstRow("SELECT [1, 2, 3][i:n], [1, 2, 3][:n] FROM (SELECT 2 AS i, 3 AS n) t", ("n", 2));
        Assert.Equal([2, 3], reader.GetFieldValue<int[]>(0));
        Assert.Equal(2, reader.GetInt32(1));
    }

    [Fact]
    public void A_parameter_may_be_used_several_times() => Assert.Equal(14, Scalar("SELECT @a + @A", ("a", 7)));

    [Fact]
    public void A_name_that_is_not_given_is_an_error_that_names_it()
    {
        using DbCommand command = Command("SELECT @Parameter;", (string.Empty, 1));
        JammiException error = Assert.Throws<JammiException>(() => command.ExecuteNonQuery());
        Assert.Contains("@Parameter", error.Message, StringComparison.Ordinal);
        Assert.Equal("07001", error.SqlState);
    }

    [Fact]
    public void A_value_of_null_is_refused_and_DBNull_is_NULL()
    {
        Assert.Throws<InvalidOperationException>(() => Scalar("SELECT @Parameter;", ("@Parameter", null)));
        Assert.Same(DBNull.Value, Scalar("SELECT @Parameter;", ("@Parameter", DBNull.Value)));
    }

    [Fact]
    public void Parameters_that_are_not_used_are_ignored() => Assert.Equal(1, Scalar("SELECT 1;", ("@Unknown", 1)));

    [Fact]
    public void Streams_and_byte_arrays_are_blobs()
    {
        Assert.Equal(new byte[] { 1, 2 }, Scalar("SELECT @p", ("p", new byte[] { 1, 2 })));
        using var stream = new MemoryStream([3, 4, 5]);
        Assert.Equal(new byte[] { 3, 4, 5 }, Scalar("SELECT @p", ("p", stream)));
    }

    [Fact]
    public void An_untyped_NULL_takes_the_type_of_its_place()
    {
        Run("CREATE TABLE t (a INTEGER, b TEXT)");
        using DbCommand command = Command("INSERT INTO t VALUES (@a, @b)", ("a", DBNull.Value), ("b", DBNull.Value));
        Assert.Equal(1, command.ExecuteNonQuery());
        Assert.Equal(1L, Scalar("SELECT count(*) FROM t WHERE a IS NULL AND b IS NULL"));
    }

    [Theory]
    [InlineData(DbType.Int32, "42", 42)]
    [InlineData(DbType.Int64, 42, 42L)]
    [InlineData(DbType.Int16, 42L, (short)42)]
    [InlineData(DbType.Byte, 42, (byte)42)]
    [InlineData(DbType.SByte, 42, (sbyte)42)]
    [InlineData(DbType.UInt16, 42, (ushort)42)]
    [InlineData(DbType.UInt32, 42, 42u)]
    [InlineData(DbType.UInt64, 42, 42ul)]
    [InlineData(DbType.Double, 42, 42d)]
    [InlineData(DbType.Single, 42, 42f)]
    [InlineData(DbType.Boolean, 1, true)]
    [InlineData(DbType.String, 42, "42")]
    [InlineData(DbType.AnsiString, true, "true")]
    [InlineData(DbType.StringFixedLength, 1.5, "1.5")]
    public void A_value_is_converted_to_the_declared_type(DbType type, object value, object expected)
    {
        using DbCommand command = Command("SELECT @p", ("p", value));
        command.Parameters[0].DbType = type;
        Assert.Equal(expected, command.ExecuteScalar());
    }

    [Fact]
    public void Calendar_values_are_converted_to_the_declared_type()
    {
        var moment = new DateTime(2024, 5, 6, 7, 8, 9);
        Assert.Equal(moment.Date, Declared(DbType.Date, moment));
        Assert.Equal(moment.TimeOfDay, Declared(DbType.Time, moment));
        Assert.Equal(moment.Date, Declared(DbType.DateTime, new DateOnly(2024, 5, 6)));
        Assert.Equal(moment, Declared(DbType.DateTime2, new DateTimeOffset(moment, TimeSpan.Zero)));
        Assert.Equal(new DateTimeOffset(moment, TimeSpan.Zero), Declared(DbType.DateTimeOffset, DateTime.SpecifyKind(moment, DateTimeKind.Utc)));
        Assert.Equal(moment.TimeOfDay, Declared(DbType.Time, moment.TimeOfDay));
        Assert.Equal("2024-05-06 07:08:09", Declared(DbType.String, moment));
        Assert.Equal(Guid.Empty, Declared(DbType.Guid, Guid.Empty.ToString()));
        Assert.Equal("00000000-0000-0000-0000-000000000000", Declared(DbType.String, Guid.Empty));
    }

    [Theory]
    [InlineData(DbType.Byte, 256)]
    [InlineData(DbType.Int32, "many")]
    [InlineData(DbType.Guid, "no guid")]
    [InlineData(DbType.Guid, 5)]
    [InlineData(DbType.Date, 5)]
    [InlineData(DbType.Binary, "text")]
    public void A_value_that_has_no_form_in_the_declared_type_is_refused(DbType type, object value)
    {
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => Declared(type, value));
        Assert.Contains("'p'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Size_cuts_texts_and_blobs()
    {
        using DbCommand command = Command("SELECT @a, @b", ("a", "abcdef"), ("b", new byte[] { 1, 2, 3 }));
        command.Parameters[0].Size = 3;
        command.Parameters[1].Size = 2;
        using DbDataReader reader = command.ExecuteReader();
        reader.Read();
        Assert.Equal("abc", reader.GetString(0));
        Assert.Equal(new byte[] { 1, 2 }, reader.GetValue(1));
    }

    [Fact]
    public void Precision_and_scale_fix_the_type_of_a_decimal()
    {
        using DbCommand command = Command("SELECT @p", ("p", 1.23456m));
        command.Parameters[0].Precision = 10;
        command.Parameters[0].Scale = 2;
        using (DbDataReader reader = command.ExecuteReader())
        {
            reader.Read();
            Assert.Equal("DECIMAL(10,2)", reader.GetDataTypeName(0));
            Assert.Equal(1.23m, reader.GetDecimal(0));
        }

        command.Parameters[0].Value = 12345678901m;
        Assert.Throws<NotSupportedException>(() => command.ExecuteScalar());
    }

    [Fact]
    public void A_currency_has_four_digits_after_the_point()
    {
        using DbCommand command = Command("SELECT @p", ("p", 1.23456m));
        command.Parameters[0].DbType = DbType.Currency;
        Assert.Equal(1.2346m, command.ExecuteScalar());
    }

    [Fact]
    public void The_collection_refuses_null()
    {
        using DbCommand command = Factory.CreateCommand()!;
        DbParameterCollection parameters = command.Parameters;
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = "@param";
        parameters.Add(parameter);
        Assert.Throws<ArgumentNullException>(() => parameters.Add(null!));
        Assert.Throws<ArgumentNullException>(() => parameters.Insert(0, null!));
        Assert.Throws<ArgumentNullException>(() => parameters.Remove(null!));
        Assert.Throws<ArgumentNullException>(() => parameters.AddRange(null!));
        Assert.Throws<ArgumentNullException>(() => parameters["@param"] = null!);
        Assert.Throws<ArgumentNullException>(() => parameters[0] = null!);
        Assert.Throws<ArgumentNullException>(() => ((IList)parameters)[0] = null);
        Assert.Throws<ArgumentNullException>(() => ((IDataParameterCollection)parameters)["@param"] = null!);
        Assert.Same(parameter, Assert.Single(parameters.Cast<DbParameter>()));
    }

    [Fact]
    public void Looking_for_null_finds_nothing()
    {
        using DbCommand command = Factory.CreateCommand()!;
        Assert.False(command.Parameters.Contains((object)null!));
        Assert.False(command.Parameters.Contains((string)null!));
        Assert.Equal(-1, command.Parameters.IndexOf((object)null!));
        Assert.Equal(-1, command.Parameters.IndexOf((string)null!));
    }

    [Fact]
    public void Places_and_names_out_of_range_are_ArgumentOutOfRangeExceptions()
    {
        using DbCommand command = Factory.CreateCommand()!;
        DbParameterCollection parameters = command.Parameters;
        Assert.Throws<ArgumentOutOfRangeException>(() => parameters.RemoveAt(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => parameters.RemoveAt(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => parameters[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => parameters["@nothing"]);
        Assert.Throws<ArgumentOutOfRangeException>(() => parameters.RemoveAt("@nothing"));
        Assert.Throws<ArgumentException>(() => parameters.Remove(command.CreateParameter()));
    }

    [Fact]
    public void The_collection_adds_finds_and_removes()
    {
        using JammiCommand command = new();
        JammiParameter a = command.Parameters.AddWithValue("@a", 1);
        JammiParameter b = command.Parameters.Add("b", DbType.Int64);
        Assert.Equal(2, command.Parameters.Count);
        Assert.Same(a, command.Parameters["A"]);
        Assert.Same(b, command.Parameters[1]);
        Assert.Equal(1, command.Parameters.IndexOf("@B"));
        Assert.Equal(0, command.Parameters.IndexOf(a));
        Assert.True(command.Parameters.Contains("$a"));
        command.Parameters.Insert(0, new JammiParameter("c", 3));
        command.Parameters.Remove(a);
        command.Parameters.RemoveAt("b");
        Assert.Equal("c", Assert.Single(command.Parameters.Cast<JammiParameter>()).ParameterName);
        command.Parameters.AddRange(new[] { a, b });
        Assert.Equal(3, command.Parameters.Count);
        var copy = new JammiParameter[3];
        command.Parameters.CopyTo(copy, 0);
        Assert.Same(b, copy[2]);
        command.Parameters.Clear();
        Assert.Empty(command.Parameters);
    }

    [Fact]
    public void A_clone_has_everything_and_belongs_to_no_collection()
    {
        var parameter = new JammiParameter("@p", DbType.Decimal, 0, "price") { Precision = 10, Scale = 2, Value = 1.5m, SourceVersion = DataRowVersion.Original };
        JammiParameter clone = parameter.Clone();
        Assert.Equal(("@p", DbType.Decimal, "price", (byte)10, (byte)2, DataRowVersion.Original), (clone.ParameterName, clone.DbType, clone.SourceColumn, clone.Precision, clone.Scale, clone.SourceVersion));
        clone.Value = 2m;
        Assert.Equal(1.5m, parameter.Value);
    }

    object? Declared(DbType type, object value)
    {
        using DbCommand command = Command("SELECT @p", ("p", value));
        command.Parameters[0].DbType = type;
        return command.ExecuteScalar();
    }
}
