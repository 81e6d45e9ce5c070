namespace Jammi.Sql;

/// <summary>What functions may ask for at run time: the session itself, then whatever the provider adds.</summary>
internal sealed class SessionServices(Session session, IServiceProvider? others) : IServiceProvider
{
    public object? GetService(Type serviceType) => serviceType == typeof(Session) ? session : others?.GetService(serviceType);
}
