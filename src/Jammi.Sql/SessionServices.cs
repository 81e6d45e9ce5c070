using Jammi.Sql.Functions;
using Jammi.Sql.Functions.Mathematics;

namespace Jammi.Sql;

/// <summary>What functions may ask for at run time: the session itself, then whatever the provider adds.</summary>
internal sealed class SessionServices(Session session, IServiceProvider? others) : IServiceProvider
{
    readonly RandomSource random = new();

    public object? GetService(Type serviceType) => serviceType == typeof(Session) ? session
        : serviceType == typeof(RandomSource) ? random
        : serviceType == typeof(FunctionRegistry) ? session.Functions
        : others?.GetService(serviceType);
}
