using System.Data;
using System.Data.Common;
using System.Xml.Linq;
using Dapper;
using Jammi.Dapper;

namespace Jammi.Data.Tests.DapperUse;

/// <summary>What Dapper does on any engine, on this one.</summary>
public sealed class DapperTests : IDisposable
{
    readonly JammiConnection connection = new("Data Source=:memory:");

    public DapperTests()
    {
        connection.Open();
        connection.Execute("""
            CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born DATE);
            CREATE TABLE books (id INTEGER PRIMARY KEY, author_id INTEGER, title TEXT NOT NULL, price DECIMAL(10, 2), kind INTEGER NOT NULL, published TIMESTAMP);
            INSERT INTO authors VALUES (1, 'Anna', DATE '1970-01-02'), (2, 'Ben', NULL);
            INSERT INTO books VALUES (10, 1, 'Alpha', 10.50, 1, TIMESTAMP '2020-01-01 10:00:00'), (11, 1, 'Beta', NULL, 2, NULL), (12, 2, 'Gamma', 5.25, 1, NULL);
            """);
    }

    public enum Kind
    {
        None,
        Novel,
        Poems,
    }

    public sealed class Author
    {
        public int Id { get; set; }

        public string Name { get; set; } = string.Empty;

        public DateTime? Born { get; set; }

        public List<Book> Books { get; } = [];
    }

    public sealed class Book
    {
        public int Id { get; set; }

        public string Title { get; set; } = string.Empty;

        public decimal? Price { get; set; }

        public Kind Kind { get; set; }

        public DateTime? Published { get; set; }

        public Author? Author { get; set; }
    }

    public sealed record Title(int Id, string Name);

    public readonly record struct Point(int X, double Y);

    public void Dispose() => connection.Dispose();

    [Fact]
    public void Anonymous_parameters_and_mapping_to_a_class()
    {
        Book book = connection.QuerySingle<Book>("SELECT id, title, price, kind, published FROM books WHERE id = @id AND kind = @kind", new { id = 10, kind = Kind.Novel });
        Assert.Equal((10, "Alpha", 10.50m, Kind.Novel, new DateTime(2020, 1, 1, 10, 0, 0)), (book.Id, book.Title, book.Price, book.Kind, book.Published));
        Assert.Null(connection.QuerySingle<Book>("SELECT * FROM books WHERE id = @Id", new { Id = 11 }).Price);
    }

    [Fact]
    public void Names_of_parameters_ignore_case_and_take_every_prefix()
    {
        Assert.Equal(3, connection.ExecuteScalar<int>("SELECT @A + @b", new { a = 1, B = 2 }));
        Assert.Equal(3, connection.ExecuteScalar<int>("SELECT :a + $b", new { a = 1, b = 2 }));
    }

    [Fact]
    public void Records_constructors_structs_and_tuples()
    {
        Assert.Equal(new Title(12, "Gamma"), connection.QuerySingle<Title>("SELECT id, title AS name FROM books WHERE id = 12"));
        Assert.Equal(new Point(1, 2.5), connection.QuerySingle<Point>("SELECT 1 AS x, CAST(2.5 AS DOUBLE) AS y"));
        Assert.Equal((1, "x", 2.5m), connection.QuerySingle<(int, string, decimal)>("SELECT 1, 'x', 2.5"));
    }

