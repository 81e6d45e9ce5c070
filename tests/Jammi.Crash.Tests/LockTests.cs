using System.Diagnostics;
using System.Globalization;
using Jammi.Sql;
using Jammi.Sql.Storage;

namespace Jammi.Crash.Tests;

/// <summary>The lock of a database between processes.</summary>
public sealed class LockTests : IDisposable
{
    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("jammi-lock-");

    string DatabasePath => Path.Combine(directory.FullName, "l.jammi");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void A_database_that_another_process_writes_is_refused_until_that_process_is_gone()
    {
        using Process writer = KillTests.StartWriter(DatabasePath);
        try
        {
            Assert.Equal("1;", writer.StandardOutput.ReadLine());
            foreach (bool readOnly in new[] { false, true })
            {
                SqlException error = Assert.Throws<SqlException>(() => Database.Open(DatabasePath, new DatabaseOptions { ReadOnly = readOnly }));
                Assert.Equal(SqlErrorCode.Busy, error.Code);
                if (!OperatingSystem.IsWindows())
                {
                    Assert.Contains(writer.Id.ToString(CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
                }
            }
        }
        finally
        {
            writer.Kill();
            writer.WaitForExit();
        }

        // The killed process left its lock file behind; the lock itself went with it.
        Assert.StartsWith("open ", File.ReadAllText(Path.Combine(DatabasePath, "lock")), StringComparison.Ordinal);
        using Database database = Database.Open(DatabasePath, new DatabaseOptions());
        using ISnapshot snapshot = database.OpenSnapshot();
        KillTests.Check(snapshot, snapshot.Version);
    }

    [Fact]
    public void A_writer_is_refused_while_another_process_has_the_database_open()
    {
        using Database database = Database.Open(DatabasePath, new DatabaseOptions());
        using Process writer = KillTests.StartWriter(DatabasePath, standardError: true);
        string errors = writer.StandardError.ReadToEnd();
        writer.WaitForExit();

        Assert.NotEqual(0, writer.ExitCode);
        Assert.Contains("is open already", errors, StringComparison.Ordinal);
        using ISnapshot snapshot = database.OpenSnapshot();
        Assert.Equal(0, snapshot.Version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("open 1 elsewhere\n")]
    [InlineData("closed 99\n")]
    [InlineData("\0\u0001 nonsense")]
    public void Whatever_a_lock_file_says_a_database_that_nobody_holds_opens(string text)
    {
        Directory.CreateDirectory(Path.Combine(DatabasePath, "manifests"));
        File.WriteAllText(Path.Combine(DatabasePath, "lock"), text);

        using (Database database = Database.Open(DatabasePath, new DatabaseOptions()))
        {
            Crash.Writer.Workload.Step(database);
            database.CatalogMirror!.Flush();
            Assert.Null(database.CatalogMirror.LastError);
        }

        Assert.StartsWith("closed ", File.ReadAllText(Path.Combine(DatabasePath, "lock")), StringComparison.Ordinal);
    }
}
