using Jammi.Crash.Writer;
using Jammi.Sql;
using Jammi.Sql.Storage;

namespace Jammi.Crash.Tests;

public sealed class DiskFullTests : IDisposable
{
    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("jammi-full-");

    public void Dispose() => directory.Delete(recursive: true);

    /// <summary>The disk fills up at each hundredth byte of a commit, so in the middle of segments, delete vectors and the manifest.</summary>
    [Fact]
    public void A_commit_that_does_not_fit_changes_nothing_and_succeeds_when_there_is_room()
    {
        const long commits = 5;
        string path = Path.Combine(directory.FullName, "full.jammi");
        var disk = new SmallDisk { Free = long.MaxValue };
        using Database database = Database.Open(path, new DatabaseOptions { FileSystem = disk });
        for (int i = 0; i < commits; i++)
        {
            Workload.Step(database);
        }

        int refusals = 0;
        for (disk.Free = 0; ; disk.Free = 100 * ++refusals)
        {
            string[] before = AllFiles(path);
            try
            {
                Assert.Equal(commits + 1, Workload.Step(database));
                break;
            }
            catch (SqlException error)
            {
                Assert.Equal(SqlErrorCode.Io, error.Code);
                Assert.Contains("changed nothing", error.Message, StringComparison.Ordinal);
                Assert.Contains("no space left", error.Message, StringComparison.Ordinal);
            }

            Assert.Equal(before, AllFiles(path));
            using ISnapshot unchanged = database.OpenSnapshot();
            KillTests.Check(unchanged, commits);
        }

        Assert.True(refusals > 10, "The commit wrote next to nothing.");
        using ISnapshot snapshot = database.OpenSnapshot();
        KillTests.Check(snapshot, commits + 1);
        Assert.Empty(database.Verify());
    }

    [Fact]
    public void A_database_that_does_not_fit_can_be_created_when_there_is_room()
    {
        string path = Path.Combine(directory.FullName, "new.jammi");
        var disk = new SmallDisk { Free = 10 };
        Assert.Equal(SqlErrorCode.Io, Assert.Throws<SqlException>(() => Database.Open(path, new DatabaseOptions { FileSystem = disk })).Code);
        disk.Free = long.MaxValue;

        using Database database = Database.Open(path, new DatabaseOptions { FileSystem = disk });
        Assert.Equal(1, Workload.Step(database));
    }

    static string[] AllFiles(string path) => [.. new[] { "manifests", "segments", "deletes", "tmp" }.SelectMany(folder => Directory.GetFiles(Path.Combine(path, folder))).Order(StringComparer.Ordinal)];

    /// <summary>Takes so many bytes more. What does not fit is cut, as a full disk does.</summary>
    sealed class SmallDisk : FileSystem
    {
        public long Free { get; set; }

        public override void WriteFile(string path, Action<Stream> write) => base.WriteFile(path, file => write(new LimitedStream(this, file)));

        sealed class LimitedStream(SmallDisk disk, Stream file) : Stream
        {
            public override bool CanRead => false;

            public override bool CanSeek => false;

            public override bool CanWrite => true;

            public override long Length => file.Length;

            public override long Position { get => file.Position; set => throw new NotSupportedException(); }

            public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

            public override void Write(ReadOnlySpan<byte> buffer)
            {
                int fits = (int)Math.Min(disk.Free, buffer.Length);
                file.Write(buffer[..fits]);
                disk.Free -= fits;
                if (fits < buffer.Length)
                {
                    throw new IOException("There is no space left on the device.");
                }
            }

            public override void Flush() => file.Flush();

            public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

            public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

            public override void SetLength(long value) => throw new NotSupportedException();
        }
    }
}