    [Fact]
    public void Single_values_of_every_type()
    {
        Assert.Equal(1, connection.QuerySingle<int>("SELECT 1"));
        Assert.Equal(1L, connection.QuerySingle<long>("SELECT 1"));
        Assert.Equal(2.5m, connection.QuerySingle<decimal>("SELECT 2.5"));
        Assert.Equal("x", connection.QuerySingle<string>("SELECT 'x'"));
        Assert.True(connection.QuerySingle<bool>("SELECT true"));
        Assert.Equal(Guid.Empty, connection.QuerySingle<Guid>("SELECT UUID '00000000-0000-0000-0000-000000000000'"));
        Assert.Equal(new DateTime(2024, 5, 6), connection.QuerySingle<DateTime>("SELECT DATE '2024-05-06'"));
        Assert.Equal(new TimeSpan(1, 2, 3), connection.QuerySingle<TimeSpan>("SELECT TIME '01:02:03'"));
        Assert.Equal(Kind.Poems, connection.QuerySingle<Kind>("SELECT 2"));
        Assert.Null(connection.QuerySingle<int?>("SELECT CAST(NULL AS INTEGER)"));
        Assert.Equal('c', connection.QuerySingle<char>("SELECT 'c'"));
        Assert.Equal([1, 2], connection.QuerySingle<byte[]>("SELECT X'0102'"));
        Assert.Equal(ulong.MaxValue, connection.QuerySingle<ulong>("SELECT @p", new { p = ulong.MaxValue }));
        Assert.Equal(3L, connection.ExecuteScalar<long>("SELECT sum(kind) - 1 FROM books"));
    }

