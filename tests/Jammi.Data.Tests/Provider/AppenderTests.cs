using System.Data;
using System.Data.Common;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Jammi.Data.Tests.Provider;

public class AppenderTests : ProviderTest
{
    JammiConnection Own => (JammiConnection)Connection;

    [Fact]
    public void Rows_of_typed_values_are_in_the_table_when_the_appender_is_closed()
    {
        Run("CREATE TABLE t (id INTEGER, name TEXT, price DECIMAL(10, 2), at TIMESTAMP, on_sale BOOLEAN, picture BLOB, v FLOAT[2])");
        using (JammiAppender appender = Own.CreateAppender("t"))
        {
            for (int i = 0; i < 5000; i++)
            {
                appender.Append(i).Append($"n{i}").Append(i / 4m).Append(DateTime.UnixEpoch.AddHours(i)).Append(i % 2 == 0).Append(new byte[] { (byte)i }).Append(new[] { i, 0.5f });
                appender.EndRow();
            }

            Assert.Equal(5000, appender.RowCount);
        }

        using DbDataReader reader = FirstRow("SELECT * FROM t WHERE id = 4999");
        Assert.Equal("n4999", reader.GetString(1));
        Assert.Equal(1249.75m, reader.GetDecimal(2));
        Assert.Equal(DateTime.UnixEpoch.AddHours(4999), reader.GetDateTime(3));
        Assert.False(reader.GetBoolean(4));
        Assert.Equal([(byte)(4999 & 255)], (byte[])reader.GetValue(5));
        Assert.Equal([4999f, 0.5f], reader.GetFieldValue<float[]>(6));
        Assert.Equal(2500L, Scalar("SELECT count(*) FROM t WHERE on_sale"));
    }

    [Fact]
    public void Rows_of_objects_are_converted_to_the_columns_types()
    {
        Run("CREATE TABLE t (a BIGINT, b DATE, c TEXT, d UUID, e REAL, f TIME, g INTERVAL, h INTEGER[], i DOUBLE)");
        var guid = Guid.NewGuid();
        using (JammiAppender appender = Own.CreateAppender("t"))
        {
            appender.AppendRow(1, new DateTime(2024, 5, 6), 'x', guid.ToString(), 1.5, new TimeSpan(1, 2, 3), TimeSpan.FromDays(3), new[] { 1, 2 }, 3);
            appender.AppendRow(null, DBNull.Value, null, null, null, null, null, null, null);
        }

        using DbDataReader reader = FirstRow("SELECT * FROM t");
        Assert.Equal(1L, reader.GetInt64(0));
        Assert.Equal(new DateOnly(2024, 5, 6), reader.GetFieldValue<DateOnly>(1));
        Assert.Equal("x", reader.GetString(2));
        Assert.Equal(guid, reader.GetGuid(3));
        Assert.Equal(1.5f, reader.GetFloat(4));
        Assert.Equal(new TimeSpan(1, 2, 3), reader.GetFieldValue<TimeSpan>(5));
        Assert.Equal(TimeSpan.FromDays(3), reader.GetFieldValue<TimeSpan>(6));
        Assert.Equal([1, 2], reader.GetFieldValue<int[]>(7));
        Assert.Equal(3d, reader.GetDouble(8));
        Assert.True(reader.Read());
        Assert.All(Enumerable.Range(0, reader.FieldCount), i => Assert.True(reader.IsDBNull(i)));
    }

