using Jammi.Crash.Writer;
using Jammi.Sql;
using Jammi.Sql.Storage;

namespace Jammi.Crash.Tests;

/// <summary>
/// Every step that a series of commits takes on the file system goes wrong once. The series is long enough for every kind of change, a merge of small
/// segments and the pruning of manifests; it is cut into short runs, each from a copy of what the runs before left, so that each step costs few commits.
/// </summary>
public sealed class FaultTests : IDisposable
{
    const int Runs = 8;
    const int CommitsPerRun = 3;

    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("jammi-fault-");

    public void Dispose() => directory.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(FirstCommits))]
    public void A_machine_that_stops_at_any_step_leaves_the_state_before_or_after_a_commit(long before)
    {
        string start = Start(before);
        for (int step = 0; ; step++)
        {
            using var files = new FaultyFileSystem(step, stops: true, new Random(step));
            string path = Copy(start);
            long acknowledged = CommitUntilFailure(path, before, files);
            if (!files.HasFailed)
            {
                Assert.True(step > 10 * CommitsPerRun, "The commits take too few steps to be durable.");
                return;
            }

            files.Restart();
            CheckReopened(path, acknowledged, step);
            Directory.Delete(path, recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(FirstCommits))]
    public void A_step_that_fails_once_fails_the_commit_and_changes_nothing(long before)
    {
        string start = Start(before);
        for (int step = 0; ; step++)
        {
            using var files = new FaultyFileSystem(step, stops: false, new Random(step));
            string path = Copy(start);
            if (!TryOpen(path, files, out Database? database))
            {
                // The fault hit the opening; the next attempt finds the database as it was left.
                database = Database.Open(path, new DatabaseOptions { FileSystem = files });
            }

            using (database)
            {
                for (long commit = before + 1; commit <= before + CommitsPerRun; commit++)
                {
                    if (!TryStep(database!))
                    {
                        using ISnapshot snapshot = database!.OpenSnapshot();
                        KillTests.Check(snapshot, commit - 1);
                        Assert.True(TryStep(database));
                    }
                }
            }

            CheckReopened(path, before + CommitsPerRun, step);
            Directory.Delete(path, recursive: true);
            if (!files.HasFailed)
            {
                return;
            }
        }
    }

    [Fact]
    public void A_commit_that_can_be_neither_completed_nor_undone_stops_writing_until_the_database_is_reopened()
    {
        string path = Path.Combine(directory.FullName, "doubt.jammi");
        var files = new StuckFileSystem();
        using (Database database = Database.Open(path, new DatabaseOptions { FileSystem = files }))
        {
            Workload.Step(database);
            files.Stuck = true;
            var error = Assert.Throws<SqlException>(() => Workload.Step(database));
            Assert.Equal(SqlErrorCode.Io, error.Code);
            files.Stuck = false;

            Assert.Equal(SqlErrorCode.Io, Assert.Throws<SqlException>(() => Workload.Step(database)).Code);
            using ISnapshot snapshot = database.OpenSnapshot();
            KillTests.Check(snapshot, 1);
        }

        CheckReopened(path, acknowledged: 1, step: 0);
    }

    /// <summary>Cannot flush the directory of manifests, nor delete.</summary>
    sealed class StuckFileSystem : FileSystem
    {
        public bool Stuck { get; set; }

        public override void SyncDirectory(string path)
        {
            if (Stuck && Path.GetFileName(path) == "manifests")
            {
                throw new IOException("The device does not answer.");
            }
        }

        public override void Delete(string path)
        {
            if (Stuck)
            {
                throw new IOException("The device does not answer.");
            }

            base.Delete(path);
        }
    }

    public static TheoryData<long> FirstCommits => [.. Enumerable.Range(0, Runs).Select(run => (long)run * CommitsPerRun)];

    /// <summary>A database after a number of commits; none at all before the first.</summary>
    string Start(long commits)
    {
        string path = Path.Combine(directory.FullName, "start.jammi");
        if (commits > 0)
        {
            using Database database = Database.Open(path, new DatabaseOptions());
            for (long commit = 0; commit < commits; commit++)
            {
                Workload.Step(database);
            }
        }

        return path;
    }

    static string Copy(string start)
    {
        string path = start + ".copy";
        if (Directory.Exists(start))
        {
            foreach (string folder in Directory.GetDirectories(start).Prepend(start))
            {
                DirectoryInfo copy = Directory.CreateDirectory(Path.Combine(path, Path.GetRelativePath(start, folder)));
                foreach (string file in Directory.GetFiles(folder))
                {
                    File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
                }
            }
        }

        return path;
    }

    static long CommitUntilFailure(string path, long before, FileSystem files)
    {
        long acknowledged = before;
        if (TryOpen(path, files, out Database? database))
        {
            using (database)
            {
                while (acknowledged < before + CommitsPerRun && TryStep(database!))
                {
                    acknowledged++;
                }
            }
        }

        return acknowledged;
    }

    static bool TryOpen(string path, FileSystem files, out Database? database)
    {
        try
        {
            database = Database.Open(path, new DatabaseOptions { FileSystem = files });
            return true;
        }
        catch (SqlException error)
        {
            Assert.Equal(SqlErrorCode.Io, error.Code);
            database = null;
            return false;
        }
    }

    static bool TryStep(Database database)
    {
        try
        {
            Workload.Step(database);
            return true;
        }
        catch (SqlException error)
        {
            Assert.Equal(SqlErrorCode.Io, error.Code);
            return false;
        }
    }

    /// <summary>The database is at the acknowledged commit or the next, whole, free of debris, and can be written.</summary>
    static void CheckReopened(string path, long acknowledged, int step)
    {
        using Database database = Database.Open(path, new DatabaseOptions());
        using (ISnapshot snapshot = database.OpenSnapshot())
        {
            Assert.True(snapshot.Version == acknowledged || snapshot.Version == acknowledged + 1, $"Commit {acknowledged} was acknowledged, and the database is at {snapshot.Version} after a fault at step {step}.");
            KillTests.Check(snapshot, snapshot.Version);
        }

        Assert.Empty(database.Verify());
        Assert.Empty(Directory.GetFiles(Path.Combine(path, "tmp")));
        long next = Workload.Step(database);
        using ISnapshot after = database.OpenSnapshot();
        KillTests.Check(after, next);
    }
}
