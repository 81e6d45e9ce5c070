using System.Data;
using System.Data.Common;

namespace Jammi.Data.Tests.Provider;

public class DataReaderTests : ProviderTest
{
    /// <summary>Everything that reads a value of the current row.</summary>
    static readonly Dictionary<string, Action<DbDataReader>> ValueReaders = new()
    {
        ["IsDBNull"] = r => r.IsDBNull(0),
        ["IsDBNullAsync"] = r => r.IsDBNullAsync(0).GetAwaiter().GetResult(),
        ["GetValue"] = r => r.GetValue(0),
        ["GetValues"] = r => r.GetValues(new object[1]),
        ["this[0]"] = r => _ = r[0],
        ["GetFieldValue<DBNull>"] = r => r.GetFieldValue<DBNull>(0),
        ["GetFieldValue<object>"] = r => r.GetFieldValue<object>(0),
        ["GetFieldValue<int>"] = r => r.GetFieldValue<int>(0),
        ["GetFieldValueAsync<object>"] = r => r.GetFieldValueAsync<object>(0).GetAwaiter().GetResult(),
        ["GetBoolean"] = r => r.GetBoolean(0),
        ["GetByte"] = r => r.GetByte(0),
        ["GetBytes"] = r => r.GetBytes(0, 0, new byte[1], 0, 1),
        ["GetChar"] = r => r.GetChar(0),
        ["GetChars"] = r => r.GetChars(0, 0, new char[1], 0, 1),
        ["GetDateTime"] = r => r.GetDateTime(0),
        ["GetDecimal"] = r => r.GetDecimal(0),
        ["GetDouble"] = r => r.GetDouble(0),
        ["GetFloat"] = r => r.GetFloat(0),
        ["GetGuid"] = r => r.GetGuid(0),
        ["GetInt16"] = r => r.GetInt16(0),
        ["GetInt32"] = r => r.GetInt32(0),
        ["GetInt64"] = r => r.GetInt64(0),
        ["GetString"] = r => r.GetString(0),
        ["GetStream"] = r => r.GetStream(0),
        ["GetTextReader"] = r => r.GetTextReader(0),
    };

    static readonly Dictionary<string, Action<DbDataReader>> SchemaReaders = new()
    {
        ["GetName"] = r => r.GetName(0),
        ["GetFieldType"] = r => r.GetFieldType(0),
        ["GetDataTypeName"] = r => r.GetDataTypeName(0),
        ["GetProviderSpecificFieldType"] = r => r.GetProviderSpecificFieldType(0),
    };

    public static TheoryData<string> ValueReaderNames => [.. ValueReaders.Keys];

    public static TheoryData<string> SchemaReaderNames => [.. SchemaReaders.Keys];

    [Theory]
    [MemberData(nameof(ValueReaderNames))]
    public void Values_cannot_be_read_before_Read(string name)
    {
        using DbDataReader reader = Command("SELECT NULL;").ExecuteReader();
        Assert.Throws<InvalidOperationException>(() => ValueReaders[name](reader));
    }

    [Theory]
    [MemberData(nameof(ValueReaderNames))]
    public void Values_cannot_be_read_after_the_last_row(string name)
    {
        using DbDataReader reader = FirstRow("SELECT NULL;");
        Assert.False(reader.Read());
        Assert.Throws<InvalidOperationException>(() => ValueReaders[name](reader));
    }

    [Theory]
    [MemberData(nameof(ValueReaderNames))]
    public void Values_cannot_be_read_when_closed(string name)
    {
        DbDataReader reader = FirstRow("SELECT 1;");
        reader.Dispose();
        Assert.Throws<InvalidOperationException>(() => ValueReaders[name](reader));
    }

    [Theory]
    [MemberData(nameof(ValueReaderNames))]
    public void Values_cannot_be_read_after_a_statement_without_rows(string name)
    {
        Run("CREATE TABLE t (a INTEGER)");
        using DbDataReader reader = Command("DELETE FROM t WHERE 1 = 0;").ExecuteReader();
        Assert.Throws<InvalidOperationException>(() => ValueReaders[name](reader));
        Assert.False(reader.Read());
        Assert.Throws<InvalidOperationException>(() => ValueReaders[name](reader));
    }

