using System.Numerics.Tensors;
using Jammi.Sql.Storage.Writing;
using Jammi.Sql.VectorIndexes.Kernels;
using Jammi.Sql.VectorIndexes.Search;

namespace Jammi.Sql.VectorIndexes.Codes;

/// <summary>A block's vectors, and its codes, which know the vectors' lengths; rows without a vector have length 0 there.</summary>
internal readonly unsafe struct CellSource(VectorRows vectors, int block, VectorCodes codes)
{
    public int Block => block;

    public int Rows => codes.Layout.Rows;

    public float Norm(int row) => codes.Norms[row];

    public void CopyTo(int row, Span<float> numbers) => vectors.CopyTo(row, numbers);
}

/// <summary>
/// Parts rows into cells by k-means, with their part along the axis stretched: centres from a sample of evenly spread rows, then every row to its nearest centre, then the mean of each cell as its centre. All sums are in the order
/// of the rows, so that cells are a pure function of them, whatever the threads. Beside the cells it needs memory for the sample and four bytes a row.
/// </summary>
internal sealed unsafe class CellMaker
{
    /// <summary>Rows of the sample for each cell.</summary>
    const int SampledPerCell = 32;

    /// <summary>After so many rounds centres hardly move.</summary>
    const int Rounds = 6;

    /// <summary>How many times the part along the axis counts when cells are made.</summary>
    const float Stretch = 4;

    const int PanelRows = NearestCentres.Rows;

    /// <summary>After so much it is told how far the work is: some tenths of a second.</summary>
    const int PanelsPerReport = 2048;
    const int CellsPerReport = 64;

    readonly Dictionary<int, CellSource> blocks;
    readonly int dimension;
    readonly float[]? axis;
    readonly ParallelOptions parallel;
    readonly uint[] places;
    readonly RowProgress? progress;
    long work;
    long done;

    CellMaker(IReadOnlyList<CellSource> sources, int dimension, float[]? axis, RowProgress? progress, CancellationToken cancellation)
    {
        this.progress = progress;
        blocks = sources.ToDictionary(s => s.Block);
        this.dimension = dimension;
        this.axis = axis;
        parallel = new ParallelOptions { CancellationToken = cancellation };
        places = PlacesOf(sources);
    }

    /// <summary>The cells of the rows that have a vector; null when there is none.</summary>
    public static VectorCells? Make(IReadOnlyList<CellSource> sources, int dimension, float[]? axis, RowProgress? progress, CancellationToken cancellation)
    {
        var maker = new CellMaker(sources, dimension, axis, progress, cancellation);
        return maker.places.Length == 0 ? null : maker.Encode(maker.TakeOutStrays(maker.Assign(maker.Train())));
    }

    static uint[] PlacesOf(IReadOnlyList<CellSource> sources)
    {
        var places = new List<uint>(sources.Sum(s => s.Rows));
        foreach (CellSource source in sources)
        {
            for (int row = 0; row < source.Rows; row++)
            {
                if (source.Norm(row) > 0)
                {
                    places.Add(((uint)source.Block << VectorCells.BlockShift) | (uint)row);
                }
            }
        }

        return [.. places];
    }

    /// <summary>The centres that k-means finds for a sample.</summary>
    float[] Train()
    {
        int cells = CellPolicy.CellsFor(places.Length);
        int sampled = (int)Math.Min(places.Length, (long)cells * SampledPerCell);
        work = ((long)Rounds * sampled) + (2L * places.Length);
        progress?.Begin("search cells", places.Length);
        float[] sample = new float[sampled * dimension];
        Parallel.For(0, sampled, parallel, i => Stretched(places[(long)i * places.Length / sampled], sample.AsSpan(i * dimension, dimension)));
        float[] centres = new float[cells * dimension];
        for (int c = 0; c < cells; c++)
        {
            sample.AsSpan((int)((long)c * sampled / cells) * dimension, dimension).CopyTo(centres.AsSpan(c * dimension));
        }

        for (int round = 0; round < Rounds; round++)
        {
            int[] nearest = Nearest(centres, sampled, (i, row) => sample.AsSpan(i * dimension, dimension).CopyTo(row));
            int[][] members = Members(nearest, cells);
            Parallel.For(0, cells, parallel, c => Mean(members[c], (i, row) => sample.AsSpan(i * dimension, dimension).CopyTo(row), centres.AsSpan(c * dimension, dimension)));
        }

        return centres;
    }

