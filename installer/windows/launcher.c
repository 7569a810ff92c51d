// Starts Một Cửa with the Python beside it; for trying the program out in Wine (try-in-wine.sh). On Windows PyInstaller's
// programs take this one's place.
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

__declspec(dllimport) int Py_Main(int, wchar_t **);

int wmain(int argc, wchar_t **argv)
{
    wchar_t **words = calloc(argc + 6, sizeof *words);
    int n = 0;
    words[n++] = argv[0];
    words[n++] = L"-B";
    words[n++] = L"-X";
    words[n++] = L"utf8";
    words[n++] = L"-m";
    words[n++] = L"desktop";
    for (int i = 1; i < argc; i++) words[n++] = argv[i];
    return Py_Main(n, words);
}
