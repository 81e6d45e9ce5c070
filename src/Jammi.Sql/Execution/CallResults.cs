using System.Collections.Concurrent;
using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution;

/// <summary>
/// What a run remembers of calls that ask to be memoised. It belongs to the run and not to a place in the plan: a model that a filter and the select list ask about
/// the same picture is asked once, and so is one inside a subquery that runs for every outer row.
/// </summary>
internal sealed class CallResults
{
    // Most statements call nothing that is remembered.
    ConcurrentDictionary<Call, CallMemo>? memos;

    /// <summary>The results of a function by the arguments that vary.</summary>
    /// <param name="constants">Its arguments in order, null where they vary.</param>
    public CallMemo Of(ScalarFunction function, ScalarBinding binding, ValueList<ScalarValue?> constants)
    {
        var call = new Call(function, binding.ReturnType, constants);
        ConcurrentDictionary<Call, CallMemo> own = LazyInitializer.EnsureInitialized(ref memos, static () => []);
        return own.TryGetValue(call, out CallMemo? known)
            ? known
            : own.GetOrAdd(call with { Constants = constants.Select(c => c is null ? null : CallMemo.Own(c)) }, static _ => new CallMemo());
    }

    sealed record Call(ScalarFunction Function, SqlType ReturnType, ValueList<ScalarValue?> Constants);
}

/// <summary>Results, arrays of length one, by arguments. Whoever reads or fills it holds its lock, so that no two threads compute the same.</summary>
internal sealed class CallMemo
{
    const int Capacity = 65_536;

    readonly Dictionary<ValueList<ScalarValue>, IArrowArray> results = [];

    public Lock Gate { get; } = new();

    /// <summary>A value that owns its bytes: the batch that it was sliced from may be unmapped later.</summary>
    public static ScalarValue Own(ScalarValue value) => new(value.Type, TakeKernels.Take(value.Array, [0]));

    public IArrowArray? Find(ValueList<ScalarValue> arguments) => results.GetValueOrDefault(arguments);

    /// <summary>Makes room for more results, by forgetting all when there would be too many.</summary>
    public void Reserve(int count)
    {
        if (results.Count + count > Capacity)
        {
            results.Clear();
        }
    }

    public void Add(ValueList<ScalarValue> arguments, IArrowArray result) => results[arguments.Select(Own)] = result;
}
