using Jammi.Crash.Writer;
using Jammi.Sql;
using Jammi.Sql.Storage;

namespace Jammi.Crash.Tests;

public sealed class FaultTests : IDisposable
{
    /// <summary>Enough commits for every kind of change, a merge of small segments and the pruning of manifests.</summary>
    const int Commits = 24;

    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("jammi-fault-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void A_machine_that_stops_at_any_step_leaves_the_state_before_or_after_a_commit()
    {
        for (int step = 0; ; step++)
        {
            using var files = new FaultyFileSystem(step, stops: true, new Random(step));
            string path = Path.Combine(directory.FullName, step + ".jammi");
            long acknowledged = CommitUntilFailure(path, files);
            if (!files.HasFailed)
            {
                Assert.True(step > 100, "The series of commits is too short to say anything.");
                return;
            }

            files.Restart();
            CheckReopened(path, acknowledged, step);
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public void A_step_that_fails_once_fails_the_commit_and_changes_nothing()
    {
        for (int step = 0; ; step++)
        {
            using var files = new FaultyFileSystem(step, stops: false, new Random(step));
            string path = Path.Combine(directory.FullName, step + ".jammi");
            if (!TryOpen(path, files, out Database? database))
            {
                // The fault hit the creation of the database; the next attempt finds it as it was left.
                database = Database.Open(path, new DatabaseOptions { FileSystem = files });
            }

            using (database)
            {
                for (long commit = 1; commit <= Commits; commit++)
                {
                    if (!TryStep(database!))
                    {
                        using ISnapshot snapshot = database!.OpenSnapshot();
                        KillTests.Check(snapshot, commit - 1);
                        Assert.True(TryStep(database));
                    }
                }
            }

            CheckReopened(path, Commits, step);
            if (!files.HasFailed)
            {
                return;
            }

            Directory.Delete(path, recursive: true);
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

    static long CommitUntilFailure(string path, FileSystem files)
    {
        long acknowledged = 0;
        if (TryOpen(path, files, out Database? database))
        {
            using (database)
            {
                while (acknowledged < Commits && TryStep(database!))
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