    /// <summary>The numbers of the rows of each cell, in ascending order.</summary>
    int[][] Assign(float[] centres) =>
        Members(Nearest(centres, places.Length, (i, row) => Stretched(places[i], row)), centres.Length / dimension);

    int[] Nearest(float[] centres, int rows, RowReader read)
    {
        var search = new NearestCentres(centres, dimension);
        int[] nearest = new int[rows];
        int panels = (rows + PanelRows - 1) / PanelRows;
        for (int start = 0; start < panels; start += PanelsPerReport)
        {
            int end = Math.Min(panels, start + PanelsPerReport);
            Nearest(search, start, end, rows, read, nearest);
            Tell(Math.Min(rows, end * PanelRows) - (start * PanelRows));
        }

        return nearest;
    }

    void Nearest(NearestCentres search, int start, int end, int rows, RowReader read, int[] nearest) =>
        Parallel.For(
            start,
            end,
            parallel,
            () => (Row: new float[dimension], Panel: new float[dimension * PanelRows], Found: new int[PanelRows]),
            (panel, _, work) =>
            {
                int first = panel * PanelRows;
                int count = Math.Min(PanelRows, rows - first);
                for (int lane = 0; lane < count; lane++)
                {
                    read(first + lane, work.Row);
                    for (int i = 0; i < work.Row.Length; i++)
                    {
                        work.Panel[(i * PanelRows) + lane] = work.Row[i];
                    }
                }

                search.Find(work.Panel, work.Found);
                work.Found.AsSpan(0, count).CopyTo(nearest.AsSpan(first));
                return work;
            },
            _ => { });

    /// <summary>Rows were compared with the centres, or coded: of all such steps they are a share, which is told as that share of the rows.</summary>
    void Tell(long rows)
    {
        done += rows;
        progress?.Report(places.Length * done / work);
    }

    static int[][] Members(int[] nearest, int cells)
    {
        int[] counts = new int[cells];
        foreach (int cell in nearest)
        {
            counts[cell]++;
        }

        int[][] members = [.. counts.Select(c => new int[c])];
        Array.Clear(counts);
        for (int i = 0; i < nearest.Length; i++)
        {
            members[nearest[i]][counts[nearest[i]]++] = i;
        }

        return members;
    }

    /// <summary>The mean of some rows; where there is none, what is there stays.</summary>
    void Mean(int[] members, RowReader read, Span<float> mean)
    {
        if (members.Length == 0)
        {
            return;
        }

        float[] row = new float[dimension];
        mean.Clear();
        foreach (int member in members)
        {
            read(member, row);
            TensorPrimitives.Add(mean, row, mean);
        }

        TensorPrimitives.Multiply(mean, 1f / members.Length, mean);
    }

    /// <summary>
    /// Rows that lie much farther from their cell's centre than the others, as of a few rows of another kind in a cell of duplicates: what the other rows say of a cell is not true of them,
    /// so that they become a last cell of their own, which every search reads.
    /// </summary>
    int[][] TakeOutStrays(int[][] members)
    {
        int[][] stray = new int[members.Length][];
        Parallel.For(0, members.Length, parallel, () => new float[2 * dimension], (cell, _, room) =>
        {
            stray[cell] = StraysOf(members[cell], room.AsSpan(0, dimension), room.AsSpan(dimension));
            return room;
        }, _ => { });
        return
        [
            .. members.Select((rows, cell) => stray[cell].Length == 0 ? rows : [.. rows.Except(stray[cell])]),
            [.. stray.SelectMany(rows => rows).Order()],
        ];
    }

    int[] StraysOf(int[] members, Span<float> mean, Span<float> rest)
    {
        float[] squares = new float[members.Length];
        Mean(members, (i, row) => Direction(places[i], row), mean);
        for (int i = 0; i < members.Length; i++)
        {
            Direction(places[members[i]], rest);
            TensorPrimitives.Subtract(rest, mean, rest);
            squares[i] = DotKernel.Dot(rest, rest);
        }

        double limit = CellProbes.LargestSquare * squares.Sum(s => (double)s) / Math.Max(1, squares.Length);
        return [.. members.Where((_, i) => squares[i] > limit)];
    }

