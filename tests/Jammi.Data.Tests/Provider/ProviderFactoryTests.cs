using System.Data.Common;

namespace Jammi.Data.Tests.Provider;

public class ProviderFactoryTests
{
    [Fact]
    public void The_factory_makes_every_kind_of_object()
    {
        DbProviderFactory factory = JammiProviderFactory.Instance;
        Assert.IsType<JammiConnection>(factory.CreateConnection());
        Assert.IsType<JammiCommand>(factory.CreateCommand());
        Assert.IsType<JammiParameter>(factory.CreateParameter());
        Assert.IsType<JammiConnectionStringBuilder>(factory.CreateConnectionStringBuilder());
        Assert.IsType<JammiDataAdapter>(factory.CreateDataAdapter());
        Assert.IsType<JammiCommandBuilder>(factory.CreateCommandBuilder());
        Assert.IsType<JammiBatch>(factory.CreateBatch());
        Assert.IsType<JammiBatchCommand>(factory.CreateBatchCommand());
        using DbDataSource source = factory.CreateDataSource("Data Source=:memory:");
        Assert.IsType<JammiDataSource>(source);
    }

    [Fact]
    public void What_it_can_make_it_says()
    {
        DbProviderFactory factory = JammiProviderFactory.Instance;
        Assert.True(factory.CanCreateDataAdapter);
        Assert.True(factory.CanCreateCommandBuilder);
        Assert.True(factory.CanCreateBatch);
        Assert.False(factory.CanCreateDataSourceEnumerator);
        Assert.Null(factory.CreateDataSourceEnumerator());
    }

    [Fact]
    public void It_is_found_by_its_invariant_name()
    {
        DbProviderFactories.RegisterFactory("Jammi", JammiProviderFactory.Instance);
        Assert.Same(JammiProviderFactory.Instance, DbProviderFactories.GetFactory("Jammi"));
        DbProviderFactories.RegisterFactory("Jammi.ByType", typeof(JammiProviderFactory));
        Assert.Same(JammiProviderFactory.Instance, DbProviderFactories.GetFactory("Jammi.ByType"));
        DbProviderFactories.RegisterFactory("Jammi.ByTypeName", typeof(JammiProviderFactory).AssemblyQualifiedName!);
        Assert.Same(JammiProviderFactory.Instance, DbProviderFactories.GetFactory("Jammi.ByTypeName"));
    }

    [Fact]
    public void A_tool_that_knows_the_name_of_the_connection_only_finds_the_factory()
    {
        var type = Type.GetType(typeof(JammiConnection).AssemblyQualifiedName!)!;
        using var connection = (DbConnection)Activator.CreateInstance(type)!;
        connection.ConnectionString = "Data Source=:memory:";
        connection.Open();
        Assert.Same(JammiProviderFactory.Instance, DbProviderFactories.GetFactory(connection));
    }
}
