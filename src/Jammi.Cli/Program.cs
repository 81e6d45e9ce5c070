Console.WriteLine("jammi");
