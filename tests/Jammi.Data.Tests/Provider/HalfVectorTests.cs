using System.Data.Common;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Jammi.Data.Tests.Provider;

/// <summary>HALF[n]: in as parameters, rows and record batches, out as halves or floats, and on disk in half the space.</summary>
public class HalfVectorTests : ProviderTest
{
    static readonly Half[] Vector = [(Half)0.1, (Half)(-2), Half.Zero];

    JammiConnection Own => (JammiConnection)Connection;

    [Fact]
    public void A_vector_of_halves_is_read_as_halves_or_floats()
    {
        using var reader = (JammiDataReader)FirstRow("SELECT [0.1, -2, 0]::HALF[3] AS v, NULL::HALF[3]");
        float[] widened = [(float)(Half)0.1, -2, 0];
        Assert.Equal("HALF[3]", reader.GetDataTypeName(0));
        Assert.Equal(typeof(Half[]), reader.GetFieldType(0));
        Assert.Equal(6, reader.GetColumnSchema()[0].ColumnSize);
        Assert.Equal(Vector, Assert.IsType<Half[]>(reader.GetValue(0)));
        Assert.Equal(Vector, reader.GetFieldValue<Half[]>(0));
        Assert.Equal(Vector, reader.GetFieldValue<ReadOnlyMemory<Half>>(0).ToArray());
        Assert.Equal(widened, reader.GetFieldValue<float[]>(0));
        Assert.Equal(widened, reader.GetFieldValue<ReadOnlyMemory<float>>(0).ToArray());
        Assert.Equal(widened, reader.GetFieldValue<List<float>>(0));
        Assert.Equal(widened.Select(x => (double)x), reader.GetFieldValue<double[]>(0));
        Assert.Equal(widened, reader.GetVector(0));
        Assert.True(reader.IsDBNull(1));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<int[]>(0));
    }

    [Fact]
    public void Parameters_of_halves_are_stored_searched_with_and_given_back()
    {
        Run("CREATE TABLE t (id INTEGER, h HALF[3], f FLOAT[3])");
        Own.Run("INSERT INTO t VALUES (1, @h, @h)", ("h", Vector));
        Own.Run("INSERT INTO t VALUES (2, @f, @f)", ("f", new[] { 1f, 0, 0 }));
        Own.Run("INSERT INTO t VALUES (3, @m, @m)", ("m", new ReadOnlyMemory<Half>(Vector)));
        using DbDataReader reader = FirstRow("SELECT h, f, h <-> @h, @h FROM t WHERE id = 1", ("h", Vector));
        Assert.Equal(Vector, reader.GetFieldValue<Half[]>(0));
        Assert.Equal(Vector.Select(h => (float)h), reader.GetFieldValue<float[]>(1));
        Assert.Equal(0f, reader.GetFloat(2));
        Assert.Equal(Vector, reader.GetValue(3));
        Assert.Equal(3, Scalar("SELECT count(*)::INTEGER FROM t WHERE h = f"));
    }

    [Fact]
    public void Rows_and_record_batches_of_halves_are_appended_and_read_as_Arrow()
    {
        Run("CREATE TABLE t (v HALF[3])");
        using (JammiAppender appender = Own.CreateAppender("t"))
        {
            appender.AppendRow((object)Vector);
            appender.AppendRow((object)new[] { 1f, 2f, 3f });
            appender.AppendRow(DBNull.Value);
        }

        using (JammiCommand command = Own.CreateCommand())
        {
            command.CommandText = "SELECT v FROM t";
            using JammiDataReader reader = command.ExecuteReader();
            var type = Assert.IsType<FixedSizeListType>(reader.GetArrowSchema().FieldsList[0].DataType);
            Assert.IsType<HalfFloatType>(type.ValueDataType);
            using RecordBatch batch = reader.ReadRecordBatch()!;
            Assert.Equal(3, batch.Length);
            reader.Close();
            using JammiAppender appender = Own.CreateAppender("t");
            appender.AppendBatch(batch);
        }

        Assert.Equal(6L, Scalar("SELECT count(*) FROM t"));
        Assert.Equal(2L, Scalar("SELECT count(*) FROM t WHERE v = @v", ("v", Vector)));
        Assert.Equal(2L, Scalar("SELECT count(*) FROM t WHERE v = [1, 2, 3]"));
    }

    [Fact]
    public void On_disk_halves_take_half_the_space_and_are_the_same_after_opening_again()
    {
        long floats = SizeOnDisk("FLOAT[256]");
        long halves = SizeOnDisk("HALF[256]");
        Assert.InRange((double)halves / floats, 0.5, 0.52);
    }

    static long SizeOnDisk(string type)
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(1);
        float[][] rows = [.. Enumerable.Range(0, 2000).Select(_ => Enumerable.Range(0, 256).Select(_ => (float)(Half)random.NextSingle()).ToArray())];
        string path = directory["db.jammi"];
        using (var connection = new JammiConnection($"Data Source={path};Pooling=false"))
        {
            connection.Open();
            connection.Run($"CREATE TABLE t (v {type})");
            using JammiAppender appender = connection.CreateAppender("t");
            foreach (float[] row in rows)
            {
                appender.AppendRow((object)row);
            }
        }

        using (var connection = new JammiConnection($"Data Source={path};Pooling=false"))
        {
            connection.Open();
            Assert.Equal(rows, connection.Column<float[]>("SELECT v::FLOAT[256] FROM t"));
        }

        return new DirectoryInfo(path).EnumerateFiles("*.arrow", SearchOption.AllDirectories).Sum(f => f.Length);
    }
}
