// Starts the version of Một Cửa that is in use: what installer/linux/motcua does, for Windows, where no shell is quiet.
// Compiled by the C# compiler that every Windows 10 and 11 brings (.NET Framework 4.8, C# 5), twice; see build.ps1:
//   motcua.exe                      for the double click; it opens no console
//   motcua.com   (/define:CONSOLE)  for the command line, which takes .com before .exe: its program prints and asks
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;

static class Starter
{
#if CONSOLE
    const string ProgramName = "motcua-cli.exe";
#else
    const string ProgramName = "motcua.exe";
#endif
    const string Unfinished = "Chương trình chưa được cài đủ; hãy cài lại. (incomplete installation)";
    const int MostStarts = 3;
    static readonly string Root = Path.GetDirectoryName(System.Reflection.Assembly.GetExecutingAssembly().Location);
    static readonly string StateFolder = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "motcua");
    static readonly string Trial = Path.Combine(StateFolder, "trial");
    static readonly string Served = Path.Combine(StateFolder, "served");
    static string tried = "", verdict = "new";
    static int starts;

    static int Main(string[] words)
    {
        string[] pointer = ReadWords(Path.Combine(Root, "current"));
        if (pointer.Length < 2 || !File.Exists(Program(pointer[0])))
        {
            Tell(Unfinished);
            return 5;
        }
#if CONSOLE
        // Ctrl+C is for the program, which shares the console; this one waits until it has ended.
        Console.CancelKeyPress += delegate(object sender, ConsoleCancelEventArgs told) { told.Cancel = true; };
#endif
        string current = pointer[0], previous = pointer[1];
        // Which version served this user when he last refused one: an update over one that failed must not fall back on it.
        string[] served = ReadWords(Served);
        bool isKnown = served.Length == 2 && (served[1] == previous || served[1] == current);
        if (isKnown && File.Exists(Program(served[0]))) previous = served[0];
        Recall();
        if (!File.Exists(Program(previous))) return Start(current, words, tried);
        if (tried != current) { starts = 0; verdict = "new"; }
        if (verdict == "good") return Start(current, words, tried);
        if (verdict == "refused") return GiveWay(current, previous, words);
        if (verdict == "later") { Note(current, 0, "new"); return Start(previous, words, current); }

        string kind = "window";
        foreach (string word in words)
        {
            if (word == "do" || word == "sync" || word == "enrol") kind = "work";
            if (new[] { "verify", "backup", "export", "doctor", "support-bundle" }.Contains(word)) kind = "reading";
            if (new[] { "update", "init", "provision", "restore", "demo", "manual", "--version", "--help" }.Contains(word)) kind = "other";
        }
        if (kind == "reading") return Start(previous, words, tried);
        if (kind == "other") return Start(current, words, "");

        Note(current, starts + 1, "new");
        int code = Start(current, words, "", Trial);
        Recall();
        if (verdict == "good") return code;
        if (verdict == "refused") return GiveWay(current, previous, words);
        if (verdict == "later") { Note(current, 0, "new"); return Start(previous, words, current); }
        // A program that was stopped by Windows ends with an NTSTATUS: 0xC0000005 and its kin are negative here.
        bool crashed = (uint)code >= 0xC0000000u && (uint)code != 0xC000013Au;
        if (code == 70 || crashed || (kind == "window" && code == 1)) verdict = "refused";
        else if (code == 0) Note(current, 0, kind == "work" ? "good" : "new");
        else if (starts >= MostStarts) verdict = "refused";
        if (verdict != "refused") return code;
        Note(current, starts, "refused");
        return GiveWay(current, previous, words);
    }

    static int GiveWay(string current, string previous, string[] words)
    {
        string[] known = ReadWords(Served);
        if (known.Length != 2 || known[1] != current) Keep(Served, previous + " " + current + "\n");
        return Start(previous, words, current);
    }

    static string Program(string version) { return Path.Combine(Root, "versions", version, ProgramName); }

    static int Start(string version, IEnumerable<string> words, string after, string trial = null)
    {
        var start = new ProcessStartInfo(Program(version), string.Join(" ", words.Select(Quoted))) { UseShellExecute = false };
        // Not by the dictionary of `start`: it fails where two variables differ by case only, as shells of Unix leave them.
        if (after != "" && after != version) Environment.SetEnvironmentVariable("MOTCUA_RETURNED_FROM", after);
        Environment.SetEnvironmentVariable("MOTCUA_TRIAL", trial);
        try
        {
            using (Process running = Process.Start(start)) { running.WaitForExit(); return running.ExitCode; }
        }
        catch (System.ComponentModel.Win32Exception) { return 70; }
    }

    // Where there is no console, in a box.
    static void Tell(string sentence)
    {
        Console.Error.WriteLine(sentence);
#if !CONSOLE
        try { MessageBoxW(IntPtr.Zero, sentence, "Một Cửa", 0x10); }
        catch (TypeLoadException) { } // no Windows: tests
#endif
    }

    [DllImport("user32.dll", CharSet = CharSet.Unicode)]
    static extern int MessageBoxW(IntPtr owner, string text, string title, uint kind);

    // As the C runtime of the program reads it back.
    static string Quoted(string word)
    {
        if (word != "" && word.IndexOfAny(new[] { ' ', '\t', '"' }) < 0) return word;
        var text = new StringBuilder("\"");
        int slashes = 0;
        foreach (char letter in word)
        {
            if (letter == '\\') { slashes++; continue; }
            text.Append('\\', letter == '"' ? 2 * slashes + 1 : slashes).Append(letter);
            slashes = 0;
        }
        return text.Append('\\', 2 * slashes).Append('"').ToString();
    }

    static void Recall()
    {
        string[] found = ReadWords(Trial);
        tried = ""; starts = 0; verdict = "new";
        if (found.Length == 3 && int.TryParse(found[1], out starts)) { tried = found[0]; verdict = found[2]; }
    }

    static void Note(string version, int n, string what)
    {
        Keep(Trial, version + " " + n + " " + what + "\n");
    }

    // What cannot be noted down (a full disk, a scanner that holds the file) keeps nobody from working.
    static void Keep(string path, string line)
    {
        try
        {
            Directory.CreateDirectory(StateFolder);
            string beside = path + ".new";
            File.WriteAllText(beside, line, new ASCIIEncoding());
            if (File.Exists(path)) File.Replace(beside, path, null); else File.Move(beside, path);
        }
        catch (IOException) { }
        catch (UnauthorizedAccessException) { }
    }

    static string[] ReadWords(string path)
    {
        try { return File.ReadAllText(path).Split(new[] { ' ', '\n', '\r' }, StringSplitOptions.RemoveEmptyEntries); }
        catch (IOException) { return new string[0]; }
        catch (UnauthorizedAccessException) { return new string[0]; }
    }
}