    [Theory]
    [MemberData(nameof(ValueReaderNames))]
    public void An_ordinal_out_of_range_is_an_IndexOutOfRangeException(string name)
    {
        if (name == "GetValues")
        {
            return;
        }

        using var reader = new ShiftedOrdinals(FirstRow("SELECT 1;"), 1);
        Assert.Throws<IndexOutOfRangeException>(() => ValueReaders[name](reader));
        using var negative = new ShiftedOrdinals(FirstRow("SELECT 1;"), -1);
        Assert.Throws<IndexOutOfRangeException>(() => ValueReaders[name](negative));
    }

    [Theory]
    [MemberData(nameof(SchemaReaderNames))]
    public void The_schema_is_readable_before_the_first_row_and_not_when_closed(string name)
    {
        DbDataReader reader = Command("SELECT 1 AS id;").ExecuteReader();
        SchemaReaders[name](reader);
        reader.Dispose();
        Assert.Throws<InvalidOperationException>(() => SchemaReaders[name](reader));
    }

    [Theory]
    [MemberData(nameof(SchemaReaderNames))]
    public void The_schema_of_an_ordinal_out_of_range_is_an_IndexOutOfRangeException(string name)
    {
        using var reader = new ShiftedOrdinals(Command("SELECT 1;").ExecuteReader(), 1);
        Assert.Throws<IndexOutOfRangeException>(() => SchemaReaders[name](reader));
    }

    [Theory]
    [MemberData(nameof(SchemaReaderNames))]
    public void A_statement_without_rows_has_no_schema(string name)
    {
        Run("CREATE TABLE t (a INTEGER)");
        using DbDataReader reader = Command("DELETE FROM t WHERE 1 = 0;").ExecuteReader();
        Assert.Throws<InvalidOperationException>(() => SchemaReaders[name](reader));
    }

    [Fact]
    public void After_DML_there_are_no_columns_and_no_results()
    {
        Run("CREATE TABLE t (a INTEGER)");
        using DbDataReader reader = Command("INSERT INTO t VALUES (1), (2);").ExecuteReader();
        Assert.Equal(0, reader.FieldCount);
        Assert.False(reader.HasRows);
        Assert.False(reader.Read());
        Assert.False(reader.NextResult());
        Assert.Null(reader.GetSchemaTable());
        Assert.Empty(reader.GetColumnSchema());
        Assert.Throws<InvalidOperationException>(() => reader.GetOrdinal("a"));
        Assert.Equal(2, reader.RecordsAffected);
    }

    [Fact]
    public void ExecuteReader_of_a_definition_gives_an_empty_reader()
    {
        using DbDataReader reader = Command("CREATE TABLE t (a INTEGER)").ExecuteReader();
        Assert.Equal(0, reader.FieldCount);
        Assert.False(reader.Read());
        Assert.Equal(-1, reader.RecordsAffected);
    }

    [Fact]
    public void Depth_and_FieldCount_need_an_open_reader()
    {
        DbDataReader reader = Command("SELECT 1, 2;").ExecuteReader();
        Assert.Equal(0, reader.Depth);
        Assert.Equal(2, reader.FieldCount);
        Assert.Equal(2, reader.VisibleFieldCount);
        Assert.False(reader.IsClosed);
        reader.Close();
        reader.Close();
        Assert.True(reader.IsClosed);
        Assert.Throws<InvalidOperationException>(() => reader.Depth);
        Assert.Throws<InvalidOperationException>(() => reader.FieldCount);
        Assert.Throws<InvalidOperationException>(() => reader.HasRows);
        Assert.Throws<InvalidOperationException>(() => reader.Read());
        Assert.Throws<InvalidOperationException>(() => reader.NextResult());
        Assert.Throws<InvalidOperationException>(() => reader.GetSchemaTable());
        Assert.Throws<InvalidOperationException>(() => reader.GetOrdinal("a"));
    }