    [Fact]
    public void Columns_that_are_not_named_take_their_defaults()
    {
        Run("CREATE TABLE t (a INTEGER, b TEXT DEFAULT 'none', c INTEGER)");
        using (JammiAppender appender = Own.CreateAppender("t", "c", "a"))
        {
            appender.Append(3).Append(1).EndRow();
        }

        using DbDataReader reader = FirstRow("SELECT a, b, c FROM t");
        Assert.Equal((1, "none", 3), (reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2)));
    }

    [Fact]
    public void The_rows_of_any_reader_are_appended()
    {
        Run("CREATE TABLE t (id BIGINT, name TEXT); CREATE TABLE copy (id INTEGER, name TEXT)");
        var table = new DataTable();
        table.Columns.Add("id", typeof(int));
        table.Columns.Add("name", typeof(string));
        table.Rows.Add(1, "one");
        table.Rows.Add(2, DBNull.Value);
        using (JammiAppender appender = Own.CreateAppender("t"))
        using (DataTableReader reader = table.CreateDataReader())
        {
            Assert.Equal(2, appender.AppendRows(reader));
        }

        using (JammiAppender appender = Own.CreateAppender("main.copy"))
        using (DbDataReader reader = Command("SELECT * FROM t UNION ALL SELECT range + 10, 'r' FROM range(5000)").ExecuteReader())
        {
            Assert.Equal(5002, appender.AppendRows(reader));
        }

        Assert.Equal(5002L, Scalar("SELECT count(*) FROM copy"));
        Assert.Equal(1L, Scalar("SELECT count(*) FROM copy WHERE name IS NULL"));
    }

    [Fact]
    public void Record_batches_are_appended_as_columns()
    {
        Run("CREATE TABLE t (id INTEGER, name TEXT)");
        RecordBatch batch = new RecordBatch.Builder()
            .Append("id", nullable: false, new Int64Array.Builder().Append(7).Append(8).Build())
            .Append("name", nullable: true, new StringArray.Builder().Append("seven").AppendNull().Build())
            .Build();
        using (JammiAppender appender = Own.CreateAppender("t"))
        {
            appender.Append(1).Append("one").EndRow();
            appender.AppendBatch(batch);
            Assert.Equal(3, appender.RowCount);
        }

        Assert.Equal(16, Scalar("SELECT sum(id)::INTEGER FROM t"));
        RecordBatch foreign = new RecordBatch.Builder()
            .Append("id", nullable: false, new StructArray(new StructType([new Field("x", Int32Type.Default, true)]), 1, [new Int32Array.Builder().Append(1).Build()], ArrowBuffer.Empty))
            .Append("name", nullable: true, new StringArray.Builder().Append("x").Build())
            .Build();
        using JammiAppender refusing = Own.CreateAppender("t");
        Assert.Contains("'id'", Assert.Throws<NotSupportedException>(() => refusing.AppendBatch(foreign)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_batches_of_a_reader_are_appended_with_columns_of_every_type()
    {
        Run("""
            CREATE TABLE every (b BOOLEAN, t TINYINT, i INTEGER, l BIGINT, u UBIGINT, r REAL, d DOUBLE, n DECIMAL(10, 2), x TEXT, y BLOB, day DATE, at TIME, ts TIMESTAMP, tz TIMESTAMPTZ, span INTERVAL,
                id UUID, v FLOAT[2], h HALF[2], list INTEGER[], texts TEXT[]);
            INSERT INTO every VALUES (true, 1, 2, 3, 4, 1.5, 2.5, 3.25, 'x', X'01', '2024-02-29', '01:02:03.1234567', '2024-02-29 01:02:03', '2024-02-29 01:02:03+00', '1 month 2 days', '00112233-4455-6677-8899-aabbccddeeff',
                [1, 2], [1, 2], [1, NULL], ['a']);
            INSERT INTO every (i) VALUES (NULL);
            CREATE TABLE copies AS SELECT * FROM every WHERE false;
            """);
        using (var reader = (JammiDataReader)Command("SELECT * FROM every").ExecuteReader())
        using (JammiAppender appender = Own.CreateAppender("copies"))
        {
            while (reader.ReadRecordBatch() is { } batch)
            {
                appender.AppendBatch(batch);
            }
        }

        Assert.Equal(2L, Scalar("SELECT count(*) FROM copies"));
        Assert.Equal(0L, Scalar("SELECT count(*) FROM (SELECT * FROM every EXCEPT SELECT * FROM copies)"));
    }

    [Fact]
    public void Record_batches_of_other_programs_are_converted()
    {
        Run("CREATE TABLE t (starts TIME, ends TIME, day DATE, name TEXT)");
        RecordBatch batch = new RecordBatch.Builder()
            .Append("starts", nullable: false, new Time64Array.Builder(TimeType.Microsecond).Append(new TimeOnly(1, 2, 3, 4, 5)).Build())
            .Append("ends", nullable: false, new Time64Array.Builder(TimeType.Nanosecond).Append(TimeOnly.MaxValue).Build())
            .Append("day", nullable: false, new Date64Array.Builder().Append(new DateTime(2024, 2, 29)).Build())
            .Append("name", nullable: false, new LargeStringArray.Builder().Append("long").Build())
            .Build();
        using (JammiAppender appender = Own.CreateAppender("t"))
        {
            appender.AppendBatch(batch);
        }

        using DbDataReader reader = FirstRow("SELECT starts, ends, day, name FROM t");
        Assert.Equal(new TimeOnly(1, 2, 3, 4, 5), reader.GetFieldValue<TimeOnly>(0));
        Assert.Equal(TimeOnly.MaxValue, reader.GetFieldValue<TimeOnly>(1));
        Assert.Equal(new DateOnly(2024, 2, 29), reader.GetFieldValue<DateOnly>(2));
        Assert.Equal("long", reader.GetString(3));
    }

    [Fact]
    public void A_record_batch_may_be_disposed_of_before_its_transaction_ends()
    {
        Run("CREATE TABLE t (id INTEGER, name TEXT)");
        using JammiTransaction transaction = Own.BeginTransaction();
        using (JammiAppender appender = Own.CreateAppender("t"))
        using (RecordBatch batch = new RecordBatch.Builder()
            .Append("id", nullable: false, new Int32Array.Builder().Append(7).Build())
            .Append("name", nullable: true, new StringArray.Builder().Append("seven").Build())
            .Build())
        {
            appender.AppendBatch(batch);
        }

        transaction.Commit();
        Assert.Equal("seven", Scalar("SELECT name FROM t WHERE id = 7"));
    }

    [Fact]
    public void Constraints_hold_and_a_piece_that_breaks_one_leaves_nothing()
    {
        Run("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL, CHECK (id > 0))");
        JammiAppender appender = Own.CreateAppender("t");
        appender.AppendRow(1, "one");
        appender.AppendRow(1, "again");
        Assert.Equal("23505", Assert.Throws<JammiException>(appender.Close).SqlState);
        appender = Own.CreateAppender("t");
        appender.AppendRow(2, null);
        Assert.Equal("23502", Assert.Throws<JammiException>(appender.Close).SqlState);
        appender = Own.CreateAppender("t");
        appender.AppendRow(-2, "x");
        Assert.Equal("23514", Assert.Throws<JammiException>(appender.Close).SqlState);
        Assert.Equal(0L, Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void Within_a_transaction_rows_go_with_it()
    {
        Run("CREATE TABLE t (id INTEGER)");
        using (DbTransaction transaction = Connection.BeginTransaction())
        {
            using (JammiAppender appender = Own.CreateAppender("t"))
            {
                appender.AppendRow(1);
            }

            transaction.Rollback();
        }

        Assert.Equal(0L, Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void Rows_must_have_as_many_values_as_columns()
    {
        Run("CREATE TABLE t (a INTEGER, b INTEGER)");
        using JammiAppender appender = Own.CreateAppender("t");
        Assert.Throws<InvalidOperationException>(() => appender.AppendRow(1));
        appender.Append(1);
        Assert.Throws<InvalidOperationException>(appender.EndRow);
        Assert.Throws<InvalidOperationException>(appender.Flush);
        appender.AppendNull();
        Assert.Throws<InvalidOperationException>(() => appender.Append(3));
        appender.EndRow();
        appender.Close();
        appender.Close();
        Assert.Throws<InvalidOperationException>(() => appender.Append(1));
        Assert.Equal(1L, Scalar("SELECT count(*) FROM t WHERE b IS NULL"));
    }

    [Fact]
    public void Unknown_tables_columns_and_misfitting_values_are_named()
    {
        Run("CREATE TABLE t (a INTEGER, v FLOAT[3])");
        Assert.Equal("42P01", Assert.Throws<JammiException>(() => Own.CreateAppender("nothing")).SqlState);
        Assert.Contains("zzz", Assert.Throws<JammiException>(() => Own.CreateAppender("t", "zzz")).Message, StringComparison.Ordinal);
        using JammiAppender appender = Own.CreateAppender("t");
        Assert.Contains("Column 'a' ", Assert.Throws<NotSupportedException>(() => appender.Append("many")).Message, StringComparison.Ordinal);
        appender.Append(1);
        Assert.Contains("3 dimensions", Assert.Throws<NotSupportedException>(() => appender.Append(new[] { 1f, 2f })).Message, StringComparison.Ordinal);
    }
}