    VectorCells Encode(int[][] members)
    {
        var draft = new VectorCells.Draft([.. members.Select(m => m.Length)], dimension, axis);
        float[][] scores = [.. members.Select(m => new float[axis is null ? 0 : m.Length])];
        for (int start = 0; start < members.Length; start += CellsPerReport)
        {
            int end = Math.Min(members.Length, start + CellsPerReport);
            Parallel.For(
                start,
                end,
                parallel,
                () => new VectorEncoder(dimension, axis),
                (cell, _, encoder) =>
                {
                    Mean(members[cell], (i, row) => Direction(places[i], row), draft.Centre(cell));
                    Encode(members[cell], draft, cell, scores[cell], encoder);
                    return encoder;
                },
                _ => { });
            Tell(members[start..end].Sum(m => (long)m.Length));
        }

        KeepScores(scores, draft);
        return draft.Finish();
    }

    void Encode(int[] members, VectorCells.Draft draft, int cell, float[] scores, VectorEncoder encoder)
    {
        byte* section = draft.Section(cell);
        CellLayout.SectionLayout parts = draft.Layout.SectionOf(members.Length);
        int groupBytes = draft.Layout.BitGroups * BitBlockKernel.GroupBytes;
        float[] numbers = new float[dimension];
        double squares = 0;
        double largest = 0;
        for (int i = 0; i < members.Length; i++)
        {
            uint place = places[members[i]];
            CellSource source = blocks[(int)(place >> VectorCells.BlockShift)];
            int row = (int)(place & ((1u << VectorCells.BlockShift) - 1));
            byte* planes = section + parts.Bits + ((long)(i / BitBlockKernel.BlockRows) * groupBytes) + (i % BitBlockKernel.BlockRows);
            source.CopyTo(row, numbers);
            VectorEncoder.BitCode code = encoder.EncodeBits(numbers, source.Norm(row), draft.Centre(cell), planes);
            ((float*)section)[i] = code.Factor;
            ((float*)(section + parts.Errors))[i] = code.Error;
            ((uint*)(section + parts.Places))[i] = place;
            squares += code.Square;
            largest = Math.Max(largest, code.Square);
            if (scores.Length > 0)
            {
                scores[i] = code.Score;
            }
        }

        // No row lies farther off than this says.
        double square = cell == draft.Layout.Cells - 1 ? double.PositiveInfinity : Math.Max(squares / Math.Max(1, members.Length), largest / CellProbes.LargestSquare);
        draft.Directory[cell] = draft.Directory[cell] with { MeanSquare = (float)square };
    }

    static void KeepScores(float[][] scores, VectorCells.Draft draft)
    {
        float scale = scores.Select(s => s.Length == 0 ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude<float>(s))).Max() / short.MaxValue;
        draft.ScoreScale = scale;
        for (int cell = 0; cell < scores.Length && scale > 0; cell++)
        {
            var kept = (short*)(draft.Section(cell) + draft.Layout.SectionOf(scores[cell].Length).Scores);
            for (int i = 0; i < scores[cell].Length; i++)
            {
                kept[i] = (short)MathF.Round(scores[cell][i] / scale);
            }
        }
    }

    /// <summary>A row whose part along the axis counts more: queries along the axis have most of their products there, and so find cells of like rows.</summary>
    void Stretched(uint place, Span<float> row)
    {
        Direction(place, row);
        if (axis is not null)
        {
            TensorPrimitives.FusedMultiplyAdd(axis, (Stretch - 1) * DotKernel.Dot(axis, row), row, row);
        }
    }

    void Direction(uint place, Span<float> direction)
    {
        CellSource source = blocks[(int)(place >> VectorCells.BlockShift)];
        int row = (int)(place & ((1u << VectorCells.BlockShift) - 1));
        source.CopyTo(row, direction);
        if (source.Norm(row) is var norm && norm != 1)
        {
            TensorPrimitives.Multiply(direction, 1 / norm, direction);
        }
    }

    delegate void RowReader(int index, Span<float> row);
}