    [Fact]
    public void RecordsAffected_of_SELECT_is_minus_one_before_and_after_close()
    {
        DbDataReader reader = FirstRow("SELECT 1;");
        Assert.Equal(-1, reader.RecordsAffected);
        reader.Dispose();
        Assert.Equal(-1, reader.RecordsAffected);
    }

    [Fact]
    public void RecordsAffected_grows_with_the_statements_that_have_run()
    {
        Run("CREATE TABLE t (a INTEGER)");
        DbDataReader reader = Command("INSERT INTO t VALUES (1), (2); SELECT a FROM t; DELETE FROM t WHERE a = 1; SELECT a FROM t; UPDATE t SET a = 5;").ExecuteReader();
        Assert.Equal(2, reader.RecordsAffected);
        Assert.True(reader.NextResult());
        Assert.Equal(3, reader.RecordsAffected);
        Assert.True(reader.Read());
        Assert.Equal(2, reader.GetInt32(0));
        Assert.False(reader.NextResult());
        Assert.Equal(4, reader.RecordsAffected);
        reader.Dispose();
        Assert.Equal(4, reader.RecordsAffected);
    }

    [Fact]
    public void Closing_a_reader_runs_the_statements_that_are_left()
    {
        Run("CREATE TABLE t (a INTEGER)");
        Command("SELECT 1; INSERT INTO t VALUES (1); INSERT INTO t VALUES (2);").ExecuteReader().Dispose();
        Assert.Equal(2L, Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void RETURNING_gives_rows_and_counts_them()
    {
        Run("CREATE TABLE t (a INTEGER)");
        using DbDataReader reader = FirstRow("INSERT INTO t VALUES (1), (2) RETURNING a * 10 AS tens");
        Assert.Equal("tens", reader.GetName(0));
        Assert.Equal(10, reader.GetInt32(0));
        Assert.Equal(2, reader.RecordsAffected);
    }

    [Fact]
    public void A_reader_survives_its_command()
    {
        DbDataReader reader;
        using (DbCommand command = Command("SELECT 'test';"))
        {
            reader = command.ExecuteReader();
        }

        Assert.True(reader.Read());
        Assert.Equal("test", reader.GetString(0));
        Assert.False(reader.Read());
        reader.Dispose();
    }

    [Fact]
    public void Readers_and_commands_are_disposed_in_any_order()
    {
        DbCommand command = Command("SELECT 1");
        DbDataReader reader = command.ExecuteReader();
        Connection.Dispose();
        command.Dispose();
        reader.Dispose();
        reader.Dispose();
        Assert.True(reader.IsClosed);
    }

    [Fact]
    public void Read_keeps_returning_false_after_the_end()
    {
        using DbDataReader reader = FirstRow("SELECT ''");
        Assert.False(reader.Read());
        Assert.False(reader.Read());
        Assert.False(reader.Read());
    }

    [Fact]
    public void HasRows_says_whether_the_result_has_rows_wherever_the_reader_is()
    {
        using DbDataReader reader = Command("SELECT 1 WHERE 1 = 0; SELECT 1;").ExecuteReader();
        Assert.False(reader.HasRows);
        Assert.True(reader.NextResult());
        Assert.True(reader.HasRows);
        reader.Read();
        Assert.True(reader.HasRows);
        reader.Read();
        Assert.True(reader.HasRows);
    }

    [Fact]
    public void NextResult_goes_on_to_the_next_rows_and_then_keeps_returning_false()
    {
        using DbDataReader reader = FirstRow("SELECT 1; SELECT 'x', 2");
        Assert.Equal(1L, reader.GetInt64(0));
        Assert.True(reader.NextResult());
        Assert.Equal(2, reader.FieldCount);
        Assert.True(reader.Read());
        Assert.Equal("x", reader.GetString(0));
        Assert.False(reader.NextResult());
        Assert.Equal(0, reader.FieldCount);
        Assert.False(reader.Read());
        Assert.False(reader.NextResult());
    }

    [Fact]
    public void SingleRow_gives_one_row_of_the_first_result()
    {
        using DbDataReader reader = Command("SELECT 1 UNION ALL SELECT 2; SELECT 3;").ExecuteReader(CommandBehavior.SingleRow);
        Assert.True(reader.HasRows);
        Assert.True(reader.Read());
        Assert.Equal(1, reader.GetInt32(0));
        Assert.False(reader.Read());
        Assert.False(reader.NextResult());
        Assert.False(reader.Read());
    }

    [Fact]
    public void SingleResult_gives_all_rows_of_the_first_result()
    {
        Run("CREATE TABLE t (a INTEGER)");
        using (DbDataReader reader = Command("SELECT 1 UNION ALL SELECT 2; SELECT 3; INSERT INTO t VALUES (1)").ExecuteReader(CommandBehavior.SingleResult))
        {
            Assert.True(reader.Read());
            Assert.True(reader.Read());
            Assert.False(reader.Read());
            Assert.False(reader.NextResult());
        }

        Assert.Equal(1L, Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void SchemaOnly_gives_columns_and_no_rows_and_changes_nothing()
    {
        Run("CREATE TABLE t (a INTEGER, b DECIMAL(10, 2))");
        using (DbDataReader reader = Command("SELECT a, b * 2 AS twice FROM t WHERE a = @a", ("@a", null)).ExecuteReader(CommandBehavior.SchemaOnly))
        {
            Assert.Equal(2, reader.FieldCount);
            Assert.Equal(typeof(decimal), reader.GetFieldType(1));
            Assert.False(reader.HasRows);
            Assert.False(reader.Read());
        }

        using (DbDataReader reader = Command("INSERT INTO t VALUES (1, 2); DROP TABLE t; BEGIN").ExecuteReader(CommandBehavior.SchemaOnly))
        {
            Assert.Equal(0, reader.FieldCount);
            Assert.Equal(-1, reader.RecordsAffected);
        }

        Assert.Equal(0L, Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void CloseConnection_closes_the_connection_with_the_reader()
    {
        using (Command("SELECT 0;").ExecuteReader(CommandBehavior.CloseConnection))
        {
        }

        Assert.Equal(ConnectionState.Closed, Connection.State);
    }

    [Fact]
    public async Task CloseConnection_is_honoured_by_asynchronous_calls()
    {
        await using (DbDataReader reader = await Command("SELECT 0;").ExecuteReaderAsync(CommandBehavior.CloseConnection))
        {
            Assert.True(await reader.ReadAsync());
        }

        Assert.Equal(ConnectionState.Closed, Connection.State);
    }

    [Fact]
    public void SequentialAccess_reads_as_always()
    {
        using DbDataReader reader = Command("SELECT 1, 'x', 2").ExecuteReader(CommandBehavior.SequentialAccess | CommandBehavior.SingleResult | CommandBehavior.SingleRow);
        Assert.True(reader.Read());
        Assert.Equal(2, reader.GetInt32(2));
        Assert.Equal("x", reader.GetString(1));
    }

    [Fact]
    public void The_enumerator_gives_the_rows()
    {
        using DbDataReader reader = Command("SELECT 1 UNION ALL SELECT 2").ExecuteReader();
        Assert.Equal([1, 2], reader.Cast<IDataRecord>().Select(r => r.GetInt32(0)));
    }

    [Fact]
    public void Columns_are_found_by_name_exactly_and_else_ignoring_case()
    {
        using DbDataReader reader = FirstRow("SELECT 1 AS id, 2 AS \"ID\", 3 AS name");
        Assert.Equal("id", reader.GetName(0));
        Assert.Equal(0, reader.GetOrdinal("id"));
        Assert.Equal(1, reader.GetOrdinal("ID"));
        Assert.Equal(2, reader.GetOrdinal("NAME"));
        Assert.Equal(3, reader["Name"]);
        IndexOutOfRangeException error = Assert.Throws<IndexOutOfRangeException>(() => reader.GetOrdinal("nothing"));
        Assert.Contains("id, ID, name", error.Message, StringComparison.Ordinal);
        Assert.Throws<IndexOutOfRangeException>(() => reader["nothing"]);
        Assert.Throws<ArgumentNullException>(() => reader.GetOrdinal(null!));
    }

    [Fact]
    public void GetValues_fills_as_many_as_there_are_on_both_sides()
    {
        using DbDataReader reader = FirstRow("SELECT 'a', NULL;");
        var wide = new object[3];
        Assert.Equal(2, reader.GetValues(wide));
        Assert.Equal("a", wide[0]);
        Assert.Same(DBNull.Value, wide[1]);
        Assert.Null(wide[2]);
        var narrow = new object[1];
        Assert.Equal(1, reader.GetValues(narrow));
        Assert.Equal(0, reader.GetValues([]));
        Assert.Throws<ArgumentNullException>(() => reader.GetValues(null!));
    }

    [Theory]
    [InlineData("Ä")]
    [InlineData("Ḁ")]
    [InlineData("😀")]
    [InlineData("")]
    [InlineData("it's")]
    public void Texts_come_back_as_they_are(string text)
    {
        using DbDataReader reader = FirstRow($"SELECT '{text.Replace("'", "''", StringComparison.Ordinal)}', @p", ("p", text));
        Assert.Equal(text, reader.GetString(0));
        Assert.Equal(text, reader.GetValue(0));
        Assert.Equal(text, reader.GetFieldValue<string>(1));
        Assert.Equal(text, reader.GetTextReader(1).ReadToEnd());
    }

    [Fact]
    public void NULL_is_told_by_IsDBNull_and_refused_by_getters()
    {
        using DbDataReader reader = FirstRow("SELECT NULL, CAST(NULL AS INTEGER)");
        Assert.True(reader.IsDBNull(0));
        Assert.True(reader.IsDBNull(1));
        Assert.Same(DBNull.Value, reader.GetValue(1));
        Assert.Same(DBNull.Value, reader.GetFieldValue<DBNull>(1));
        Assert.Same(DBNull.Value, reader.GetFieldValue<object>(1));
        Assert.Null(reader.GetFieldValue<int?>(1));
        InvalidCastException error = Assert.Throws<InvalidCastException>(() => reader.GetInt32(1));
        Assert.Contains("NULL", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DBNull_is_not_what_a_value_is()
    {
        using DbDataReader reader = FirstRow("SELECT 1;");
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<DBNull>(0));
    }

    [Fact]
    public async Task Asynchronous_getters_observe_cancelled_tokens()
    {
        using DbDataReader reader = FirstRow("SELECT 1; SELECT 2;");
        Task isNull = reader.IsDBNullAsync(0, CancelledToken);
        Task value = reader.GetFieldValueAsync<int>(0, CancelledToken);
        Task read = reader.ReadAsync(CancelledToken);
        Task next = reader.NextResultAsync(CancelledToken);
        foreach (Task task in new[] { isNull, value, read, next })
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
            Assert.True(task.IsCanceled);
        }

        Assert.Equal(1, reader.GetInt32(0));
    }

    [Fact]
    public async Task Asynchronous_reading_gives_what_reading_gives()
    {
        await using DbDataReader reader = await Command("SELECT * FROM range(5000); SELECT 'x', NULL;").ExecuteReaderAsync();
        long sum = 0;
        while (await reader.ReadAsync())
        {
            sum += await reader.GetFieldValueAsync<long>(0);
        }

        Assert.Equal(5000L * 4999 / 2, sum);
        Assert.True(await reader.NextResultAsync());
        Assert.True(await reader.ReadAsync());
        Assert.True(await reader.IsDBNullAsync(1));
        Assert.False(await reader.NextResultAsync());
    }

    [Fact]
    public void Blobs_are_read_in_parts()
    {
        using DbDataReader reader = FirstRow("SELECT X'01020304'");
        Assert.Equal(4, reader.GetBytes(0, 0, null, 0, 0));
        var large = new byte[6];
        Assert.Equal(4, reader.GetBytes(0, 0, large, 0, 6));
        Assert.Equal([1, 2, 3, 4, 0, 0], large);
        var part = new byte[5];
        Assert.Equal(2, reader.GetBytes(0, 1, part, 2, 2));
        Assert.Equal([0, 0, 2, 3, 0], part);
        Assert.Equal(4, reader.GetBytes(0, 1, null, 0, 0));
        Assert.Equal(0, reader.GetBytes(0, 6, new byte[4], 0, 4));
        Assert.Equal(0, reader.GetBytes(0, 0, new byte[4], 4, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.GetBytes(0, -1, new byte[4], 0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.GetBytes(0, 0, new byte[4], -1, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.GetBytes(0, 0, new byte[4], 5, 0));
        Assert.Throws<ArgumentException>(() => reader.GetBytes(0, 0, new byte[4], 2, 3));
        Assert.Throws<InvalidCastException>(() => FirstRow("SELECT 'abcd'").GetBytes(0, 0, null, 0, 0));
    }

    [Fact]
    public void Texts_are_read_in_parts()
    {
        using DbDataReader reader = FirstRow("SELECT 'abcd', 'efgh'");
        Assert.Equal(4, reader.GetChars(0, 0, null, 0, 0));
        var large = new char[6];
        Assert.Equal(4, reader.GetChars(0, 0, large, 0, 6));
        Assert.Equal("abcd\0\0", new string(large));
        var part = new char[5];
        Assert.Equal(2, reader.GetChars(0, 1, part, 2, 2));
        Assert.Equal("\0\0bc\0", new string(part));
        Assert.Equal(2, reader.GetChars(1, 1, part, 2, 2));
        Assert.Equal("\0\0fg\0", new string(part));
        Assert.Equal(4, reader.GetChars(0, 1, null, 0, 0));
        Assert.Equal(0, reader.GetChars(0, 6, new char[4], 0, 4));
        Assert.Equal(0, reader.GetChars(0, 0, new char[4], 4, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.GetChars(0, -1, new char[4], 0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.GetChars(0, 0, new char[4], -1, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.GetChars(0, 0, new char[4], 5, 0));
        Assert.Throws<ArgumentException>(() => reader.GetChars(0, 0, new char[4], 2, 3));
    }

    [Fact]
    public void Parts_of_texts_are_counted_in_characters_and_not_in_bytes()
    {
        using DbDataReader reader = FirstRow("SELECT 'aß€😀z'");
        Assert.Equal(6, reader.GetChars(0, 0, null, 0, 0));
        var part = new char[4];
        Assert.Equal(4, reader.GetChars(0, 1, part, 0, 4));
        Assert.Equal("ß€😀", new string(part));
        Assert.Equal(1, reader.GetChars(0, 5, part, 0, 4));
        Assert.Equal('z', part[0]);
    }

    [Fact]
    public void Parts_are_those_of_the_current_row()
    {
        using DbDataReader reader = FirstRow("VALUES ('one'), ('two')");
        var buffer = new char[3];
        reader.GetChars(0, 0, buffer, 0, 3);
        Assert.True(reader.Read());
        reader.GetChars(0, 0, buffer, 0, 3);
        Assert.Equal("two", new string(buffer));
    }

    [Fact]
    public void Streams_and_text_readers_are_given_for_their_own_types_only()
    {
        using DbDataReader reader = FirstRow("SELECT X'1122', 'text', 1, CAST(NULL AS TEXT), CAST(NULL AS BLOB)");
        using Stream stream = reader.GetStream(0);
        Assert.Equal(0x11, stream.ReadByte());
        Assert.Equal(0x22, reader.GetFieldValue<Stream>(0).ReadByte() + 0x11);
        Assert.Equal("text", reader.GetTextReader(1).ReadToEnd());
        Assert.Equal("text", reader.GetFieldValue<TextReader>(1).ReadToEnd());
        Assert.Throws<InvalidOperationException>(() => reader.GetStream(1));
        Assert.Throws<InvalidOperationException>(() => reader.GetStream(2));
        Assert.Throws<InvalidOperationException>(() => reader.GetTextReader(0));
        Assert.Throws<InvalidOperationException>(() => reader.GetTextReader(2));
        Assert.Throws<InvalidCastException>(() => reader.GetTextReader(3));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<TextReader>(3));
        Assert.Throws<InvalidCastException>(() => reader.GetStream(4));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<Stream>(4));
    }

    [Fact]
    public async Task Streams_and_text_readers_have_asynchronous_forms()
    {
        await using DbDataReader reader = await Command("SELECT X'11', 'text', CAST(NULL AS TEXT)").ExecuteReaderAsync();
        await reader.ReadAsync();
        Assert.Equal(0x11, (await reader.GetFieldValueAsync<Stream>(0)).ReadByte());
        Assert.Equal("text", await (await reader.GetFieldValueAsync<TextReader>(1)).ReadToEndAsync());
        await Assert.ThrowsAsync<InvalidCastException>(() => reader.GetFieldValueAsync<TextReader>(2));
    }

    [Fact]
    public void A_column_is_never_a_nested_reader()
    {
        using DbDataReader reader = FirstRow("SELECT 1");
        Assert.Throws<NotSupportedException>(() => reader.GetData(0));
    }

    /// <summary>A reader whose ordinal 0 is another column's.</summary>
    sealed class ShiftedOrdinals(DbDataReader inner, int shift) : DbDataReader
    {
        public override int Depth => inner.Depth;

        public override int FieldCount => inner.FieldCount;

        public override bool HasRows => inner.HasRows;

        public override bool IsClosed => inner.IsClosed;

        public override int RecordsAffected => inner.RecordsAffected;

        public override object this[int ordinal] => inner[ordinal + shift];

        public override object this[string name] => inner[name];

        public override bool GetBoolean(int ordinal) => inner.GetBoolean(ordinal + shift);

        public override byte GetByte(int ordinal) => inner.GetByte(ordinal + shift);

        public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => inner.GetBytes(ordinal + shift, dataOffset, buffer, bufferOffset, length);

        public override char GetChar(int ordinal) => inner.GetChar(ordinal + shift);

        public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => inner.GetChars(ordinal + shift, dataOffset, buffer, bufferOffset, length);

        public override string GetDataTypeName(int ordinal) => inner.GetDataTypeName(ordinal + shift);

        public override DateTime GetDateTime(int ordinal) => inner.GetDateTime(ordinal + shift);

        public override decimal GetDecimal(int ordinal) => inner.GetDecimal(ordinal + shift);

        public override double GetDouble(int ordinal) => inner.GetDouble(ordinal + shift);

        public override System.Collections.IEnumerator GetEnumerator() => inner.GetEnumerator();

        public override Type GetFieldType(int ordinal) => inner.GetFieldType(ordinal + shift);

        public override T GetFieldValue<T>(int ordinal) => inner.GetFieldValue<T>(ordinal + shift);

        public override float GetFloat(int ordinal) => inner.GetFloat(ordinal + shift);

        public override Guid GetGuid(int ordinal) => inner.GetGuid(ordinal + shift);

        public override short GetInt16(int ordinal) => inner.GetInt16(ordinal + shift);

        public override int GetInt32(int ordinal) => inner.GetInt32(ordinal + shift);

        public override long GetInt64(int ordinal) => inner.GetInt64(ordinal + shift);

        public override string GetName(int ordinal) => inner.GetName(ordinal + shift);

        public override int GetOrdinal(string name) => inner.GetOrdinal(name);

        public override Stream GetStream(int ordinal) => inner.GetStream(ordinal + shift);

        public override string GetString(int ordinal) => inner.GetString(ordinal + shift);

        public override TextReader GetTextReader(int ordinal) => inner.GetTextReader(ordinal + shift);

        public override object GetValue(int ordinal) => inner.GetValue(ordinal + shift);

        public override int GetValues(object[] values) => inner.GetValues(values);

        public override bool IsDBNull(int ordinal) => inner.IsDBNull(ordinal + shift);

        public override bool NextResult() => inner.NextResult();

        public override bool Read() => inner.Read();
    }
}
