using Personalization.LoadTest.Commands;

return await DemoCommand.RunAsync(args, Demo.RunAsync, Console.Error);