    [Fact]
    public void Parameters_of_every_type()
    {
        var moment = new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.FromHours(2));
        dynamic row = connection.QuerySingle(
            "SELECT @i AS i, @l AS l, @d AS d, @m AS m, @s AS s, @b AS b, @g AS g, @t AS t, @o AS o, @x AS x, @c AS c, @e AS e, @n AS n, @span AS span",
            new { i = 1, l = 2L, d = 1.5, m = 2.25m, s = "x", b = true, g = Guid.Empty, t = new DateTime(2024, 1, 2), o = moment, x = new byte[] { 9 }, c = 'c', e = Kind.Poems, n = (int?)null, span = TimeSpan.FromMinutes(5) });
        Assert.Equal(1, row.i);
        Assert.Equal(2L, row.l);
        Assert.Equal(1.5, row.d);
        Assert.Equal(2.25m, row.m);
        Assert.Equal("x", row.s);
        Assert.True(row.b);
        Assert.Equal(Guid.Empty, row.g);
        Assert.Equal(new DateTime(2024, 1, 2), row.t);
        Assert.Equal(moment, row.o);
        Assert.Equal(new byte[] { 9 }, row.x);
        Assert.Equal("c", row.c);
        Assert.Equal(2, row.e);
        Assert.Null(row.n);
        Assert.Equal(TimeSpan.FromMinutes(5), row.span);
    }

    [Fact]
    public void Days_and_times_without_the_other_half()
    {
        var day = new DateOnly(2024, 2, 29);
        var time = new TimeOnly(1, 2, 3);
        Assert.Equal(day, connection.QuerySingle<DateOnly>("SELECT @day", new { day }));
        Assert.Equal(time, connection.QuerySingle<TimeOnly>("SELECT @time", new { time }));
        Assert.Equal(1, connection.QuerySingle<int>("SELECT id FROM authors WHERE born = @born", new { born = new DateOnly(1970, 1, 2) }));
    }

    [Theory]
    [InlineData(new[] { 10, 12 }, 2)]
    [InlineData(new[] { 10 }, 1)]
    [InlineData(new[] { 99 }, 0)]
    [InlineData(new int[0], 0)]
    public void Lists_are_spread_over_IN(int[] ids, int expected)
    {
        Assert.Equal(expected, connection.Query<int>("SELECT id FROM books WHERE id IN @ids", new { ids }).Count());
        Assert.Equal(3 - expected, connection.Query<int>("SELECT id FROM books WHERE id NOT IN @ids", new { ids }).Count());
    }

    [Fact]
    public void Lists_of_texts_and_long_lists()
    {
        Assert.Equal(2, connection.Query<int>("SELECT id FROM books WHERE title IN @titles", new { titles = new List<string> { "Alpha", "Gamma", "Omega" } }).Count());
        Assert.Equal(3, connection.Query<int>("SELECT id FROM books WHERE id IN @ids", new { ids = Enumerable.Range(1, 500) }).Count());
    }

    [Fact]
    public void Literals_are_written_into_the_text()
    {
        Assert.Equal(["Alpha", "Gamma"], connection.Query<string>("SELECT title FROM books WHERE kind = {=kind} ORDER BY id", new { kind = Kind.Novel }));
        Assert.Equal(4, connection.ExecuteScalar<int>("SELECT {=a} + @b", new { a = 1, b = 3 }));
        Assert.Equal(1, connection.ExecuteScalar<int>("SELECT CASE WHEN {=yes} = 1 THEN 1 ELSE 0 END", new { yes = true }));
        Assert.Equal(2, connection.Query<int>("SELECT id FROM books WHERE id IN {=ids}", new { ids = new[] { 10, 12 } }).Count());
    }

    [Fact]
    public void Execute_once_and_for_every_item_of_a_list()
    {
        Assert.Equal(1, connection.Execute("UPDATE books SET price = @price WHERE id = @id", new { id = 11, price = 7.77m }));
        Assert.Equal(3, connection.Execute("INSERT INTO authors (id, name) VALUES (@Id, @Name)", Enumerable.Range(100, 3).Select(i => new { Id = i, Name = $"n{i}" })));
        Assert.Equal(5, connection.ExecuteScalar<int>("SELECT count(*) FROM authors"));
    }

    [Fact]
    public void Multi_mapping_splits_rows_over_types()
    {
        List<Book> books = connection.Query<Book, Author, Book>(
            "SELECT b.*, a.* FROM books b JOIN authors a ON a.id = b.author_id ORDER BY b.id",
            (book, author) =>
            {
                book.Author = author;
                return book;
            }).AsList();
        Assert.Equal(["Anna", "Anna", "Ben"], books.Select(b => b.Author!.Name));
        Assert.Equal([10, 11, 12], books.Select(b => b.Id));

        var withNone = connection.Query<Author, Book, (string, string?)>(
            "SELECT a.id, a.name, b.id, b.title FROM authors a LEFT JOIN books b ON b.author_id = a.id AND b.price > 100 ORDER BY a.id",
            (author, book) => (author.Name, book?.Title));
        Assert.All(withNone, pair => Assert.Null(pair.Item2));
    }

    [Fact]
    public void QueryMultiple_reads_one_result_after_the_other()
    {
        using SqlMapper.GridReader grid = connection.QueryMultiple("SELECT * FROM authors ORDER BY id; SELECT count(*) FROM books; SELECT title FROM books WHERE id = @id", new { id = 12 });
        Assert.Equal(["Anna", "Ben"], grid.Read<Author>().Select(a => a.Name));
        Assert.Equal(3, grid.ReadSingle<int>());
        Assert.Equal("Gamma", grid.ReadSingle<string>());
        Assert.True(grid.IsConsumed);
    }

    [Fact]
    public async Task QueryMultipleAsync_reads_one_result_after_the_other()
    {
        using SqlMapper.GridReader grid = await connection.QueryMultipleAsync("SELECT 1; INSERT INTO authors VALUES (7, 'x', NULL); SELECT 2");
        Assert.Equal(1, await grid.ReadSingleAsync<int>());
        Assert.Equal(2, await grid.ReadSingleAsync<int>());
    }

    [Fact]
    public void Unbuffered_queries_read_as_they_go_and_may_be_left()
    {
        IEnumerable<long> rows = connection.Query<long>("SELECT * FROM range(1000000)", buffered: false);
        Assert.Equal([0L, 1L, 2L], rows.Take(3));
        Assert.Equal(1, connection.ExecuteScalar<int>("SELECT 1"));
    }

    [Fact]
    public async Task QueryUnbufferedAsync_reads_as_it_goes()
    {
        long sum = 0;
        await foreach (long n in connection.QueryUnbufferedAsync<long>("SELECT * FROM range(@n)", new { n = 5000 }))
        {
            sum += n;
        }

        Assert.Equal(5000L * 4999 / 2, sum);
    }

    [Fact]
    public async Task Asynchronous_forms_of_everything()
    {
        Assert.Equal(2, (await connection.QueryAsync<Author>("SELECT * FROM authors")).Count());
        Assert.Equal("Ben", (await connection.QueryFirstAsync<Author>("SELECT * FROM authors ORDER BY id DESC")).Name);
        Assert.Null(await connection.QueryFirstOrDefaultAsync<Author>("SELECT * FROM authors WHERE id = 99"));
        Assert.Equal(1, await connection.ExecuteAsync("DELETE FROM books WHERE id = @id", new { id = 11 }));
        Assert.Equal(2, await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM books"));
        await using DbDataReader reader = await connection.ExecuteReaderAsync("SELECT 1");
        Assert.True(await reader.ReadAsync());
    }

    [Fact]
    public void ExecuteReader_loads_a_DataTable_and_accepts_definitions()
    {
        var table = new DataTable();
        using (IDataReader reader = connection.ExecuteReader("SELECT id, title FROM books WHERE kind = @kind", new { kind = 1 }))
        {
            table.Load(reader);
        }

        Assert.Equal(2, table.Rows.Count);
        using IDataReader empty = connection.ExecuteReader("CREATE TEMPORARY TABLE scratch (a INTEGER)");
        Assert.False(empty.Read());
    }

    [Fact]
    public void Rows_of_a_reader_are_parsed()
    {
        using var reader = (DbDataReader)connection.ExecuteReader("SELECT id, title AS name FROM books ORDER BY id");
        Func<DbDataReader, Title> parse = reader.GetRowParser<Title>();
        Assert.True(reader.Read());
        Assert.Equal(new Title(10, "Alpha"), parse(reader));
    }

    [Fact]
    public void DynamicParameters_have_types_and_sizes_and_output_is_refused()
    {
        var parameters = new DynamicParameters(new { id = 10 });
        parameters.Add("@name", "Alphabet", DbType.String, size: 5);
        parameters.Add("price", 10.5m, DbType.Decimal, precision: 10, scale: 2);
        parameters.AddDynamicParams(new { kind = Kind.Novel });
        Assert.Equal(10, connection.QuerySingle<int>("SELECT id FROM books WHERE id = @id AND title = @name AND price = @price AND kind = @kind", parameters));
        var output = new DynamicParameters();
        output.Add("total", dbType: DbType.Int32, direction: ParameterDirection.Output);
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => connection.Execute("SELECT 1", output));
        Assert.Contains("Output", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dynamic_rows_have_the_columns_by_name()
    {
        dynamic row = connection.QueryFirst("SELECT id, title, price FROM books ORDER BY id");
        Assert.Equal(10, row.id);
        Assert.Equal("Alpha", row.title);
        Assert.Equal(10.50m, row.price);
        var names = (IDictionary<string, object>)row;
        Assert.Equal(["id", "title", "price"], names.Keys);
    }

    [Fact]
    public void Transactions_are_those_given_with_the_command()
    {
        using (JammiTransaction transaction = connection.BeginTransaction())
        {
            connection.Execute("DELETE FROM books", transaction: transaction);
            Assert.Equal(0, connection.ExecuteScalar<int>("SELECT count(*) FROM books", transaction: transaction));
            Assert.Throws<InvalidOperationException>(() => connection.ExecuteScalar<int>("SELECT count(*) FROM books"));
            transaction.Rollback();
        }

        Assert.Equal(3, connection.ExecuteScalar<int>("SELECT count(*) FROM books"));
    }

    [Fact]
    public void A_closed_connection_is_opened_for_the_query_and_closed_again()
    {
        using var keeper = new JammiConnection("Data Source=:memory:dapper-closed");
        keeper.Open();
        keeper.Execute("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (5)");
        using var closed = new JammiConnection("Data Source=:memory:dapper-closed");
        Assert.Equal(5, closed.QuerySingle<int>("SELECT a FROM t"));
        Assert.Equal(ConnectionState.Closed, closed.State);
        Assert.Throws<JammiException>(() => closed.Query<int>("SELECT nothing FROM t"));
        Assert.Equal(ConnectionState.Closed, closed.State);
    }

    [Fact]
    public async Task A_CommandDefinition_is_cancelled_and_timed()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.QueryAsync<int>(new CommandDefinition("SELECT 1", cancellationToken: source.Token)));

        using var later = new CancellationTokenSource();
        var endless = new CommandDefinition("SELECT count(*) FROM range(1000000) a, range(1000000) b", cancellationToken: later.Token);
        Task<long> running = connection.ExecuteScalarAsync<long>(endless);
        await later.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        JammiException timeUp = Assert.Throws<JammiException>(() => connection.ExecuteScalar<long>("SELECT count(*) FROM range(1000000) a, range(1000000) b", commandTimeout: 1));
        Assert.Equal("57014", timeUp.SqlState);
    }

    [Fact]
    public async Task An_unbuffered_read_is_cancelled_on_its_way()
    {
        using var source = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (long n in connection.QueryUnbufferedAsync<long>("SELECT * FROM range(100000000)").WithCancellation(source.Token))
            {
                if (n == 10_000)
                {
                    await source.CancelAsync();
                }
            }
        });
    }

    [Fact]
    public void A_query_that_Dapper_remembers_survives_a_changed_table()
    {
        const string sql = "SELECT * FROM changing";
        connection.Execute("CREATE TABLE changing (id INTEGER, name TEXT); INSERT INTO changing VALUES (1, 'x')");
        Assert.Equal(1, connection.QuerySingle(sql).id);
        connection.Execute("DROP TABLE changing; CREATE TABLE changing (name TEXT, id BIGINT, more DOUBLE); INSERT INTO changing VALUES ('y', 2, 0.5)");
        Assert.Equal(2L, connection.QuerySingle(sql).id);
        Assert.Equal(new Title(2, "y"), connection.QuerySingle<Title>("SELECT CAST(id AS INTEGER) AS id, name FROM changing"));
    }

    [Fact]
    public async Task Commands_are_pipelined()
    {
        await connection.ExecuteAsync("CREATE TABLE pipelined (i INTEGER)");
        var rows = Enumerable.Range(1, 250).Select(i => new { i }).ToArray();
        Assert.Equal(250, await connection.ExecuteAsync(new CommandDefinition("INSERT INTO pipelined VALUES (@i)", rows, flags: CommandFlags.Pipelined)));
        Assert.Equal(250 * 251 / 2, await connection.ExecuteScalarAsync<long>("SELECT sum(i) FROM pipelined"));
    }

    [Theory]
    [InlineData("BIT")]
    [InlineData("TINYINT")]
    [InlineData("SMALLINT")]
    [InlineData("INT")]
    [InlineData("BIGINT")]
    [InlineData("FLOAT(24)")]
    [InlineData("FLOAT(53)")]
    [InlineData("DECIMAL(5, 2)")]
    public void A_number_of_any_type_is_read_as_every_type_of_number(string type)
    {
        string sql = $"SELECT CAST(1 AS {type})";
        Assert.True(connection.QuerySingle<bool>(sql));
        Assert.Equal((sbyte)1, connection.QuerySingle<sbyte>(sql));
        Assert.Equal((byte)1, connection.QuerySingle<byte>(sql));
        Assert.Equal((short)1, connection.QuerySingle<short>(sql));
        Assert.Equal((ushort)1, connection.QuerySingle<ushort>(sql));
        Assert.Equal(1, connection.QuerySingle<int>(sql));
        Assert.Equal(1u, connection.QuerySingle<uint>(sql));
        Assert.Equal(1L, connection.QuerySingle<long>(sql));
        Assert.Equal(1ul, connection.QuerySingle<ulong>(sql));
        Assert.Equal(1f, connection.QuerySingle<float>(sql));
        Assert.Equal(1d, connection.QuerySingle<double>(sql));
        Assert.Equal(1m, connection.QuerySingle<decimal?>(sql));
        Assert.Equal(Kind.Novel, connection.QuerySingle<Kind?>(sql));
        Assert.Equal(new Point(1, 1), connection.QuerySingle<Point>($"SELECT CAST(1 AS {type}) AS x, CAST(1 AS {type}) AS y"));
        Assert.Equal(1, connection.ExecuteScalar<int>(sql));
    }

    [Fact]
    public void Tables_written_for_SQL_Server_hold_its_types()
    {
        connection.Execute("CREATE TABLE ported (id UNIQUEIDENTIFIER PRIMARY KEY, name NVARCHAR(MAX), active BIT NULL, seen DATETIME2, content VARBINARY(MAX))");
        var row = new { id = Guid.NewGuid(), name = "x", active = true, seen = new DateTime(2024, 1, 2, 3, 4, 5), content = new byte[] { 1 } };
        connection.Execute("INSERT INTO ported VALUES (@id, @name, @active, @seen, @content)", row);
        connection.Execute("INSERT INTO ported (id, active) VALUES (@id, 0)", new { id = Guid.Empty });
        Assert.Equal((row.name, row.active, row.seen), connection.QuerySingle<(string, bool, DateTime)>("SELECT name, active, seen FROM ported WHERE id IN @ids", new { ids = new[] { row.id } }));
        Assert.Equal(row.content, connection.QuerySingle<byte[]>("SELECT content FROM ported WHERE active"));
        Assert.False(connection.QuerySingle<bool?>("SELECT active FROM ported WHERE id = @id", new { id = Guid.Empty }));
    }

    [Fact]
    public void XML_is_text()
    {
        XElement element = connection.QuerySingle<XElement>("SELECT @x", new { x = XElement.Parse("<a><b/></a>") });
        Assert.Equal("b", element.Elements().Single().Name);
    }

    [Fact]
    public async Task A_statement_that_fails_after_the_rows_is_told_and_one_that_works_is_run()
    {
        const string failing = "SELECT 1; SELECT CAST('x' AS INTEGER)";
        Assert.Throws<JammiException>(() => connection.QueryFirst<int>(failing));
        Assert.Throws<JammiException>(() => connection.Query<int>(failing));
        await Assert.ThrowsAsync<JammiException>(() => connection.QueryFirstAsync<int>(failing));
        await Assert.ThrowsAsync<JammiException>(() => connection.QueryAsync<int>(failing));
        Assert.Equal(1, connection.QueryFirst<int>("SELECT 1; DELETE FROM books"));
        Assert.Equal(0, connection.ExecuteScalar<int>("SELECT count(*) FROM books"));
    }

    [Fact]
    public void Tokens_are_parted_by_any_white_space() =>
        Assert.Equal(2, connection.QuerySingle<int>("SELECT\u00a0count(*)\u2003FROM\u3000authors\ufeff\u2029WHERE\u0085id IN @ids", new { ids = new[] { 1, 2 } }));

    [Fact]
    public void Aliases_need_no_AS()
    {
        dynamic row = connection.QuerySingle("select 1 Value, 'x' Name, 2 \"Order\"");
        Assert.Equal(1, row.Value);
        Assert.Equal("x", row.Name);
        Assert.Equal(2, row.Order);
    }

    [Fact]
    public void Vectors_are_one_value_with_the_type_handler()
    {
        VectorTypeHandler.Register();
        connection.Execute("CREATE TABLE vectors (id INTEGER, v FLOAT[2])");
        connection.Execute("INSERT INTO vectors VALUES (@id, @v)", new[] { new { id = 1, v = new[] { 1f, 0f } }, new { id = 2, v = new[] { 0f, 1f } } });
        Assert.Equal(2, connection.QueryFirst<int>("SELECT id FROM vectors ORDER BY v <=> @query LIMIT 1", new { query = new[] { 0.1f, 0.9f } }));
        Assert.Equal([0f, 1f], connection.QuerySingle<float[]>("SELECT v FROM vectors WHERE id = 2"));
        Assert.Equal([1f, 0f], connection.QuerySingle<Embedded>("SELECT id, v FROM vectors WHERE id = 1").V);
    }

    public sealed class Embedded
    {
        public int Id { get; set; }

        public float[] V { get; set; } = [];
    }
}
