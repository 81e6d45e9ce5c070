using Jammi.Sql.Catalog;
using Jammi.Sql.Storage.Indexes;
using Jammi.Sql.Storage.Manifests;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Storage.Writing;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Sql.Storage;

/// <summary>How a directory becomes a database: created, locked, its newest manifest that holds read, and what broken commits left removed.</summary>
internal sealed partial class Database
{
    /// <summary>Opens a database directory.</summary>
    /// <exception cref="SqlException">Io: it is not there or cannot be read; Busy: it is open elsewhere; DataCorrupted: no manifest holds, or files are missing.</exception>
    public static Database Open(string path, DatabaseOptions options)
    {
        var files = new DatabaseFiles(path, options.FileSystem);
        DatabaseLock? databaseLock = null;
        try
        {
            if (!files.Exists)
            {
                Create(files, options);
            }

            databaseLock = DatabaseLock.Take(files.LockPath, options.ReadOnly);
            return Open(files, databaseLock, options.ReadOnly);
        }
        catch (Exception error)
        {
            databaseLock?.Dispose();
            if (DatabaseFiles.IsFileError(error))
            {
                throw new SqlException(SqlErrorCode.Io, $"The database at {path} cannot be opened: {error.Message}", error);
            }

            throw;
        }
    }

    static void Create(DatabaseFiles files, DatabaseOptions options)
    {
        if (!options.CreateIfMissing || options.ReadOnly)
        {
            throw new SqlException(SqlErrorCode.Io, $"There is no database at {files.Root}; check the path, or open it with Mode=ReadWriteCreate to create one.");
        }

        if (files.IsForeignDirectory)
        {
            throw new SqlException(SqlErrorCode.Io, $"{files.Root} is a directory with other files in it, not a Jammi database; name a directory that is new or empty.");
        }

        files.CreateDirectories();
    }

    static Database Open(DatabaseFiles files, DatabaseLock databaseLock, bool readOnly)
    {
        (List<Manifest> manifests, List<string> problems) = files.ReadManifests();
        if (manifests.Count == 0 && (problems.Count > 0 || files.HasContents()))
        {
            string why = problems.Count > 0 ? string.Join("; ", problems) : "there is none, but there are segments";
            throw new SqlException(SqlErrorCode.DataCorrupted, $"No manifest of {files.Root} can be used ({why}). Restore the directory from a backup.");
        }

        if (!readOnly)
        {
            files.CreateDirectories();
            files.RemoveDrafts();
            if (manifests.Count == 0)
            {
                // From now on a directory without a manifest is a damaged database, not a new one.
                manifests.Add(Manifest.From(DatabaseState.Empty, predecessor: 0));
                files.PublishManifest(manifests[0]);
            }

            // What a damaged manifest named may be wanted for a repair; it stays until that manifest has been replaced.
            if (problems.Count == 0)
            {
                files.RemoveDebris(manifests);
            }
        }

        Database? database = null;
        DatabaseState state = manifests.Count == 0 ? DatabaseState.Empty : manifests[0].ToState(
            (file, blocks, types, axis) => files.FindLengthProblem(file) is { } problem
                ? throw new SqlException(SqlErrorCode.DataCorrupted, problem)
                : new FileSegment(file, blocks, types, axis, files, readOnly, segment => database!.Freed(segment)),
            (id, blocks) => DeleteVectorFile.Read(files.DeletePath(id), blocks));
        database = new Database(files, databaseLock, readOnly, state)
        {
            CatalogMirror = readOnly ? null : new CatalogStore(files.CatalogPath, trusted: databaseLock.MirroredVersion is not null, databaseLock.Flush),
            Warnings = problems,
        };
        database.lastFileId = Math.Max(database.lastFileId, files.LastFileId());
        if (!readOnly && files.HasTerms)
        {
            files.RemoveTermsExcept(TermsPreparation.FilesOf(state, files));
        }

        if (databaseLock.MirroredVersion != state.DefinitionVersion || !File.Exists(files.CatalogPath))
        {
            database.CatalogMirror?.Synchronize(database.current.Catalog);
        }

        return database;
    }
}
