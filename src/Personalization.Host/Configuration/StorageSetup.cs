using Personalization.Storage.Sqlite;

namespace Personalization.Host.Configuration;

/// <summary>The embedded store, in one file of the data folder, and the keys beside it.</summary>
internal static class StorageSetup
{
    private const string FileName = "personalization.db";

    public static void AddStorage(this WebApplicationBuilder builder, EngineOptions options)
    {
        try
        {
            Directory.CreateDirectory(options.Data);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartException($"Engine:Data: the folder '{options.Data}' cannot be made: {e.Message}", e);
        }

        builder.Services.AddSqliteStorage(storage =>
        {
            builder.Configuration.GetSection("Storage").Bind(storage);
            storage.Path = Path.Combine(options.Data, FileName);
        });
        builder.Services.AddSingleton(TokenKeys.Load(builder.Configuration, options.Data));
    }
}
