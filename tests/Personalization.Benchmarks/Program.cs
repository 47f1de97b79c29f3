using Personalization.Benchmarks;
using Personalization.Benchmarks.Load;

if (args is [CallerProcess.Argument, ..])
{
    await CallerProcess.RunAsync(args);
    return 0;
}

return await BenchCommand.RunAsync(args, Console.Out, Console.Error);
